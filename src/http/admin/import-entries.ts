import type { AnswerCache } from '../../cache/answer-cache.js'
import { parseEntry } from '../../cache/entry/entry-json.js'
import { requireArray } from '../../core/decode.js'
import type { TransportRequest } from '../../transport/transport.js'
import { readFields } from './read-fields.js'

/**
 * `POST /cache/import {entries}`: what an export wrote, as many as fit into a request. Nothing is kept if one is wrong.
 */
export async function importEntries(
  cache: AnswerCache,
  request: TransportRequest,
  nowEpochMs: number,
): Promise<object> {
  const fields = await readFields(request, ['entries'])
  const entries = requireArray(fields.entries, 'entries').map((value, at) => parseEntry(value, `entries[${at}]`))
  const counts = { imported: 0, expired: 0, too_large: 0, not_kept: 0 }
  for (const entry of entries) {
    if (entry.about.expiresAtMs <= nowEpochMs) {
      counts.expired++
      continue
    }
    const outcome = await cache.keep(entry)
    if (outcome === 'kept') counts.imported++
    else counts[outcome === 'too-large' ? 'too_large' : 'not_kept']++
  }
  return { status: 'imported', ...counts }
}
