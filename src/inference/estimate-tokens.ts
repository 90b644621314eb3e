import type { EmbedderSetup, EmbedInput } from './contract.js'

/** English words are split into pieces of about four characters. Only used to put texts of a length together. */
const CHARACTERS_PER_TOKEN = 4
const SPECIAL_TOKENS = 2

/** A guess at the length of the forward pass: tokenising is the thread's work. */
export function estimateTokens(input: EmbedInput, embedder: EmbedderSetup): number {
  const own = typeof input === 'string' ? Math.ceil(input.length / CHARACTERS_PER_TOKEN) : input.length
  const tokens = own + SPECIAL_TOKENS
  return embedder.longText === 'windows' ? tokens : Math.min(tokens, embedder.maxTokens)
}
