import type { ChatRequest } from '../chat-request.js'
import { estimateTokens } from '../tokens/estimate-tokens.js'
import { estimateTextTokens } from '../tokens/text-tokens.js'

/** Of an answer whose length the client does not bound: most are shorter. */
const USUAL_ANSWER_TOKENS = 1024

/** No model writes more, whatever clients allow. */
const LONGEST_ANSWER_TOKENS = 131_072

/** What a request will use at most, as far as can be said before it is sent. */
export interface ExpectedTokens {
  readonly prompt: number
  /** All that it asks for together. */
  readonly answer: number
}

export function expectedTokens(request: ChatRequest): ExpectedTokens {
  const each = Math.min(request.maxTokens ?? USUAL_ANSWER_TOKENS, LONGEST_ANSWER_TOKENS)
  return { prompt: estimateTokens(request), answer: each * (request.n ?? 1) }
}

/** @param input as the client sent it: a text, token ids, or a list of either */
export function expectedEmbeddingTokens(input: unknown): ExpectedTokens {
  return { prompt: inputTokens(input), answer: 0 }
}

function inputTokens(input: unknown): number {
  if (typeof input === 'string') return Math.ceil(estimateTextTokens(input))
  if (!Array.isArray(input)) return 0
  return input.reduce((sum: number, item) => sum + (typeof item === 'number' ? 1 : inputTokens(item)), 0)
}
