import { formatMs } from '../format/numbers.js'

export interface Fact {
  readonly name: string
  readonly value: string
}

const HEADERS: Readonly<Record<string, string>> = {
  'x-llmrouter-cache': 'X-LLMRouter-Cache',
  'x-llmrouter-cache-kind': 'X-LLMRouter-Cache-Kind',
  'x-llmrouter-cache-reason': 'X-LLMRouter-Cache-Reason',
  'x-llmrouter-similarity': 'X-LLMRouter-Similarity',
  'x-llmrouter-confidence': 'X-LLMRouter-Confidence',
  'x-llmrouter-entry': 'X-LLMRouter-Entry',
  'x-llmrouter-provider': 'X-LLMRouter-Provider',
  'x-llmrouter-model': 'X-LLMRouter-Model',
  'x-llmrouter-route': 'X-LLMRouter-Route',
  'x-llmrouter-cost-usd': 'X-LLMRouter-Cost-Usd',
  'x-llmrouter-dropped': 'X-LLMRouter-Dropped',
  'retry-after': 'Retry-After',
  'x-ratelimit-remaining-requests': 'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens': 'x-ratelimit-remaining-tokens',
  'x-request-id': 'X-Request-Id',
  'server-timing': 'Server-Timing',
}

/** The gateway's own headers, as far as they came, in the order of their weight. */
export function headerFacts(headers: { get(name: string): string | null }): readonly Fact[] {
  return Object.entries(HEADERS).flatMap(([name, shown]) => {
    const value = headers.get(name)
    return value === null ? [] : { name: shown, value }
  })
}

export interface Timing {
  readonly firstTokenMs: number | undefined
  readonly wholeMs: number | undefined
  readonly tokens: number | undefined
}

/** `first token after 61.2 ms, 50 tokens in 312 ms` */
export function timingText({ firstTokenMs, tokens, wholeMs }: Timing): string {
  const parts = [
    firstTokenMs === undefined ? undefined : `first token after ${formatMs(firstTokenMs)}`,
    wholeMs === undefined
      ? undefined
      : `${tokens === undefined ? 'whole' : `${tokens} tokens`} in ${formatMs(wholeMs)}`,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}
