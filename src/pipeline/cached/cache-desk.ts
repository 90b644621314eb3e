import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheEntry, Pace } from '../../cache/entry/cache-entry.js'
import { type CacheIdentity, identifyRequest } from '../../cache/identity/identify-request.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'
import type { ReasoningOrigin } from '../../core/message.js'
import type { ModelSpec } from '../../core/model-spec.js'
import type { Controls } from '../controls.js'
import type { PipelineDeps } from '../deps.js'
import type { StageContext } from '../request-desk.js'
import { whySkipped } from './cache-rules.js'
import { mayKeep } from './may-keep.js'

/** A request at the cache's counter. */
export interface CacheQuestion {
  readonly stage: StageContext
  readonly request: ChatRequest
  readonly controls: Controls
  /** A pinned model's id, or the kind of routing that will choose one. */
  readonly modelClass: string
}

export interface LookUp {
  readonly hit: CacheEntry | undefined
  /** Offers the provider's answer, after its last byte went out. Undefined: it is not wanted. */
  readonly keep: ((answer: FreshAnswer) => void) | undefined
}

/** A whole answer, as it came from a provider. */
export interface FreshAnswer {
  readonly response: ChatResponse
  readonly origin: ReasoningOrigin
  readonly target: ModelSpec
  readonly pace: Pace | null
}

export interface CacheDesk {
  /** @throws GatewayError 404 when the answer is not there and the client wants no other */
  lookUp(question: CacheQuestion): Promise<LookUp>
}

export function createCacheDesk({ cache, clock }: Pick<PipelineDeps, 'cache' | 'clock'>): CacheDesk {
  return {
    async lookUp(question) {
      const { controls, request, stage } = question
      const { record, runtime } = stage
      const skipped = whySkipped(request, controls, stage.call.request.headers, runtime.cache)
      record.cache = skipped === undefined ? 'MISS' : 'SKIP'
      record.cacheReason = skipped
      if (skipped !== undefined || isExcluded(question) || cache === null) return refuseOnly(question)

      const identity = identify(question)
      const keep = (answer: FreshAnswer): void => offer(cache, question, identity, answer)
      if (controls.cache === 'refresh') {
        record.cache = 'REFRESH'
        return { hit: undefined, keep }
      }
      const startedAt = clock.now()
      const hit = await findExact(cache, question, identity)
      record.stagesMs.lookup = clock.now() - startedAt
      if (hit === undefined) return { ...refuseOnly(question), keep }
      record.cache = 'HIT'
      record.cacheHit = { kind: 'exact', entry: hit.id }
      cache.served(hit.id)
      return { hit, keep: undefined }
    },
  }

  function offer(
    to: AnswerCache,
    { stage, modelClass }: CacheQuestion,
    identity: CacheIdentity,
    { origin, pace, response, target }: FreshAnswer,
  ): void {
    const { call, runtime } = stage
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
    void to.keep({ id: identity.exactKey, about, answer, semantic: null })
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

function isExcluded({ modelClass, stage }: CacheQuestion): boolean {
  const excluded = stage.runtime.cache.excludeModels.has(modelClass)
  if (excluded) {
    stage.record.cache = 'SKIP'
    stage.record.cacheReason = 'model'
  }
  return excluded
}

function refuseOnly({ controls, stage: { record } }: CacheQuestion): LookUp {
  if (controls.cache !== 'only') return { hit: undefined, keep: undefined }
  const why = record.cacheReason === undefined ? '' : ` (${record.cacheReason})`
  record.cache = 'ONLY_MISS'
  throw new GatewayError(
    'cache_miss',
    `The answer is not in the cache${why}, and X-Cache: only forbids asking the provider.`,
  )
}
