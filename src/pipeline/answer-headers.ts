import { formatUsd, type PicoUsd } from '../core/money/money.js'
import { requestCost } from '../core/money/request-cost.js'
import type { RequestRecord } from '../core/request-record.js'
import { renderRoute } from '../routing/render-route.js'

/** Before the answer begins nobody knows yet which model it will be of. */
export function earlyAnswerHeaders(record: RequestRecord): Record<string, string> {
  const undecided = { provider: undefined, model: undefined, routing: undefined, detour: undefined, dropped: [] }
  return answerHeaders({ ...record, ...undecided })
}

/** What every completion tells about how it was made. */
export function answerHeaders(record: RequestRecord): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': record.stream ? 'text/event-stream; charset=utf-8' : 'application/json',
    'X-Request-Id': record.id,
    'X-LLMRouter-Cache': record.cache === 'ONLY_MISS' ? 'MISS' : record.cache,
  }
  if (record.cacheReason !== undefined) headers['X-LLMRouter-Cache-Reason'] = headerText(record.cacheReason)
  if (record.cacheHit !== undefined) {
    headers['X-LLMRouter-Cache-Kind'] = record.cacheHit.kind
    headers['X-LLMRouter-Entry'] = record.cacheHit.entry
    const { confidence } = record.cacheHit
    if (confidence !== undefined) headers['X-LLMRouter-Confidence'] = confidence.toFixed(4)
  }
  const cost = knownCost(record)
  if (cost !== undefined) headers['X-LLMRouter-Cost-Usd'] = formatUsd(cost)
  if (record.similarity !== undefined) headers['X-LLMRouter-Similarity'] = record.similarity.toFixed(4)
  if (record.stream) {
    headers['Cache-Control'] = 'no-cache'
    // nginx would otherwise hold tokens back.
    headers['X-Accel-Buffering'] = 'no'
  }
  if (record.provider !== undefined) headers['X-LLMRouter-Provider'] = record.provider
  if (record.model !== undefined) headers['X-LLMRouter-Model'] = headerText(record.model)
  const route = routeOf(record)
  if (route !== undefined) headers['X-LLMRouter-Route'] = renderRoute(route)
  if (record.dropped.length > 0) headers['X-LLMRouter-Dropped'] = headerText(record.dropped.join(', '))
  const timing = serverTiming(record)
  if (timing !== '') headers['Server-Timing'] = timing
  return headers
}

/** What a stream costs is known after its body only, unless it is a copy. */
function knownCost(record: RequestRecord): PicoUsd | undefined {
  if (record.cache === 'HIT' || record.cache === 'JOIN') return 0n
  return record.stream ? undefined : requestCost(record)
}

/** Another model than the chosen one is news, also to those who chose themselves. */
function routeOf({ detour, routing }: RequestRecord): Parameters<typeof renderRoute>[0] | undefined {
  if (detour === undefined) return routing
  return { strategy: 'pinned', complexity: undefined, threshold: undefined, ...routing, reason: detour }
}

function serverTiming(record: RequestRecord): string {
  return Object.entries(record.stagesMs)
    .map(([stage, ms]) => `${stage};dur=${ms.toFixed(2)}`)
    .join(', ')
}

/** Names come from clients: what cannot stand in a header is replaced. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?')
}
