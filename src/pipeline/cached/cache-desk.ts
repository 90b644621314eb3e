import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheEntry } from '../../cache/entry/cache-entry.js'
import {
  type CacheIdentity,
  type CacheScope,
  identifyRequest,
  type SemanticIdentity,
} from '../../cache/identity/identify-request.js'
import type { SemanticRecord } from '../../cache/learning/create-learning.js'
import type { Assessed } from '../../cache/semantic/choose-hit.js'
import type { ChatRequest } from '../../core/chat-request.js'
import { GatewayError } from '../../core/errors.js'
import type { RequestRecord } from '../../core/request-record.js'
import type { TransportRequest } from '../../transport/transport.js'
import type { ClientCall } from '../client-call.js'
import type { Controls } from '../controls.js'
import type { PipelineDeps, PromptAnalysis, Runtime } from '../deps.js'
import { noteStage } from '../note-stage.js'
import { type AnswerTee, createAnswerTee } from './answer-tee.js'
import { whySkipped } from './cache-rules.js'
import { createFlights, type Flight, type OwnFlight } from './flights.js'

/** A request at the cache's counter. */
export interface CacheQuestion {
  readonly stage: CacheStage
  readonly request: ChatRequest
  readonly controls: Controls
  /** A pinned model's id, or the kind of routing that will choose one. */
  readonly modelClass: string
}

/** What the counter looks at of a request's stage, and the lines of its record that it fills in. */
export interface CacheStage {
  readonly call: Pick<ClientCall, 'tenant' | 'mayAnswer'> & {
    readonly keyName?: string | undefined
    readonly request: Pick<TransportRequest, 'headers'>
  }
  readonly record: Pick<
    RequestRecord,
    'id' | 'cache' | 'cacheReason' | 'cacheHit' | 'similarity' | 'stagesMs' | 'stages'
  > &
    Partial<Pick<RequestRecord, 'cacheKey' | 'near'>>
  readonly runtime: Pick<Runtime, 'cache'>
}

export type LookUp =
  | { readonly kind: 'hit'; readonly entry: CacheEntry }
  /** Somebody is just getting it. */
  | { readonly kind: 'join'; readonly flight: Flight }
  | Miss

export interface Miss {
  readonly kind: 'miss'
  /** Takes the answer that a provider has to make now. Undefined: it is not wanted. */
  readonly tee: AnswerTee | undefined
  /** Null: an answer to another prompt will not do, and this one is no answer to others. */
  readonly semantic: SemanticIdentity | null
}

export interface CacheDesk {
  lookUp(question: CacheQuestion): Promise<LookUp>
  /** After a miss: an answer that was kept for another prompt which asks the same. */
  findByMeaning(question: CacheQuestion, miss: Miss, analysis: PromptAnalysis): Promise<CacheEntry | undefined>
}

type Deps = Pick<PipelineDeps, 'cache' | 'clock' | 'semantic' | 'learning'>

