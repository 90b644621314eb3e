import type { AttemptRecord, RequestRecord } from '../../core/request-record.js'

/** Why a request was answered as it was: the cache, the choice of the model, the tries, and how it ended. */
export function explainRequest(record: RequestRecord): string {
  const parts = [explainCache(record), explainRoute(record), ...record.attempts.flatMap(explainTry), explainEnd(record)]
  return parts.filter((part) => part !== undefined).join('; ')
}

function explainCache({ cache, cacheHit, cacheReason, similarity }: RequestRecord): string | undefined {
  const nearest = similarity === undefined ? '' : `, the nearest kept prompt has ${similarity.toFixed(4)}`
  switch (cache) {
    case 'HIT':
      if (cacheHit?.kind !== 'semantic') return 'the same request was answered before'
      return `answered from a prompt that means the same (${similarity?.toFixed(4)}${sure(cacheHit.confidence)})`
    case 'JOIN':
      return 'joined the same request, which was being answered'
    case 'REFRESH':
      return 'asked anew as wished'
    case 'SKIP':
      return cacheReason === undefined ? undefined : `past the cache: ${cacheReason}`
    case 'MISS':
    case 'ONLY_MISS':
      return `not in the cache${nearest}`
  }
}

function sure(confidence: number | undefined): string {
  return confidence === undefined ? '' : `, right with at least ${confidence.toFixed(4)}`
}

function explainRoute({ routing }: RequestRecord): string | undefined {
  if (routing === undefined) return undefined
  const { complexity, reason, selected, strategy, strong, threshold } = routing
  // What stands in for a model that could not have it may be either, or neither.
  const isStandIn = STAND_IN.test(reason)
  const end = isStandIn ? selected : selected === strong ? 'the strong model' : 'the cheap model'
  if (complexity === undefined || threshold === undefined) return `${end} (${strategy}, ${reason})`
  const compared = complexity >= threshold ? '≥' : '<'
  return `${end} (${reason}: ${complexity.toFixed(2)} ${compared} ${threshold.toFixed(2)})`
}

const STAND_IN = /^(?:capability:.*|context|output|health|budget)$/

function explainTry({ cause, errorCode, model, outcome }: AttemptRecord): string | readonly [] {
  if (cause === 'first' && outcome === 'complete') return []
  const what = cause === 'first' ? model : `${cause}: ${model}`
  return errorCode === undefined ? what : `${what} (${errorCode})`
}

function explainEnd({ attempts, end, errorCode }: RequestRecord): string | undefined {
  if (end === 'client-gone') return 'the client left'
  return errorCode === undefined || attempts.at(-1)?.errorCode === errorCode ? undefined : errorCode
}
