import type { RecentRoute } from '../../pipeline/routed/recent-routes.js'

export interface ScoreColumns {
  readonly times: readonly number[]
  /** Scores of prompts that went to either model; null in the other's places. */
  readonly cheap: readonly (number | null)[]
  readonly strong: readonly (number | null)[]
  readonly thresholds: readonly number[]
}

export interface ScoreWindow {
  /** Seconds since the epoch. */
  readonly from: number
  readonly to: number
  /** In force now. */
  readonly threshold: number
}

/** The threshold is drawn from one end of the window to the other, also where nobody was routed. */
export function scoreColumns(routes: readonly RecentRoute[], { from, threshold, to }: ScoreWindow): ScoreColumns {
  const inOrder = [...routes].sort((a, b) => a.atEpochMs - b.atEpochMs)
  const scores = (wanted: boolean) => inOrder.map(({ isStrong, score }) => (isStrong === wanted ? score : null))
  const thresholds = inOrder.map((route) => route.threshold ?? threshold)
  return {
    times: [from, ...inOrder.map(({ atEpochMs }) => atEpochMs / 1000), to],
    cheap: [null, ...scores(false), null],
    strong: [null, ...scores(true), null],
    thresholds: [thresholds[0] ?? threshold, ...thresholds, threshold],
  }
}
