import { expect, test } from 'vitest'
import { LatencySeries } from '../../../src/telemetry/latency/latency-series.js'
import { SeriesGapMeter } from '../../../src/telemetry/latency/series-gap-meter.js'

function play(stalls: { count: number }): { readonly series: LatencySeries; readonly meter: SeriesGapMeter } {
  const series = new LatencySeries()
  return { series, meter: new SeriesGapMeter(series, () => stalls.count++) }
}

test('every piece but the first is counted once, those of one packet with no time between them', () => {
  const { meter, series } = play({ count: 0 })
  meter.pieces(1, 1000)
  meter.pieces(4, 1020)
  meter.pieces(1, 1050)
  expect(series.summary('all')).toMatchObject({ count: 5, p50: 0, max: 30 })
  expect(series.sumMs).toBe(50)
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
