import type { ChatRequest } from '../chat-request.js'
import { estimateTokens } from '../tokens/estimate-tokens.js'
import { estimateTextTokens } from '../tokens/text-tokens.js'

/** Of an answer whose length the client does not bound: most are shorter. */
const USUAL_ANSWER_TOKENS = 1024

/** What a request will use at most, as far as can be said before it is sent: its prompt, and each answer it asks for. */
export function expectedTokens(request: ChatRequest): number {
  return estimateTokens(request) + (request.maxTokens ?? USUAL_ANSWER_TOKENS) * (request.n ?? 1)
}

/** @param input as the client sent it: a text, token ids, or a list of either */
export function expectedEmbeddingTokens(input: unknown): number {
  if (typeof input === 'string') return Math.ceil(estimateTextTokens(input))
  if (!Array.isArray(input)) return 0
  return input.reduce((sum: number, item) => sum + (typeof item === 'number' ? 1 : expectedEmbeddingTokens(item)), 0)
}
