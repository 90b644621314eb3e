import { type Interval, wilsonInterval } from '../../src/core/hit-model/wilson-interval.js'
import type { EvalData } from './eval-data.js'

/** What became of requests. Tallies of disjoint splits add up. */
export interface Tally {
  readonly requests: number
  /** In the very words of an earlier one. */
  readonly exact: number
  /** Answered with what was kept for another prompt. */
  readonly hits: number
  readonly wrong: Wrong
}

/** Of the hits, by each kind of labels; null where there are none. */
export interface Wrong {
  readonly strict: number
  readonly adjudicated: number | null
}

export const NOTHING: Tally = { requests: 0, exact: 0, hits: 0, wrong: { strict: 0, adjudicated: 0 } }

export interface ServedHit {
  readonly prompt: string
  readonly kept: string
}

export function tallyOf(requests: number, exact: number, hits: readonly ServedHit[], data: EvalData): Tally {
  const { adjudicated, strict } = data
  const wrongBy = (labels: EvalData['strict']): number =>
    hits.filter(({ prompt, kept }) => !labels(prompt, kept)).length
  const wrong = { strict: wrongBy(strict), adjudicated: adjudicated === null ? null : wrongBy(adjudicated) }
  return { requests, exact, hits: hits.length, wrong }
}

export function addTallies(a: Tally, b: Tally): Tally {
  const adjudicated =
    a.wrong.adjudicated === null || b.wrong.adjudicated === null ? null : a.wrong.adjudicated + b.wrong.adjudicated
  return {
    requests: a.requests + b.requests,
    exact: a.exact + b.exact,
    hits: a.hits + b.hits,
    wrong: { strict: a.wrong.strict + b.wrong.strict, adjudicated },
  }
}

/** 0 without hits. */
export const shareOf = (wrong: number, { hits }: Tally): number => (hits === 0 ? 0 : wrong / hits)

export const intervalOf = (wrong: number, { hits }: Tally): Interval => wilsonInterval(wrong, hits)
