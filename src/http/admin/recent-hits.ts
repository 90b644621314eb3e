import { createRecentMap } from '../../core/recent-map.js'
import type { RequestRecord } from '../../core/request-record.js'

/** Which entries the newest hits were answered with, so that a client can speak of a hit by its request's id. */
export interface RecentHits {
  note(record: RequestRecord): void
  /** @param tenant undefined: of any tenant, the newest one. */
  find(requestId: string, tenant: string | undefined): string | undefined
}

/** At least. */
const MOST_HITS = 10_000

/** Request ids may be the clients' own: two tenants may use the same. */
export function createRecentHits(): RecentHits {
  const byTenant = createRecentMap<string>(MOST_HITS)
  const byId = createRecentMap<string>(MOST_HITS)
  return {
    note({ cacheHit, id, tenant }) {
      if (cacheHit === undefined) return
      byTenant.set(`${id} ${tenant}`, cacheHit.entry, 1)
      byId.set(id, cacheHit.entry, 1)
    },
    find: (id, tenant) => (tenant === undefined ? byId.get(id) : byTenant.get(`${id} ${tenant}`)),
  }
}
