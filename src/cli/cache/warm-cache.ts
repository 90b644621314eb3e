import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { isObject } from '../../core/decode.js'
import { tryParseJson } from '../../core/json-text.js'
import type { StageProgress } from '../calibrate-progress.js'
import { GatewayCallError, type GatewayClient } from './gateway-client.js'

export interface WarmOptions {
  readonly client: GatewayClient
  readonly file: string
  readonly lines: number
  readonly concurrency: number
  /** For lines that name none. */
  readonly model: string
  readonly key: string | undefined
  readonly progress: StageProgress
  readonly signal: AbortSignal
}

export interface WarmCounts {
  hits: number
  misses: number
  /** Passed by the cache, or joined to the same request under way. */
  others: number
  errors: number
  /** The first few different ones. */
  readonly reasons: Set<string>
}

const MOST_REASONS = 5

/** Sends every prompt once, some at a time, so that the next one who asks finds the answer. */
export async function warmCache(options: WarmOptions): Promise<WarmCounts> {
  const { file, lines, progress, signal } = options
  const counts: WarmCounts = { hits: 0, misses: 0, others: 0, errors: 0, reasons: new Set() }
  const underWay = new Set<Promise<void>>()
  let done = 0
  for await (const line of readLines(file)) {
    if (signal.aborted) break
    const sent = send(options, line, counts).then(() => {
      underWay.delete(sent)
      progress.onProgress('warming', ++done, lines)
    })
    underWay.add(sent)
    if (underWay.size >= options.concurrency) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  return counts
}

async function send({ client, key, model, signal }: WarmOptions, line: string, counts: WarmCounts): Promise<void> {
  try {
    const body = { model, ...requestOf(line), stream: false }
    const response = await client.call('POST', '/v1/chat/completions', { body, key, signal })
    await response.arrayBuffer()
    const cache = response.headers.get('x-llmrouter-cache')
    if (cache === 'HIT') counts.hits++
    else if (cache === 'MISS') counts.misses++
    else counts.others++
  } catch (error) {
    counts.errors++
    const reason = error instanceof Error ? error.message : String(error)
    if (counts.reasons.size < MOST_REASONS) counts.reasons.add(reason)
  }
}

/**
 * Checks every line before the first is sent.
 * @returns how many there are
 * @throws GatewayCallError with the number of the first line that is wrong
 */
export async function countPrompts(file: string): Promise<number> {
  let count = 0
  for await (const line of readLines(file)) {
    count++
    const { messages } = requestOf(line)
    if (Array.isArray(messages)) continue
    throw new GatewayCallError(`${file}, prompt ${count}: expected {"prompt": "…"} or {"model": "…", "messages": […]}.`)
  }
  return count
}

export async function countLines(file: string): Promise<number> {
  let count = 0
  for await (const _line of readLines(file)) count++
  return count
}

async function* readLines(file: string): AsyncIterable<string> {
  const input = createReadStream(file)
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim() !== '') yield line
}

function requestOf(line: string): Readonly<Record<string, unknown>> {
  const value = tryParseJson(line)
  if (!isObject(value)) return {}
  const { prompt, ...rest } = value
  return typeof prompt === 'string' ? { ...rest, messages: [{ role: 'user', content: prompt }] } : rest
}
