import { type ResolvedModel, resolveModel } from '../catalogue/resolve-model.js'
import { isChatModel } from '../catalogue/shipped-models.js'
import type { ChatRequest } from '../core/chat-request.js'
import { GatewayError, invalidRequest, toGatewayError } from '../core/errors.js'
import { expectedTokens } from '../core/limits/expected-tokens.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { RequestRecord } from '../core/request-record.js'
import type { Insight } from '../routing/choose-route.js'
import { askProviders } from './attempts/ask-providers.js'
import type { Overhear } from './attempts/chat-attempt.js'
import { chooseEscalation, choosePlaces } from './attempts/choose-places.js'
import { answerFromEntry } from './cached/answer-from-entry.js'
import { createCacheDesk, refuseIfOnly } from './cached/cache-desk.js'
import { followFlight } from './cached/follow-flight.js'
import { createKnownRequests } from './cached/known-requests.js'
import { type Controls, parseControls, refuseRoutingOfPinned } from './controls.js'
import { decodeUtf8 } from './decode-utf8.js'
import type { PipelineDeps, PromptAnalysis, Runtime } from './deps.js'
import { budgetLeft } from './limits/budget-left.js'
import { modelForbidden } from './model-forbidden.js'
import { noteAnswer, saidIn } from './note-said.js'
import { noteStage } from './note-stage.js'
import type { RequestOutcome, Serve, StageContext } from './request-desk.js'
import type { Route } from './routed/routing-desk.js'
import type { DrawnRequest } from './routed/shadow-desk.js'

interface Routed extends Pick<Route, 'target' | 'settle'> {
  readonly alternative: ModelSpec | undefined
  readonly overhear: Overhear | undefined
}

/** The way of one chat request, from its bytes to its answer. */
export function createServeChat(deps: PipelineDeps): Serve {
  const cacheDesk = createCacheDesk(deps)
  const known = createKnownRequests()
  return serve

  async function serve(stage: StageContext): Promise<RequestOutcome> {
    const { call, record, runtime } = stage
    const body = await call.request.body()
    record.bodyMs = deps.clock.now() - record.startedAtMs
    const text = decodeUtf8(body)
    const before = known.find(call.dialect.name, text)
    const request = timed(record, 'parse', () => before ?? call.dialect.parseRequest(text))
    describe(record, request, runtime)
    const controls = parseControls(call.request.headers, runtime.models.providers)
    const asked = resolve(request, controls, stage)
    await stage.reserve(() => expectedTokens(request))
    const modelClass = asked.kind === 'pinned' ? asked.spec.id : routeClass(controls, runtime)
    const mode = controls.replay ?? runtime.cache.replay.mode
    const question = { stage, request, controls, modelClass }
    const found = await cacheDesk.lookUp(question)
    if (found.kind === 'hit') {
      if (before === undefined) known.add(text, request)
      return answerFromEntry({ deps, stage, request, entry: found.entry, mode })
    }
    if (found.kind === 'join') return followFlight({ deps, stage, request, flight: found.flight })
    const { tee } = found
    try {
      const isScored = asked.kind !== 'pinned' && (controls.route ?? runtime.auto.strategy) === 'auto'
      const isWanted = isScored || found.semantic !== null
      const analysis = isWanted ? await analyse(request, record) : UNKNOWN
      const entry = await cacheDesk.findByMeaning(question, found, analysis)
      if (entry !== undefined) return await answerFromEntry({ deps, stage, request, entry, mode })
      refuseIfOnly(question)
      const choice =
        asked.kind === 'pinned'
          ? { target: asked.spec, alternative: undefined, overhear: undefined }
          : choose(request, controls, stage, insightOf(analysis))
      if (stage.presence.gone && (tee === undefined || tee.flight.followers === 0)) return { kind: 'client-gone' }
      const choosing = {
        runtime,
        call,
        request,
        target: choice.target,
        alternative: choice.alternative,
        provider: controls.provider,
      }
      const places = choosePlaces(choosing)
      const escalation = chooseEscalation(choosing)
      const overhear = overhearers(record, choice.overhear)
      const outcome = await askProviders({ deps, stage, request, places, escalation, tee, overhear })
      if ('settle' in choice) choice.settle(record)
      if ('error' in outcome) tee?.fail(outcome.error)
      return outcome
    } catch (error) {
      tee?.fail(toGatewayError(error))
      throw error
    } finally {
      // Those who follow this request must never wait for an answer that nobody is making.
      tee?.fail(new GatewayError('upstream_error', 'The request this one had joined ended early.'))
    }
  }

  function resolve(request: ChatRequest, controls: Controls, { call, runtime }: StageContext): ResolvedModel {
    const resolved = resolveModel(request.model, runtime.models, call.mayUse)
    if (resolved.kind !== 'pinned') return resolved
    refuseRoutingOfPinned(controls, request.model)
    if (!call.mayUse(request.model) && !call.mayUse(resolved.spec.id)) throw modelForbidden(request.model)
    if (!isChatModel(resolved.spec)) throw embeddingModel(request.model)
    return resolved
  }

  async function analyse(request: ChatRequest, record: RequestRecord): Promise<PromptAnalysis> {
    const startedAt = deps.clock.now()
    const analysis = await deps.analyser.analyse(request)
    noteStage(record, 'analyse', startedAt, deps.clock.now())
    return analysis
  }

  function choose(
    request: ChatRequest,
    controls: Controls,
    { call, record, runtime }: StageContext,
    insight: Insight,
  ): Routed {
    const mayUse = (id: string) => call.mayAnswer(request.model, id)
    const left = budgetLeft(call, deps.limiter)
    const question = { request, controls, runtime, insight, mayUse, tenant: call.tenant, budgetLeft: left }
    const route = timed(record, 'route', () => deps.routing.choose(question))
    const { complexity, reason, settle, strategy, strong, target, threshold } = route
    record.routing = { strategy, complexity, threshold, reason, selected: target.id, strong: strong.id }
    // Any model's place may be taken by the strong one, but not the other way round.
    const alternative = strategy === 'auto' ? strong : undefined
    const drawn =
      target.id === strong.id
        ? undefined
        : deps.shadow.draw({ request, target, strong, complexity, tenant: call.tenant, key: call.keyName })
    return { target, settle, alternative, overhear: drawn && hearFor(drawn, target, record) }
  }

  function timed<T>(record: RequestRecord, name: 'parse' | 'route', step: () => T): T {
    const startedAt = deps.clock.now()
    const result = step()
    noteStage(record, name, startedAt, deps.clock.now())
    return result
  }
}

