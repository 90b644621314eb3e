import type { Clock } from '../../core/clock.js'
import type { RouteDecision, RouteReason } from '../../routing/choose-route.js'
import type { RoutingTarget } from '../../routing/target/target-state.js'

/** What there is to see of routing: for metrics, `/stats` and the dashboard. */
export interface RoutingSnapshot extends RecentRoutes {
  readonly target: RoutingTarget
  /** In force for the next request. */
  readonly threshold: number
  /** Of all answers that the target decides, relative to the strong model's, as far as the curve knows. */
  readonly expectedQuality: number
}

export interface RecentRoutes {
  /** Of the last decisions that the target alone made, at most `SHARE_OVER` of them; null: there was none. */
  readonly strongShare: number | null
  readonly decisions: number
  /** Since the start, by reason. */
  readonly counts: Readonly<Partial<Record<RouteReason, { readonly cheap: number; readonly strong: number }>>>
  /** The last scored requests, oldest first. */
  readonly recent: readonly RecentRoute[]
}

export interface RecentRoute {
  readonly atEpochMs: number
  readonly score: number
  /** Null: the score did not decide. */
  readonly threshold: number | null
  readonly selected: string
  readonly isStrong: boolean
  readonly reason: RouteReason
}

const MOST_RECENT = 500
const SHARE_OVER = 1000

export function createRecentRoutes(clock: Clock) {
  const counts = new Map<RouteReason, { cheap: number; strong: number }>()
  const calls: boolean[] = []
  const recent: RecentRoute[] = []

  return {
    note({ complexity, isFree, reason, target, threshold, tier }: RouteDecision): void {
      const isStrong = tier === 'strong'
      const count = counts.get(reason) ?? { cheap: 0, strong: 0 }
      count[tier] += 1
      counts.set(reason, count)
      if (isFree) push(calls, isStrong, SHARE_OVER)
      if (complexity === undefined) return
      const row = { atEpochMs: clock.epochMs(), score: complexity, threshold: threshold ?? null, isStrong, reason }
      push(recent, { ...row, selected: target.id }, MOST_RECENT)
    },
    view: (): RecentRoutes => ({
      strongShare: calls.length === 0 ? null : calls.filter((isStrong) => isStrong).length / calls.length,
      decisions: calls.length,
      counts: Object.fromEntries([...counts].map(([reason, count]) => [reason, { ...count }])),
      recent: [...recent],
    }),
  }
}

function push<T>(list: T[], item: T, most: number): void {
  list.push(item)
  if (list.length > most) list.shift()
}
