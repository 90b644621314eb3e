import { requireOneOf } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { Latencies } from '../../telemetry/latency/latencies.js'
import { LATENCY_WINDOWS } from '../../telemetry/latency/latency-series.js'
import type { TransportRequest, TransportResponse } from '../../transport/transport.js'
import { readQuery } from './read-fields.js'

/** `GET /stats/hgrm?series=ttft&source=provider&window=1m`: a latency's whole distribution, for HdrHistogram's plotter. */
export function sendHgrm(
  latencies: Latencies,
  request: TransportRequest,
  response: TransportResponse,
  headers: Readonly<Record<string, string>>,
): void {
  const query = readQuery(request, ['series', 'source', 'window'])
  const all = latencies.all()
  const name = requireOneOf(query.series, 'series', [...new Set(all.map((one) => one.name))])
  const window = query.window === undefined ? 'all' : requireOneOf(query.window, 'window', LATENCY_WINDOWS)
  const found = all.find(({ name: known, source }) => known === name && source === query.source)
  if (found === undefined) throw invalidRequest('source', sourceMessage(all.filter((one) => one.name === name)))
  const file = ['llmrouter', name, query.source, window].filter((part) => part !== undefined).join('-')
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Disposition': `attachment; filename="${file}.hgrm"`,
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(found.series.hgrm(window))
}

function sourceMessage(choices: readonly { readonly name: string; readonly source: string | undefined }[]): string {
  const sources = choices.flatMap(({ source }) => source ?? [])
  if (sources.length === 0) return `'source' must be left out for the series '${choices[0]?.name}': it has only one.`
  return `'source' must be one of: ${sources.join(', ')}.`
}
