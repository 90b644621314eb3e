/**
 * What only the words of an error tell apart: providers, and servers that imitate them, answer 400 for it all. The
 * words are those of every provider, because compatible servers pass on the words of what stands behind them.
 */

const TOO_LONG = [
  /context[ _](?:window|length|limit|size)/i,
  /exceeds? the (?:model'?s? |available )?(?:maximum )?context/i,
  /(?:prompt|input) is too long/i,
  /too many (?:input )?tokens/i,
  /token count\b.*\bexceeds/is,
  /exceeds the maximum number of (?:input )?tokens/i,
  /reduce the length of the (?:messages|prompt)/i,
]

export function saysPromptTooLong(message: string): boolean {
  return TOO_LONG.some((pattern) => pattern.test(message))
}

const BAD_KEY =
  /\b(?:incorrect|invalid) api[ _-]key\b|\bapi[ _-]key (?:is )?(?:not valid|not found|expired|invalid)|pass a valid api key|renew the api key/i

/** The gateway's own key is refused, which must not look like a fault of the client's. */
export function saysBadKey(message: string): boolean {
  return BAD_KEY.test(message)
}