export function createCacheDesk({ cache, clock, learning, semantic }: Deps): CacheDesk {
  const flights = createFlights()
  /** By request: those that are asked again and again are the same object, and mostly come from the same place. */
  const identities = new WeakMap<ChatRequest, { readonly scope: string; readonly identity: CacheIdentity }>()
  return {
    async lookUp(question) {
      const { controls, request, stage } = question
      const { record, runtime } = stage
      const skipped = whySkipped(request, controls, stage.call.request.headers, runtime.cache) ?? whyExcluded(question)
      record.cache = skipped === undefined ? 'MISS' : 'SKIP'
      record.cacheReason = skipped
      if (skipped !== undefined || cache === null) return { kind: 'miss', tee: undefined, semantic: null }

      const identity = identify(question)
      record.cacheKey = identity.exactKey
      const miss = (): Miss => {
        const wanted = controls.cache !== 'only'
        const tee = wanted ? teeOf(cache, question, identity, flights.open(identity.exactKey)) : undefined
        return { kind: 'miss', tee, semantic: identity.semantic }
      }
      if (controls.cache === 'refresh') {
        record.cache = 'REFRESH'
        return miss()
      }
      const startedAt = clock.now()
      const hit = mayBeGiven(question, await cache.find(identity.exactKey, maxAgeMs(controls)))
      noteStage(record, 'lookup', startedAt, clock.now())
      if (hit !== undefined) {
        record.cache = 'HIT'
        record.cacheHit = { kind: 'exact', entry: hit.id, confidence: undefined }
        cache.served(hit.id)
        return { kind: 'hit', entry: hit }
      }
      const flight = controls.cache === 'only' ? undefined : flights.find(identity.exactKey)
      if (flight === undefined || !mayFollow(flight, question)) return miss()
      record.cache = 'JOIN'
      return { kind: 'join', flight }
    },

    async findByMeaning(question, miss, analysis) {
      if (miss.semantic === null || semantic === null || cache === null || analysis.kind !== 'analysed')
        return undefined
      // What was cut before it was embedded has the vector of its beginning.
      if (analysis.tokenCount > semantic.maxTokens) return undefined
      const { partition, prompt } = miss.semantic
      const { controls, stage } = question
      const { record, runtime } = stage
      // The vector is a view on its batch; this one is kept.
      const vector = analysis.vector.slice()
      const { storePrompts } = runtime.cache
      const kept = storePrompts ? { prompt, masked: null } : { prompt: null, masked: semantic.mask(prompt) }
      miss.tee?.means({ partition, vector, ...kept })
      if (controls.cache === 'refresh') return undefined

      const startedAt = clock.now()
      const asked = { partition, prompt, vector, maxAgeMs: maxAgeMs(controls) }
      const { hit, near, nearMiss, similarity } = await semantic.find(asked, runtime.cache.semantic)
      const entry = hit && mayBeGiven(question, await cache.find(hit.id, maxAgeMs(controls)))
      noteStage(record, 'lookup', startedAt, clock.now())
      record.similarity = similarity
      record.near = near
      if (hit === undefined || entry === undefined) {
        if (nearMiss !== undefined) rememberNearMiss(question, miss, prompt, nearMiss)
        return undefined
      }
      record.cache = 'HIT'
      record.cacheHit = { kind: 'semantic', entry: entry.id, confidence: hit.confidence?.lowerBound }
      cache.served(entry.id)
      miss.tee?.giveUpFor(entry)
      const judged = hit.assessed && recordOf(question, prompt, hit.assessed, entry, true)
      if (judged !== undefined) learning?.onHit(judged)
      return entry
    },
  }

  /** The answer that comes anyway tells whether the kept one would have been right. */
  function rememberNearMiss(question: CacheQuestion, { tee }: Miss, prompt: string, nearMiss: Assessed): void {
    if (learning === null || tee === undefined || nearMiss.assessment.kind === 'guarded') return
    tee.onComplete((fresh) => {
      void cache?.find(nearMiss.near.id, Number.POSITIVE_INFINITY).then((entry) => {
        const record = entry && recordOf(question, prompt, nearMiss, entry, false)
        if (record !== undefined) learning.onNearMiss(record, fresh)
      })
    })
  }

  function teeOf(to: AnswerCache, question: CacheQuestion, identity: CacheIdentity, flight: OwnFlight): AnswerTee {
    const { modelClass, request, stage } = question
    const { ttlMs, excludeModels } = stage.runtime.cache
    const about = { tenant: stage.call.tenant, namespace: identity.namespace, modelClass }
    return createAnswerTee({ cache: to, clock, flight, id: identity.exactKey, about, request, ttlMs, excludeModels })
  }

  function identify({ controls, modelClass, request, stage }: CacheQuestion): CacheIdentity {
    const isOff = stage.runtime.cache.semantic.mode === 'off'
    const scope: CacheScope = {
      tenant: stage.call.tenant,
      namespace: controls.cacheNamespace,
      modelClass,
      embedder: isOff ? null : (semantic?.embedder ?? null),
    }
    const key = JSON.stringify(scope)
    const known = identities.get(request)
    if (known?.scope === key) return known.identity
    const identity = identifyRequest(request, scope)
    identities.set(request, { scope: key, identity })
    return identity
  }
}

/** Undefined: a guard held it back, or prompts are not kept. */
function recordOf(
  { request, stage }: CacheQuestion,
  prompt: string,
  { assessment, near }: Assessed,
  entry: CacheEntry,
  served: boolean,
): SemanticRecord | undefined {
  if (assessment.kind === 'guarded' || near.prompt === null) return undefined
  return {
    entryId: entry.id,
    requestId: stage.record.id,
    request,
    assessment,
    served,
    prompt,
    cachedPrompt: near.prompt,
    cachedAnswer: entry.answer.response,
    about: {
      tenant: stage.call.tenant,
      key: stage.call.keyName,
      provider: entry.about.provider,
      model: entry.about.model,
    },
  }
}

/** @throws GatewayError 404 when the client wants what is kept or nothing */
export function refuseIfOnly({ controls, stage: { record } }: CacheQuestion): void {
  if (controls.cache !== 'only') return
  const why = record.cacheReason === undefined ? '' : ` (${record.cacheReason})`
  record.cache = 'ONLY_MISS'
  throw new GatewayError(
    'cache_miss',
    `The answer is not in the cache${why}, and X-Cache: only forbids asking the provider.`,
  )
}

/** A key that may not use the entry's model does not get its answer either. */
function mayBeGiven({ request, stage }: CacheQuestion, entry: CacheEntry | undefined): CacheEntry | undefined {
  if (entry === undefined) return undefined
  return stage.call.mayAnswer(request.model, entry.about.model) ? entry : undefined
}

/** As long as no model is chosen, only those may follow who may be answered by any. */
function mayFollow({ source }: Flight, { request, stage }: CacheQuestion): boolean {
  return stage.call.mayAnswer(request.model, source?.model ?? '')
}

function whyExcluded({ modelClass, stage }: CacheQuestion): string | undefined {
  return stage.runtime.cache.excludeModels.has(modelClass) ? 'model' : undefined
}

function maxAgeMs({ cacheMaxAgeSeconds }: Controls): number {
  return (cacheMaxAgeSeconds ?? Number.POSITIVE_INFINITY) * 1000
}
