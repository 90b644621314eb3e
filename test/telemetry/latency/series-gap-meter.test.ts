import { expect, test } from 'vitest'
import { LatencySeries } from '../../../src/telemetry/latency/latency-series.js'
import { SeriesGapMeter } from '../../../src/telemetry/latency/series-gap-meter.js'
import { HistogramFamily } from '../../../src/telemetry/prometheus/histogram-family.js'

function play(stalls: { count: number }) {
  const series = new LatencySeries()
  const buckets = new HistogramFamily({ name: 'gap', help: '', labels: [], bounds: [0.001, 0.02, 1], isSparse: false })
  const sinks = { buckets: buckets.child(), onStall: () => stalls.count++ }
  return { series, buckets, meter: new SeriesGapMeter(series, sinks) }
}

test('every piece but the first is counted once, those of one packet with no time between them', () => {
  const { buckets, meter, series } = play({ count: 0 })
  meter.pieces(1, 1000)
  meter.pieces(4, 1020)
  meter.pieces(1, 1050)
  expect(series.summary('all')).toMatchObject({ count: 5, p50: 0, max: 30 })
  expect(series.sumMs).toBe(50)
  expect(buckets.child().count).toBe(5)
  expect(buckets.samples('prometheus').split('\n')).toEqual(
    expect.arrayContaining([
      'gap_bucket{le="0.001"} 3',
      'gap_bucket{le="0.02"} 4',
      'gap_bucket{le="1"} 5',
      'gap_sum 0.05',
    ]),
  )
})

test('a first packet of several pieces has gaps of its own', () => {
  const { meter, series } = play({ count: 0 })
  meter.pieces(3, 1000)
  expect(series.summary('all')).toMatchObject({ count: 2, max: 0 })
})

test('what a slow reader holds up is no gap', () => {
  const stalls = { count: 0 }
  const { meter, series } = play(stalls)
  meter.pieces(1, 0)
  meter.pieces(1, 10)
  meter.interrupted()
  meter.pieces(2, 60_000)
  meter.pieces(1, 60_010)
  expect(series.summary('all')).toMatchObject({ count: 3, max: 10 })
  expect(stalls.count).toBe(0)
})

test('a long silence is a stall, once', () => {
  const stalls = { count: 0 }
  const { meter } = play(stalls)
  meter.pieces(1, 0)
  meter.pieces(1, 1000)
  meter.pieces(1, 2000.5)
  meter.pieces(9, 9000)
  expect(stalls.count).toBe(2)
})
