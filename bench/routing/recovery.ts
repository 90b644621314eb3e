/** What each prompt brings with either model, and what a strong call costs above a cheap one. */
export interface Outcome {
  readonly cheap: number
  readonly strong: number
  readonly extraCost: number
}

/** How often each prompt counts: 1, or what a resampling drew. */
export type Weights = Float64Array

/**
 * How good an order of prompts is for routing, after RouteLLM (https://arxiv.org/abs/2406.18665). The hardest by score go to
 * the strong model, first none, then one, … then all. PGR is the gain above the cheap model alone, as a share of what the
 * strong model alone gains; equal scores are one step, since no threshold parts them.
 */
export interface Recovery {
  /** Mean PGR over all shares of strong calls, or of the extra cost; a random order has 0.5. */
  apgr(weights: Weights, by: By): number
  /** The smallest share that recovers so much of the gain. */
  callsForPgr(weights: Weights, wanted: number, by: By): number
  /** Mean quality with so many strong calls. */
  qualityAt(weights: Weights, strongShare: number): number
}

export type By = 'calls' | 'cost'

interface Curve {
  /** Both from 0; shares end at 1. */
  readonly shares: Float64Array
  readonly gains: Float64Array
  readonly length: number
}

export function createRecovery(outcomes: readonly Outcome[], scores: readonly number[]): Recovery {
  const order = outcomes.map((_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  const gain = Float64Array.from(order, (at) => (outcomes[at]?.strong ?? 0) - (outcomes[at]?.cheap ?? 0))
  const cheap = Float64Array.from(order, (at) => outcomes[at]?.cheap ?? 0)
  const cost = Float64Array.from(order, (at) => outcomes[at]?.extraCost ?? 0)
  const isLastOfLevel = order.map((at, place) => scores[at] !== scores[order[place + 1] ?? -1])

  function curve(weights: Weights, by: By): Curve {
    const shares = new Float64Array(order.length + 1)
    const gains = new Float64Array(order.length + 1)
    let [spent, gained, length] = [0, 0, 1]
    order.forEach((at, place) => {
      const weight = weights[at] ?? 0
      spent += weight * (by === 'cost' ? (cost[place] ?? 0) : 1)
      gained += weight * (gain[place] ?? 0)
      if (isLastOfLevel[place] !== true) return
      shares[length] = spent
      gains[length] = gained
      length += 1
    })
    for (let step = 0; step < length; step += 1) shares[step] = (shares[step] ?? 0) / spent
    return { shares, gains, length }
  }

  return {
    apgr(weights, by) {
      const { gains, length, shares } = curve(weights, by)
      const all = gains[length - 1] ?? 0
      let area = 0
      for (let step = 1; step < length; step += 1) {
        const width = (shares[step] ?? 0) - (shares[step - 1] ?? 0)
        area += (width * ((gains[step] ?? 0) + (gains[step - 1] ?? 0))) / 2
      }
      return area / all
    },
    callsForPgr(weights, wanted, by) {
      const { gains, length, shares } = curve(weights, by)
      const goal = wanted * (gains[length - 1] ?? 0)
      for (let step = 1; step < length; step += 1) {
        const [before, after] = [gains[step - 1] ?? 0, gains[step] ?? 0]
        if (after < goal) continue
        const [from, to] = [shares[step - 1] ?? 0, shares[step] ?? 0]
        return after === before ? to : from + ((goal - before) / (after - before)) * (to - from)
      }
      return 1
    },
    qualityAt(weights, strongShare) {
      const { gains, length, shares } = curve(weights, 'calls')
      const rows = weights.reduce((sum, weight) => sum + weight, 0)
      const base = order.reduce((sum, at, place) => sum + (weights[at] ?? 0) * (cheap[place] ?? 0), 0)
      for (let step = 1; step < length; step += 1) {
        const [from, to] = [shares[step - 1] ?? 0, shares[step] ?? 0]
        if (to < strongShare) continue
        const part = to === from ? 1 : (strongShare - from) / (to - from)
        const gained = (gains[step - 1] ?? 0) + part * ((gains[step] ?? 0) - (gains[step - 1] ?? 0))
        return (base + gained) / rows
      }
      return base / rows
    },
  }
}
