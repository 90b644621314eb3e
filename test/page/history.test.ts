import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Stats } from '../../src/http/stats/stats.js'
import { createHistory } from '../../src/page/stats/history.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'

let gateway: TestGateway
let resting: Stats
beforeAll(async () => {
  gateway = await startTestGateway()
  resting = (await (await fetch(`${gateway.url}/stats`)).json()) as Stats // what the path is for
})
afterAll(() => gateway.close())

const START = Date.parse('2026-11-28T12:00:00Z')

interface Moment {
  readonly second: number
  readonly uptime?: number
  readonly hits?: number
  readonly misses?: number
  readonly usd?: string
  readonly saved?: string
}

/** What a gateway at rest tells, with some figures of this moment. */
function statsAt({ hits = 0, misses = 0, saved = '0', second, uptime = second + 100, usd = '0' }: Moment): Stats {
  return {
    ...resting,
    at: new Date(START + second * 1000).toISOString(),
    uptime_seconds: uptime,
    cache: { ...resting.cache, hits, misses },
    cost: { ...resting.cost, usd },
    savings_usd: { ...resting.savings_usd, exact: saved },
  }
}

test('rates are those of the last ten seconds', () => {
  const history = createHistory()
  for (let second = 0; second <= 20; second += 1) {
    const late = Math.max(0, second - 10)
    history.add(statsAt({ second, hits: late * 3, misses: late, usd: String(late * 0.01), saved: String(late * 0.1) }))
  }
  const newest = history.last(120).at(-1)
  expect(newest?.hitRate).toBe(0.75)
  expect(newest?.spentPerMinute).toBeCloseTo(0.6, 9)
  expect(newest?.savedPerMinute).toBeCloseTo(6, 9)
})

test('where nothing was looked up there is no hit rate, and where nothing came no latency', () => {
  const history = createHistory()
  for (const second of [0, 1, 2]) history.add(statsAt({ second, hits: 5, misses: 5 }))
  expect(history.last(120).at(-1)).toMatchObject({
    hitRate: null,
    spentPerMinute: 0,
    ttft: { p50: null, p90: null, p99: null },
    falseHits: null,
  })
})

test('false hits are told with their interval once some were judged', () => {
  const history = createHistory()
  const judged = { ratio: 0.02, lower: 0.004, upper: 0.08, judged: 50, flagged: false, target: 0.05 }
  const stats = statsAt({ second: 0 })
  history.add({ ...stats, cache: { ...stats.cache, false_hits: judged } })
  expect(history.last(120).at(-1)?.falseHits).toMatchObject({ ratio: 0.02, lower: 0.004, upper: 0.08 })
})

test('a gateway that has started again is not compared with the one before', () => {
  const history = createHistory()
  history.add(statsAt({ second: 0, hits: 100, misses: 100, usd: '5' }))
  history.add(statsAt({ second: 2, uptime: 1, hits: 1, misses: 1, usd: '0.01' }))
  expect(history.last(120).at(-1)).toMatchObject({ hitRate: null, spentPerMinute: null })
})

test('lines do not cross a time in which nobody listened', () => {
  const history = createHistory()
  for (const second of [0, 1, 30, 31]) history.add(statsAt({ second }))
  const seconds = history.last(120).map(({ at, requestsPerSecond }) => [at - START / 1000, requestsPerSecond])
  expect(seconds).toEqual([
    [0, 0],
    [1, 0],
    [29, null],
    [30, 0],
    [31, 0],
  ])
})

test('only the span that is asked for is shown, and half an hour is kept', () => {
  const history = createHistory()
  for (let second = 0; second < 2000; second += 1) history.add(statsAt({ second }))
  expect([history.last(120).length, history.last(100_000).length]).toEqual([120, 1800])
})
