/** No writing needs so many for a token: what does is a blob, or a desert of blanks. */
const CHARACTERS_PER_TOKEN = 64

/**
 * Characters (UTF-16 units) that a model of so many tokens is ever shown of one text. Making tokens of a megabyte takes a
 * second, and nobody waits a second for a model that reads a few hundred of them.
 */
export function readableCharacters(maxTokens: number): number {
  return maxTokens * CHARACTERS_PER_TOKEN
}
