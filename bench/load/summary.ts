import { type Metric, median, type Sample } from './metrics.js'
import type { Goal, Scenario } from './scenarios.js'
import { FLOOR, GATEWAY } from './targets.js'

export interface MetricSummary {
  readonly scenario: string
  readonly target: string
  readonly metric: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** Median of the ratios within each round. */
  readonly ratioToFloor: number | undefined
}

export interface GoalSummary {
  readonly scenario: string
  readonly goal: string
  /** The limit, as the median over the rounds, and what was measured. */
  readonly limit: number
  readonly value: number
  readonly reached: boolean
}

export function summariseMetric(
  samples: readonly Sample[],
  scenario: string,
  target: string,
  metric: Metric,
): MetricSummary | undefined {
  const values = byRound(samples, scenario, target, metric)
  if (values.size === 0) return undefined
  const all = [...values.values()]
  const floors = byRound(samples, scenario, FLOOR, metric)
  const ratios = pairs(values, floors).flatMap(([value, floor]) => (floor === 0 ? [] : [value / floor]))
  return {
    scenario,
    target,
    metric: metric.label,
    median: median(all),
    min: Math.min(...all),
    max: Math.max(...all),
    ratioToFloor: metric.compared && ratios.length > 0 ? median(ratios) : undefined,
  }
}

/** Undefined when the gateway or the reference was not measured. */
export function summariseGoal(samples: readonly Sample[], scenario: Scenario, goal: Goal): GoalSummary | undefined {
  const { metric, sense, reference, factor = 1, plus = 0 } = goal
  const values = byRound(samples, scenario.name, GATEWAY, metric)
  const references = reference === undefined ? undefined : byRound(samples, scenario.name, reference, metric)
  const rounds =
    references === undefined ? [...values.values()].map((value) => [value, 0] as const) : pairs(values, references)
  if (rounds.length === 0) return undefined
  const limitOf = (referenceValue: number): number => (reference === undefined ? plus : factor * referenceValue + plus)
  // Value and limit of the same round are held against each other: what slowed one slowed the other.
  const share = median(rounds.map(([value, of]) => value / limitOf(of)))
  const terms = [reference === undefined ? '' : `${factor} × ${reference}`, plus === 0 ? '' : String(plus)]
  return {
    scenario: scenario.name,
    goal: `${metric.label} ${sense} ${terms.filter((term) => term !== '').join(' + ')}`,
    limit: median(rounds.map(([, of]) => limitOf(of))),
    value: median(rounds.map(([value]) => value)),
    reached: sense === 'at least' ? share >= 1 : share <= 1,
  }
}

function byRound(samples: readonly Sample[], scenario: string, target: string, metric: Metric): Map<number, number> {
  const values = new Map<number, number>()
  for (const sample of samples) {
    if (sample.scenario !== scenario || sample.target !== target) continue
    const value = metric.of(sample)
    if (value !== undefined && Number.isFinite(value)) values.set(sample.round, value)
  }
  return values
}

function pairs(values: Map<number, number>, references: Map<number, number>): readonly (readonly [number, number])[] {
  return [...values].flatMap(([round, value]) => {
    const reference = references.get(round)
    return reference === undefined ? [] : [[value, reference] as const]
  })
}
