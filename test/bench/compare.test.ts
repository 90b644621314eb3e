import { expect, test } from 'vitest'
import { withDistinctPrompts } from '../../bench/compare/distinct-prompts.js'
import { renderComparison } from '../../bench/compare/render-comparison.js'
import { chooseScenarios } from '../../bench/load/choose-scenarios.js'
import type { Job } from '../../bench/load/job.js'
import type { Sample } from '../../bench/load/metrics.js'
import { renderRequests } from '../../bench/load/request-bytes.js'
import { buildScenarios } from '../../bench/load/scenarios.js'

const scenarios = buildScenarios(true)

test('scenarios are chosen by their names, or by beginnings that are no name', () => {
  const names = (wanted: readonly string[]) => chooseScenarios(wanted, scenarios).map(({ name }) => name)
  expect(names([])).toHaveLength(scenarios.length)
  expect(names(['full-speed-1'])).toEqual(['full-speed-1'])
  expect(names(['latency', 'throughput'])).toEqual(['throughput', 'latency-250', 'latency-500'])
  expect(() => names(['speed'])).toThrow('No such scenario; there are throughput')
})

test('a table has the medians of the rounds beside the ratios to the floor', () => {
  const sample = (target: string, round: number, windowRequests: number) =>
    ({ scenario: 'throughput', target, round, windowRequests, windowSeconds: 2 }) as Sample // all that is read
  const samples = [
    ...[100, 200, 300].map((count, round) => sample('floor', round, count)),
    ...[50, 60, 300].map((count, round) => sample('gateway', round, count)),
  ]
  const rows = renderComparison(chooseScenarios(['throughput'], scenarios), ['floor', 'gateway', 'portkey'], samples)
  expect(rows.split('\n')[2]).toMatch(/requests\/s \| 100 \(1\.00\) +\| 30 \(0\.50\) +\| – +\|$/)
})

test('no prompt of one job is in another', async () => {
  const seen = new Set<string>()
  const generator = withDistinctPrompts({
    async run(job) {
      const bytes = renderRequests(job)
      for (const n of [0, 1, 255, 256]) seen.add(bytes(n).toString())
      return {} as never // nobody looks at it
    },
  })
  const [{ job }] = scenarios as [(typeof scenarios)[0]]
  const whole = { ...job, port: 1, path: '/', headers: {}, dialect: 'openai', model: 'm' } satisfies Job
  for (let n = 0; n < 3; n++) await generator.run(whole)
  expect(seen.size).toBe(12)
})
