import { renderTable } from '../render-table.js'
import type { Sample } from './metrics.js'
import type { Scenario } from './scenarios.js'
import { type GoalSummary, summariseMetric } from './summary.js'

export interface StartUp {
  readonly target: string
  readonly readyMs: number
  readonly restRssBytes: number | undefined
}

export function renderStartUps(startUps: readonly StartUp[]): string {
  const rows = startUps.map(({ target, readyMs, restRssBytes }) => [
    target,
    readyMs.toFixed(0),
    restRssBytes === undefined ? '–' : (restRssBytes / 1024 / 1024).toFixed(0),
  ])
  return `start\n${renderTable([['target', 'ready after ms', 'RSS at rest MB'], ...rows])}\n`
}

/** Medians over the rounds, with the lowest and the highest; × floor is the median of the rounds' own ratios. */
export function renderScenario(scenario: Scenario, targets: readonly string[], samples: readonly Sample[]): string {
  const header = [
    'target',
    ...scenario.metrics.flatMap(({ label, compared }) => (compared ? [label, '× floor'] : [label])),
    'answers',
    'failed',
  ]
  const rows = targets.flatMap((target) => {
    const own = samples.filter((sample) => sample.scenario === scenario.name && sample.target === target)
    if (own.length === 0) return []
    const cells = scenario.metrics.flatMap((metric) => {
      const summary = summariseMetric(samples, scenario.name, target, metric)
      const value =
        summary === undefined
          ? '–'
          : `${summary.median.toFixed(metric.digits)} (${summary.min.toFixed(metric.digits)}–${summary.max.toFixed(metric.digits)})`
      return metric.compared ? [value, summary?.ratioToFloor?.toFixed(2) ?? '–'] : [value]
    })
    const sum = (of: (sample: Sample) => number): string => String(own.reduce((total, sample) => total + of(sample), 0))
    return [[target, ...cells, sum((sample) => sample.allRequests), sum((sample) => sample.failures)]]
  })
  return `${scenario.name}: ${scenario.title}\n${renderTable([header, ...rows])}\n`
}

export function renderGoals(goals: readonly GoalSummary[]): string {
  if (goals.length === 0) return ''
  const rows = goals.map(({ scenario, goal, limit, value, reached }) => [
    reached ? 'reached' : 'MISSED',
    scenario,
    goal,
    `${shown(value)} against ${shown(limit)}`,
  ])
  return `goals of the gateway\n${renderTable(rows)}\n`
}

function shown(value: number): string {
  return value.toFixed(value >= 100 ? 0 : 2)
}
