import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheEntry, Pace } from '../../cache/entry/cache-entry.js'
import { type CacheIdentity, identifyRequest } from '../../cache/identity/identify-request.js'
import type { ChatRequest } from '../../core/chat-request.js'
import { GatewayError } from '../../core/errors.js'
import type { StreamEvent } from '../../core/stream-event.js'
import type { Controls } from '../controls.js'
import type { PipelineDeps } from '../deps.js'
import type { StageContext } from '../request-desk.js'
import { whySkipped } from './cache-rules.js'
import { createFlights, type Flight, type OwnFlight } from './flights.js'
import { mayKeep } from './may-keep.js'
import { createPaceRecorder } from './pace-recorder.js'

/** A request at the cache's counter. */
export interface CacheQuestion {
  readonly stage: StageContext
  readonly request: ChatRequest
  readonly controls: Controls
  /** A pinned model's id, or the kind of routing that will choose one. */
  readonly modelClass: string
}

export type LookUp =
  | { readonly kind: 'hit'; readonly entry: CacheEntry }
  /** Somebody is just getting it. */
  | { readonly kind: 'join'; readonly flight: Flight }
  /** `tee`: takes the answer that a provider has to make now. Undefined: it is not wanted. */
  | { readonly kind: 'miss'; readonly tee: AnswerTee | undefined }

/** Where a fresh answer goes besides its client. Ended by the first `complete` or `fail`. */
export interface AnswerTee {
  readonly flight: OwnFlight
  observe(event: StreamEvent): void
  /** After the last byte went out. */
  complete(): void
  fail(error: GatewayError): void
}

export interface CacheDesk {
  /** @throws GatewayError 404 when the answer is not there and the client wants no other */
  lookUp(question: CacheQuestion): Promise<LookUp>
}

export function createCacheDesk({ cache, clock }: Pick<PipelineDeps, 'cache' | 'clock'>): CacheDesk {
  const flights = createFlights()
  return {
    async lookUp(question) {
      const { controls, request, stage } = question
      const { record, runtime } = stage
      const skipped = whySkipped(request, controls, stage.call.request.headers, runtime.cache)
      record.cache = skipped === undefined ? 'MISS' : 'SKIP'
      record.cacheReason = skipped
      if (skipped !== undefined || isExcluded(question) || cache === null) return refuseOnly(question)

      const identity = identify(question)
      if (controls.cache === 'refresh') {
        record.cache = 'REFRESH'
        return { kind: 'miss', tee: createTee(cache, question, identity) }
      }
      const startedAt = clock.now()
      const hit = await findExact(cache, question, identity)
      record.stagesMs.lookup = clock.now() - startedAt
      if (hit !== undefined) {
        record.cache = 'HIT'
        record.cacheHit = { kind: 'exact', entry: hit.id }
        cache.served(hit.id)
        return { kind: 'hit', entry: hit }
      }
      if (controls.cache === 'only') return refuseOnly(question)
      const flight = flights.find(identity.exactKey)
      if (flight !== undefined && mayFollow(flight, question)) {
        record.cache = 'JOIN'
        return { kind: 'join', flight }
      }
      return { kind: 'miss', tee: createTee(cache, question, identity) }
    },
  }

  function createTee(to: AnswerCache, question: CacheQuestion, identity: CacheIdentity): AnswerTee {
    const flight = flights.open(identity.exactKey)
    const recorder = createPaceRecorder(clock)
    return {
      flight,
      observe(event) {
        recorder.note(event)
        flight.push(event)
      },
      complete() {
        flight.complete()
        // Until the answer is kept it can be joined: nobody falls between the two.
        void offer(to, question, identity, { flight, pace: recorder.pace() }).then(() => flight.close())
      },
      fail: (error) => flight.fail(error),
    }
  }

  async function offer(
    to: AnswerCache,
    { stage, modelClass }: CacheQuestion,
    identity: CacheIdentity,
    { flight, pace }: { flight: OwnFlight; pace: Pace },
  ): Promise<void> {
    const { call, runtime } = stage
    const response = flight.response()
    if (flight.source === undefined) return
    const { origin, target } = flight.source
    if (!mayKeep(response) || runtime.cache.excludeModels.has(target.id)) return
    const storedAtMs = clock.epochMs()
    const about = {
      tenant: call.tenant,
      namespace: identity.namespace,
      modelClass,
      provider: target.provider,
      model: target.id,
      storedAtMs,
      expiresAtMs: storedAtMs + runtime.cache.ttlMs,
    }
    const answer = { response, origin, upstreamName: target.upstreamName, pace }
    await to.keep({ id: identity.exactKey, about, answer, semantic: null })
  }
}

function identify({ controls, modelClass, request, stage }: CacheQuestion): CacheIdentity {
  return identifyRequest(request, {
    tenant: stage.call.tenant,
    namespace: controls.cacheNamespace,
    modelClass,
    embedder: null,
  })
}

/** A key that may not use the entry's model does not get its answer either. */
async function findExact(
  cache: AnswerCache,
  { controls, request, stage }: CacheQuestion,
  { exactKey }: CacheIdentity,
): Promise<CacheEntry | undefined> {
  const maxAgeMs = (controls.cacheMaxAgeSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const entry = await cache.find(exactKey, maxAgeMs)
  if (entry === undefined) return undefined
  return stage.call.mayUse(request.model) || stage.call.mayUse(entry.about.model) ? entry : undefined
}

function mayFollow({ source }: Flight, { request, stage }: CacheQuestion): boolean {
  return stage.call.mayUse(request.model) || (source !== undefined && stage.call.mayUse(source.target.id))
}

function isExcluded({ modelClass, stage }: CacheQuestion): boolean {
  const excluded = stage.runtime.cache.excludeModels.has(modelClass)
  if (excluded) {
    stage.record.cache = 'SKIP'
    stage.record.cacheReason = 'model'
  }
  return excluded
}

function refuseOnly({ controls, stage: { record } }: CacheQuestion): LookUp {
  if (controls.cache !== 'only') return { kind: 'miss', tee: undefined }
  const why = record.cacheReason === undefined ? '' : ` (${record.cacheReason})`
  record.cache = 'ONLY_MISS'
  throw new GatewayError(
    'cache_miss',
    `The answer is not in the cache${why}, and X-Cache: only forbids asking the provider.`,
  )
}