function describe(record: RequestRecord, request: ChatRequest, { logPrompts }: Runtime): void {
  record.stream = request.stream
  record.requestedModel = request.model
  record.metadata = request.metadata
  if (logPrompts) record.said = saidIn(request)
}

/** Nobody listens, and nothing is put together, unless somebody wants to. */
function overhearers(record: RequestRecord, compare: Overhear | undefined): Overhear | undefined {
  if (record.said === undefined) return compare
  return (response) => {
    noteAnswer(record, response)
    compare?.(response)
  }
}

const UNKNOWN: PromptAnalysis = { kind: 'unavailable' }

function insightOf(analysis: PromptAnalysis): Insight {
  if (analysis.kind !== 'analysed' || analysis.complexity === undefined) return { kind: 'unavailable' }
  return { kind: 'scored', complexity: analysis.complexity }
}

/**
 * Who answered in place of the chosen model is not to be judged as if it were that one. When that one's answer was given after
 * all, because the strong model's was worse still, there is nothing left to compare it with.
 */
function hearFor(drawn: DrawnRequest, chosen: ModelSpec, record: RequestRecord): Overhear {
  return (response) => {
    const escalation = record.attempts.find(({ cause }) => cause === 'escalation')
    if (record.detour === undefined && escalation?.outcome !== 'rejected') drawn.compare(response)
    if (record.detour === 'escalation' && escalation?.insteadOf === chosen.id) drawn.condemn(response)
  }
}

/** Answers of different ways to choose a model are kept apart. */
function routeClass({ provider, route }: Controls, { auto }: Runtime): string {
  return `auto:${route ?? auto.strategy}:${provider ?? ''}`
}

function embeddingModel(model: string): GatewayError {
  return invalidRequest(
    'model',
    `'${model.slice(0, 200)}' is an embedding model, which answers no chats: send its inputs to POST /v1/embeddings.`,
  )
}
