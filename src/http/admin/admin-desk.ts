import type { AnswerCache } from '../../cache/answer-cache.js'
import { requireNonEmptyString } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'
import type { Ledger } from '../../ledger/ledger.js'
import type { KeySnapshot } from '../../limits/key-snapshot.js'
import type { CacheCounts } from '../../telemetry/cache-counter.js'
import type { Latencies } from '../../telemetry/latency/latencies.js'
import type { TransportRequest, TransportResponse } from '../../transport/transport.js'
import type { Authenticate } from '../authenticate.js'
import type { AdminEndpoint } from '../routes.js'
import type { Stats } from '../stats/stats.js'
import type { StatsStream } from '../stats/stream-stats.js'
import type { AdminGuard } from './admin-guard.js'
import { cacheFigures } from './cache-figures.js'
import { isEntryId } from './entry-id.js'
import { exportEntries } from './export-entries.js'
import { flushCache } from './flush-cache.js'
import { importEntries } from './import-entries.js'
import { keyFigures } from './key-figures.js'
import { listEntries } from './list-entries.js'
import { readFields } from './read-fields.js'
import { readReport } from './read-report.js'
import type { RecentHits } from './recent-hits.js'
import { sendHgrm } from './send-hgrm.js'
import { type Feedback, takeFeedback } from './take-feedback.js'

export interface AdminDeps {
  readonly nowEpochMs: () => number
  /** Null: answers are not kept. */
  readonly cache: AnswerCache | null
  readonly counts: () => CacheCounts
  readonly hits: RecentHits
  readonly latencies: Latencies
  /** What keys have used. */
  readonly keys: () => readonly KeySnapshot[]
  /** What `/stats` tells. */
  readonly stats: () => Promise<Stats>
  readonly statsStream: StatsStream
  readonly ledger: Pick<Ledger, 'read'>
  readonly onFeedback: (feedback: Feedback) => void
}

export interface AdminCall {
  readonly request: TransportRequest
  readonly response: TransportResponse
  readonly endpoint: AdminEndpoint
  /** Behind the prefix of the path. */
  readonly rest: string
  /** Of the door, for every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly guard: AdminGuard
  readonly authenticate: Authenticate
}

export interface AdminAnswer {
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

/** The admin paths. Rejects with a `GatewayError` for whoever may not, and for what cannot be done. */
export type AdminDesk = (call: AdminCall) => Promise<AdminAnswer | 'sent'>

export function createAdminDesk(deps: AdminDeps): AdminDesk {
  return async (call) => {
    const { endpoint, guard, request } = call
    if (endpoint === 'session') return request.method === 'DELETE' ? closeSession(call) : openSession(call)
    if (endpoint === 'cache-feedback') {
      const tenant = judgedTenant(call)
      return { body: await takeFeedback({ ...deps, cache: requireCache() }, request, tenant) }
    }
    guard.admit(request, deps.nowEpochMs())
    switch (endpoint) {
      case 'cache-stats':
        return { body: cacheFigures(deps.cache, deps.counts()) }
      case 'cache-flush':
        return { body: await flushCache(requireCache(), request, deps.nowEpochMs()) }
      case 'cache-entries':
        return { body: await listEntries(requireCache(), request) }
      case 'cache-export':
        await exportEntries(requireCache(), request, call.response, call.headers)
        return 'sent'
      case 'cache-import':
        return { body: await importEntries(requireCache(), request, deps.nowEpochMs()) }
      case 'report':
        return { body: await readReport(deps.ledger, request, deps.nowEpochMs()) }
      case 'cache-entry':
        return { body: await removeEntry(call.rest) }
      case 'keys':
        return { body: keyFigures(deps.keys()), headers: { 'Cache-Control': 'no-store' } }
      case 'stats':
        return { body: await deps.stats(), headers: { 'Cache-Control': 'no-store' } }
      case 'stats-stream':
        deps.statsStream.open(request, call.response, call.headers)
        return 'sent'
      case 'stats-hgrm':
        sendHgrm(deps.latencies, request, call.response, call.headers)
        return 'sent'
    }
  }

  async function openSession({ guard, request }: AdminCall): Promise<AdminAnswer> {
    const { key } = await readFields(request, ['key'])
    const cookie = guard.openSession(request, requireNonEmptyString(key, 'key'), deps.nowEpochMs())
    if (cookie === undefined) return { body: { status: 'open' } }
    return { body: { status: 'signed-in' }, headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } }
  }

  /** Whoever has no session may end it as well. */
  function closeSession({ guard, request }: AdminCall): AdminAnswer {
    const cookie = guard.closeSession(request)
    return { body: { status: 'signed-out' }, headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } }
  }

  /** The admin judges everybody's answers, a client those of its tenant. */
  function judgedTenant({ authenticate, guard, request }: AdminCall): string | undefined {
    const now = deps.nowEpochMs()
    if (guard.recognises(request, now)) return undefined
    try {
      return authenticate(request.headers, now).tenant
    } catch (error) {
      // Neither a client's key nor the admin's: this path must not be the one to guess at.
      guard.failed(request, now)
      throw error
    }
  }

  async function removeEntry(id: string): Promise<object> {
    const cache = requireCache()
    if (isEntryId(id) && (await cache.remove(id))) return { status: 'removed', id }
    throw new GatewayError('not_found', 'There is no entry of this id.', { param: 'id' })
  }

  function requireCache(): AnswerCache {
    if (deps.cache !== null) return deps.cache
    throw new GatewayError('not_found', 'This gateway keeps no answers (cache.store: off).')
  }
}
