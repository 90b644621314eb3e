import fc from 'fast-check'
import { Int32Histogram } from 'hdr-histogram-js'
import { describe, expect, test } from 'vitest'
import { LatencySeries, type LatencySummary } from '../../../src/telemetry/latency/latency-series.js'
import { MicrosHistogram } from '../../../src/telemetry/latency/micros-histogram.js'
import { readTrace } from './read-trace.js'

const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p999', 0.999],
] as const

function exactPercentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? 0
}

function expectWithin(summary: LatencySummary, values: readonly number[], share: number): void {
  const sorted = [...values].sort((a, b) => a - b)
  for (const [name, at] of PERCENTILES) {
    const exact = exactPercentile(sorted, at)
    // Half a microsecond of rounding, and a time of zero has no per cent.
    expect(Math.abs(summary[name] - exact)).toBeLessThanOrEqual(exact * share + 0.001)
  }
  expect(summary.count).toBe(values.length)
}

describe('percentiles', () => {
  test.each(['gaps', 'firstTokens'] as const)('of recorded %s are within 1 % of the exact ones', (kind) => {
    const trace = readTrace()[kind]
    const series = new LatencySeries()
    for (const ms of trace) series.record(ms)
    expect(trace.length).toBeGreaterThan(500)
    expectWithin(series.summary('all'), trace, 0.01)
    expectWithin(series.summary('10s'), trace, 0.01)
  })

  test('of any times are within 0.1 % of the exact ones, over slices and while a second is under way', () => {
    const times = fc.array(
      fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 3e6, noNaN: true })),
      {
        minLength: 1,
        maxLength: 200,
      },
    )
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 50 }), (values, everySo) => {
        const series = new LatencySeries()
        values.forEach((ms, at) => {
          series.record(ms)
          if (at % everySo === 0) series.tick()
        })
        expectWithin(series.summary('all'), values, 0.001)
      }),
    )
  })

  test('count what many had in common', () => {
    const series = new LatencySeries()
    series.recordMany(0, 99)
    series.record(20)
    expect(series.summary('all')).toMatchObject({ count: 100, p50: 0, p99: 0, p999: 20, max: 20 })
    expect(series.sumMs).toBe(20)
  })

  test('take longer times than an hour for an hour', () => {
    const series = new LatencySeries()
    series.record(2 * 3_600_000)
    expect(series.summary('all').max).toBe(3_600_000)
  })
})

describe('windows', () => {
  test('forget what is older than they are', () => {
    const series = new LatencySeries()
    series.record(1)
    for (let second = 0; second < 10; second++) series.tick()
    expect(series.summary('10s').count).toBe(1)
    series.tick()
    expect(series.summary('10s').count).toBe(0)
    expect(series.summary('1m').count).toBe(1)
    for (let second = 11; second < 80; second++) series.tick()
    expect(series.summary('1m').count).toBe(0)
    expect(series.summary('5m').count).toBe(1)
    for (let second = 80; second < 320; second++) series.tick()
    expect(series.summary('5m').count).toBe(0)
    expect(series.summary('all').count).toBe(1)
  })

  test('hold every second once', () => {
    const series = new LatencySeries()
    for (let second = 1; second <= 1000; second++) {
      series.record(second)
      const ten = series.summary('10s').count
      const minute = series.summary('1m').count
      const five = series.summary('5m').count
      expect(ten).toBe(Math.min(second, 11))
      expect(minute).toBe(second <= 60 ? second : 61 + ((second - 1) % 10))
      expect(five).toBe(second <= 300 ? second : 301 + ((second - 1) % 10))
      series.tick()
    }
    expect(series.summary('all')).toMatchObject({ count: 1000, max: 1000 })
  })
})

test('a sample that comes late stands for those that were not taken', () => {
  const series = new LatencySeries()
  for (let at = 0; at < 96; at++) series.recordSampled(0, 20)
  series.recordSampled(100, 20)
  // 100, 80, 60, 40 and 20 ms.
  expect(series.summary('all')).toMatchObject({ count: 101, max: 100 })
  expect(series.summary('all').p99).toBeCloseTo(80, 0)
  expect(series.sumMs).toBe(300)
})

test('the quick index is that of the library', () => {
  const ours = new MicrosHistogram()
  const theirs = new Int32Histogram(1, 3_600_000_000, 3)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_600_000_000 }), (micros) => {
      expect(ours.countsArrayIndex(micros)).toBe(theirs.countsArrayIndex(micros))
    }),
  )
  for (let power = 0; power < 32; power++) {
    for (const micros of [2 ** power - 1, 2 ** power, 2 ** power + 1].filter((value) => value <= 3_600_000_000)) {
      expect(ours.countsArrayIndex(micros)).toBe(theirs.countsArrayIndex(micros))
    }
  }
})

test('a series is written as HdrHistogram writes it', () => {
  const series = new LatencySeries()
  for (let ms = 1; ms <= 100; ms++) series.record(ms)
  const lines = series.hgrm('all').split('\n')
  expect(lines[0]).toMatch(/^ +Value +Percentile TotalCount 1\/\(1-Percentile\)$/)
  expect(lines.find((line) => line.includes('0.500000000000'))).toMatch(/^ +50\.0\d\d 0\.500000000000 +50 +2\.00$/)
  expect(lines.at(-3)).toMatch(/^#\[Max +=\s+100\.000, Total count +=\s+100\]$/)
})
