import type { Latencies, LatencySource } from '../../telemetry/latency/latencies.js'
import {
  LATENCY_WINDOWS,
  type LatencySeries,
  type LatencySummary,
  type LatencyWindow,
} from '../../telemetry/latency/latency-series.js'

export type LatencyByWindow = Readonly<Record<LatencyWindow, LatencySummary>>

/** By the name of the series, and by its source where it has one. */
export type LatencyFigures = Readonly<
  Record<'ttft' | 'gap' | 'total', Readonly<Record<LatencySource, LatencyByWindow>>> &
    Record<'overhead' | 'lookup' | 'embed' | 'pool_wait' | 'loop_lag', LatencyByWindow>
>

/** Percentiles of all windows. Takes a pause between series: together they may take longer than a token may wait. */
export async function latencyFigures(latencies: Latencies): Promise<LatencyFigures> {
  const figures: Record<string, LatencyByWindow | Record<string, LatencyByWindow>> = {}
  for (const { name, series, source } of latencies.all()) {
    if (source === undefined) figures[name] = byWindow(series)
    else figures[name] = { ...figures[name], [source]: byWindow(series) }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return figures as LatencyFigures // `all` names them
}

function byWindow(series: LatencySeries): LatencyByWindow {
  const summaries = LATENCY_WINDOWS.map((window) => [window, series.summary(window)])
  return Object.fromEntries(summaries)
}
