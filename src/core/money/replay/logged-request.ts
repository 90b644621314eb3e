import { isObject, type JsonObject } from '../../decode.js'
import type { Usage } from '../../usage.js'
import { type PicoUsd, parseUsd } from '../money.js'

/** What a line of the request log says of one answered chat. It holds no prompt, only a digest of what was asked. */
export interface LoggedRequest {
  /** Epoch milliseconds. */
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** Undefined: it passed the cache by, so nobody knows whether it was asked before. */
  readonly key: string | undefined
  readonly passedBy: string | undefined
  readonly copy: 'exact' | 'semantic' | 'joined' | undefined
  /** The kept prompt that came nearest in meaning. */
  readonly near: NearPrompt | undefined
  readonly provider: string
  readonly model: string
  readonly routing: LoggedRouting | undefined
  readonly usage: Usage
  /** Undefined: not known. */
  readonly cost: PicoUsd | undefined
}

export interface NearPrompt {
  readonly entry: string
  readonly similarity: number
  /** Lower bound of P(right); undefined: nobody asked, in mode threshold. */
  readonly bound: number | undefined
}

export interface LoggedRouting {
  readonly reason: string
  readonly complexity: number | undefined
  readonly threshold: number | undefined
  readonly selected: string
  readonly strong: string
}

export type ParsedLine =
  | { readonly kind: 'request'; readonly request: LoggedRequest }
  /** No line of a request, or not of a chat. */
  | { readonly kind: 'other' }
  /** A request that got no whole answer. */
  | { readonly kind: 'failed' }
  /** An answer whose tokens nobody counted. */
  | { readonly kind: 'uncounted' }
  | { readonly kind: 'unreadable' }

export function parseLogLine(text: string): ParsedLine {
  const line = parseObject(text)
  if (line === undefined) return { kind: 'unreadable' }
  if (line.msg !== 'request' || !isChat(line.path)) return { kind: 'other' }
  const endedAtMs = typeof line.time === 'string' ? Date.parse(line.time) : Number.NaN
  if (line.status !== 200 || line.end !== 'complete') return { kind: 'failed' }
  const usage = usageOf(line)
  if (usage === undefined || !Number.isFinite(endedAtMs)) return { kind: 'uncounted' }
  const copy = copyOf(line)
  return {
    kind: 'request',
    request: {
      startedAtMs: endedAtMs - (numberOf(line.durationMs) ?? 0),
      endedAtMs,
      key: textOf(line.cacheKey),
      passedBy: line.cache === 'SKIP' ? (textOf(line.cacheReason) ?? 'unknown') : undefined,
      copy,
      near: nearOf(line, copy),
      provider: textOf(line.provider) ?? '',
      model: textOf(line.model) ?? '',
      routing: routingOf(line.routing),
      usage,
      cost: costOfLine(line.costUsd),
    },
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isChat(path: unknown): boolean {
  return path === '/v1/chat/completions' || path === '/v1/messages'
}

function usageOf(line: JsonObject): Usage | undefined {
  const [inputTokens, outputTokens] = [numberOf(line.inputTokens), numberOf(line.outputTokens)]
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  const optional = Object.entries({
    cachedTokens: numberOf(line.cachedTokens),
    cacheWriteTokens: numberOf(line.cacheWriteTokens),
    cacheWriteLongTokens: numberOf(line.cacheWriteLongTokens),
    audioTokens: numberOf(line.audioTokens),
    searches: numberOf(line.searches),
    tier: textOf(line.tier),
  }).filter(([, value]) => value !== undefined)
  return { inputTokens, outputTokens, ...Object.fromEntries(optional) }
}

function copyOf({ cache, cacheKind }: JsonObject): LoggedRequest['copy'] {
  if (cache === 'JOIN') return 'joined'
  if (cache !== 'HIT') return undefined
  return cacheKind === 'semantic' ? 'semantic' : 'exact'
}

function nearOf(line: JsonObject, copy: LoggedRequest['copy']): NearPrompt | undefined {
  const similarity = numberOf(line.similarity)
  if (similarity === undefined) return undefined
  if (copy === 'semantic') return nearPrompt(line.cacheEntry, similarity, line.confidence)
  return isObject(line.near) ? nearPrompt(line.near.entry, similarity, line.near.bound) : undefined
}

function nearPrompt(entry: unknown, similarity: number, bound: unknown): NearPrompt | undefined {
  const id = textOf(entry)
  return id === undefined ? undefined : { entry: id, similarity, bound: numberOf(bound) }
}

function routingOf(value: unknown): LoggedRouting | undefined {
  if (!isObject(value)) return undefined
  const [selected, strong] = [textOf(value.selected), textOf(value.strong)]
  if (selected === undefined || strong === undefined) return undefined
  return {
    reason: textOf(value.reason) ?? '',
    complexity: numberOf(value.complexity),
    threshold: numberOf(value.threshold),
    selected,
    strong,
  }
}

function costOfLine(value: unknown): PicoUsd | undefined {
  try {
    return typeof value === 'string' ? parseUsd(value) : undefined
  } catch {
    return undefined
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
