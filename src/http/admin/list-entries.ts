import type { AnswerCache } from '../../cache/answer-cache.js'
import type { CacheEntry } from '../../cache/entry/cache-entry.js'
import { invalidRequest } from '../../core/errors.js'
import type { TransportRequest } from '../../transport/transport.js'
import { matchEntries } from './match-entries.js'
import { readQuery } from './read-fields.js'

interface EntryRow {
  readonly id: string
  readonly [field: string]: unknown
}

const DEFAULT_LIMIT = 50
const HIGHEST_LIMIT = 500
const SHOWN_CHARACTERS = 2000

/** `GET /cache/entries`: one page in the order of the ids, which does not change while entries come and go. */
export async function listEntries(cache: AnswerCache, request: TransportRequest): Promise<object> {
  const query = readQuery(request, ['tenant', 'model', 'limit', 'cursor', 'answer'])
  const limit = parseLimit(query.limit)
  const accept = matchEntries(query)
  const after = query.cursor ?? ''
  const rows: EntryRow[] = []
  for await (const page of cache.list()) {
    for (const entry of page) {
      if (entry.id > after && accept(entry)) insert(rows, entry, { most: limit + 1, answer: query.answer === '1' })
    }
  }
  const entries = rows.slice(0, limit)
  return { entries, next_cursor: rows.length > limit ? entries.at(-1)?.id : null }
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= HIGHEST_LIMIT) return limit
  throw invalidRequest('limit', `'limit' must be a whole number from 1 to ${HIGHEST_LIMIT}.`)
}

/** Keeps the smallest ids, in order; a store may tell of an entry twice. */
function insert(rows: EntryRow[], entry: CacheEntry, { most, answer }: { most: number; answer: boolean }): void {
  const at = rows.findIndex(({ id }) => id >= entry.id)
  if (at === -1 && rows.length === most) return
  if (rows[at]?.id === entry.id) return
  rows.splice(at === -1 ? rows.length : at, 0, rowOf(entry, answer))
  if (rows.length > most) rows.pop()
}

function rowOf({ about, answer, id, semantic }: CacheEntry, withAnswer: boolean): EntryRow {
  return {
    id,
    tenant: about.tenant,
    namespace: about.namespace,
    model_class: about.modelClass,
    provider: about.provider,
    model: about.model,
    stored_at: new Date(about.storedAtMs).toISOString(),
    expires_at: new Date(about.expiresAtMs).toISOString(),
    semantic: semantic !== null,
    prompt: semantic?.prompt?.slice(0, SHOWN_CHARACTERS) ?? null,
    ...(withAnswer && answerOf(answer.response)),
  }
}

function answerOf(response: CacheEntry['answer']['response']): object {
  const text = response.choices
    .flatMap(({ parts }) => parts)
    .map((part) => ('text' in part && part.type === 'text' ? part.text : ''))
    .join('')
  return {
    answer: text.slice(0, SHOWN_CHARACTERS),
    answer_bytes: Buffer.byteLength(JSON.stringify(response)),
    finish_reason: response.choices[0]?.finishReason ?? null,
  }
}
