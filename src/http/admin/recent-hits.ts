import type { RequestRecord } from '../../core/request-record.js'

/** Which entries the newest hits were answered with, so that a client can speak of a hit by its request's id. */
export interface RecentHits {
  note(record: RequestRecord): void
  /** @param tenant undefined: of any tenant, the newest one. */
  find(requestId: string, tenant: string | undefined): string | undefined
}

const MOST_HITS = 10_000

/** Request ids may be the clients' own: two tenants may use the same. */
export function createRecentHits(): RecentHits {
  const byTenant = new Map<string, string>()
  const byId = new Map<string, string>()
  return {
    note({ cacheHit, id, tenant }) {
      if (cacheHit === undefined) return
      put(byTenant, `${id} ${tenant}`, cacheHit.entry)
      put(byId, id, cacheHit.entry)
    },
    find: (id, tenant) => (tenant === undefined ? byId.get(id) : byTenant.get(`${id} ${tenant}`)),
  }
}

function put(hits: Map<string, string>, key: string, entry: string): void {
  hits.delete(key)
  hits.set(key, entry)
  const [oldest] = hits.keys()
  if (hits.size > MOST_HITS && oldest !== undefined) hits.delete(oldest)
}
