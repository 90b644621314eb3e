import { renderMarkdown } from '../cache-eval/render-markdown.js'
import type { Metric, Sample } from '../load/metrics.js'
import type { Scenario } from '../load/scenarios.js'
import { type GoalSummary, summariseMetric } from '../load/summary.js'

/** What stands in the table; the rest is in the figures' file. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  throughput: ['requests/s'],
  'full-speed-1': ['tokens/s', 'CPU µs/token'],
  'full-speed-16': ['tokens/s', 'CPU µs/token'],
  'latency-250': ['p50 ms', 'p99 ms'],
  'latency-500': ['p50 ms', 'p99 ms'],
  'streams-500': ['TTFT p50 ms', 'gap p99 ms'],
  'streams-1000': ['tokens/s', 'peak RSS MB'],
}

/** A row for each measure, a column for each target: the median of the rounds, and its ratio to the floor's. */
export function renderComparison(
  scenarios: readonly Scenario[],
  targets: readonly string[],
  samples: readonly Sample[],
): string {
  const rows = scenarios.flatMap((scenario) =>
    scenario.metrics
      .filter(({ label }) => SHOWN[scenario.name]?.includes(label) === true)
      .map((metric) => [
        `${scenario.title}: ${metric.label}`,
        ...targets.map((target) => renderCell(samples, scenario, target, metric)),
      ]),
  )
  return renderMarkdown(['', ...targets], rows)
}

function renderCell(samples: readonly Sample[], scenario: Scenario, target: string, metric: Metric): string {
  const summary = summariseMetric(samples, scenario.name, target, metric)
  if (summary === undefined) return '–'
  const value = summary.median.toFixed(metric.digits)
  return summary.ratioToFloor === undefined ? value : `${value} (${summary.ratioToFloor.toFixed(2)})`
}

export function renderReached(goals: readonly GoalSummary[]): string {
  const rows = goals.map(({ goal, limit, reached, scenario, value }) => [
    scenario,
    goal,
    shown(value),
    shown(limit),
    reached ? 'reached' : '**missed**',
  ])
  return renderMarkdown(['', 'goal', 'gateway', 'limit', ''], rows)
}

function shown(value: number): string {
  return value.toFixed(value >= 100 ? 0 : 2)
}
