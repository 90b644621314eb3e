import type { Stats } from '../../src/http/stats/stats.js'
import type { LatencySummary } from '../../src/telemetry/latency/latency-series.js'

export interface GatewayFigures {
  readonly counts: Readonly<Record<string, number>>
  readonly ttft: LatencySummary
  readonly gap: LatencySummary
}

/** What the gateway says of itself: counts from /metrics, percentiles from /stats. */
export async function readGateway(url: string): Promise<GatewayFigures> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const { latency } = (await (await fetch(`${url}/stats`)).json()) as Stats // what the path is for
  const sum = (name: string, label = ''): number =>
    metrics
      .split('\n')
      .filter((line) => line.startsWith(`llmrouter_${name}{`) && line.includes(label))
      .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' '))), 0)
  return {
    counts: {
      requests: sum('requests_total'),
      'first tokens': sum('time_to_first_token_seconds_count'),
      gaps: sum('inter_token_latency_seconds_count'),
      'input tokens': sum('tokens_total', 'direction="input"'),
      'output tokens': sum('tokens_total', 'direction="output"'),
    },
    ttft: latency.ttft.provider.all,
    gap: latency.gap.provider.all,
  }
}
