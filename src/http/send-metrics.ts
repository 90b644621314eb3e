import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { TransportRequest, TransportResponse } from '../transport/transport.js'
import { acceptsGzip } from './accepts-gzip.js'

/** The text of `/metrics`. */
export type RenderMetrics = (format: 'prometheus' | 'openmetrics') => Promise<string>

const CONTENT_TYPES = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const

const compress = promisify(gzip)

/** In the format the scraper asks for, and compressed in a thread of Node's if it may be: names repeat a lot. */
export async function sendMetrics(
  render: RenderMetrics,
  { headers: asked }: TransportRequest,
  response: TransportResponse,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const format = /\bapplication\/openmetrics-text\b/i.test(asked.accept ?? '') ? 'openmetrics' : 'prometheus'
  const text = await render(format)
  const isPacked = acceptsGzip(asked['accept-encoding'])
  const body = isPacked ? await compress(text) : text
  response.writeHead(200, {
    'Content-Type': CONTENT_TYPES[format],
    'Cache-Control': 'no-store',
    Vary: 'Accept, Accept-Encoding',
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
    ...headers,
  })
  response.end(body)
}
