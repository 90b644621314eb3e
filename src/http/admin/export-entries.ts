import type { AnswerCache } from '../../cache/answer-cache.js'
import { renderEntry } from '../../cache/entry/entry-json.js'
import type { TransportRequest, TransportResponse } from '../../transport/transport.js'
import { matchEntries } from './match-entries.js'
import { readQuery } from './read-fields.js'

/**
 * `GET /cache/export`: every entry with its answer, one JSON object a line, no faster than the client takes them. Breaks
 * the connection when the store is lost on the way: an end would say that this was all.
 */
export async function exportEntries(
  cache: AnswerCache,
  request: TransportRequest,
  response: TransportResponse,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const accept = matchEntries(readQuery(request, ['tenant', 'model']))
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store', ...headers })
  if (request.method === 'HEAD') return response.end()
  try {
    for await (const page of cache.list()) {
      for (const entry of page.filter(accept)) {
        if (!response.write(`${renderEntry(entry)}\n`)) await response.drained()
        if (response.aborted) return
      }
    }
    response.end()
  } catch {
    response.close()
  }
}
