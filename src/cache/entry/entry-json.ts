import * as z from 'zod'
import { invalidRequest } from '../../core/errors.js'
import type { CacheEntry } from './cache-entry.js'
import { vectorBytes, vectorOf } from './entry-codec.js'

/** Entries as JSON, to be carried to another gateway: as they are kept, with vectors as float32 LE in base64. */
export function renderEntry({ id, about, answer, semantic }: CacheEntry): string {
  const vector = semantic && vectorBytes(semantic.vector).toString('base64')
  return JSON.stringify({ id, about, answer, semantic: semantic && { ...semantic, vector } })
}

const count = z.number().int().min(0)
const path = z.string()
const cacheControl = z.record(z.string(), z.unknown()).exactOptional()
const origin = z.enum(['anthropic', 'gemini', 'openai'])
const signature = z.string().exactOptional()

const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string(), path, cacheControl }),
  z.strictObject({ type: z.literal('refusal'), text: z.string(), path }),
  z.strictObject({ type: z.literal('reasoning'), text: z.string(), signature, origin, path }),
  z.strictObject({ type: z.literal('redacted-reasoning'), data: z.string(), origin, path }),
  z.strictObject({
    type: z.literal('tool-call'),
    id: z.string(),
    name: z.string(),
    arguments: z.string(),
    signature,
    cacheControl,
    path,
  }),
])

const choice = z.strictObject({
  index: count,
  parts: z.array(part),
  finishReason: z.enum(['stop', 'stop-sequence', 'tool-calls']),
  stopSequence: z.string().exactOptional(),
  logprobs: z.record(z.string(), z.unknown()).exactOptional(),
})

const usage = z.strictObject({
  inputTokens: count,
  outputTokens: count,
  cachedTokens: count.exactOptional(),
  cacheWriteTokens: count.exactOptional(),
  cacheWriteLongTokens: count.exactOptional(),
  reasoningTokens: count.exactOptional(),
  audioTokens: count.exactOptional(),
  searches: count.exactOptional(),
  tier: z.string().max(64).exactOptional(),
})

const entrySchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  about: z.strictObject({
    tenant: z.string(),
    namespace: z.string().nullable(),
    modelClass: z.string(),
    provider: z.string(),
    model: z.string(),
    storedAtMs: z.number(),
    expiresAtMs: z.number(),
  }),
  answer: z.strictObject({
    response: z.strictObject({
      id: z.string().exactOptional(),
      model: z.string().exactOptional(),
      choices: z.array(choice).length(1),
      usage: usage.exactOptional(),
    }),
    origin,
    upstreamName: z.string(),
    pace: z.strictObject({ gapsMs: z.array(z.number().min(0)), characters: z.array(count) }).nullable(),
  }),
  semantic: z
    .strictObject({
      partition: z.string(),
      prompt: z.string().nullable(),
      masked: z.string().nullable().default(null),
      vector: z.base64(),
    })
    .nullable(),
})

/**
 * What `renderEntry` wrote.
 *
 * @param path of the value, for messages: `entries[3]`
 * @throws GatewayError 400 with the path of what is wrong
 */
export function parseEntry(value: unknown, path: string): CacheEntry {
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const at = [path, ...(issue?.path ?? [])].reduce<string>(joinPath, '')
    throw invalidRequest(at, `'${at}' is not part of an entry as it is exported: ${issue?.message ?? 'it is wrong'}.`)
  }
  const { id, about, answer, semantic } = parsed.data
  const { response } = answer
  return {
    id,
    about,
    answer: { ...answer, response: { ...response, id: response.id, model: response.model, usage: response.usage } },
    semantic: semantic && { ...semantic, vector: parseVector(semantic.vector, `${path}.semantic.vector`) },
  }
}

function parseVector(base64: string, path: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length % 4 !== 0) throw invalidRequest(path, `'${path}' must be float32 numbers in base64.`)
  const vector = vectorOf(bytes)
  if (vector.every(Number.isFinite)) return vector
  throw invalidRequest(path, `'${path}' holds what is no number.`)
}

function joinPath(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? String(key) : `${path}.${String(key)}`
}
