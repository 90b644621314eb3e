/** Characters of English prose and of most code that make one token. */
const LATIN_PER_TOKEN = 4
/** Keys, quotes and braces make JSON denser than prose. */
const JSON_PER_TOKEN = 3
const OTHER_PER_TOKEN = 2

/** Longer texts are sampled, so that counting megabytes does not hold up the answers of others. */
const SAMPLE_LENGTH = 1024
const SAMPLES = 64

/**
 * About how many tokens a text is: a quarter for each ASCII character, a half for one of another alphabet, one for
 * each Chinese, Japanese or Korean character and for each half of a surrogate pair (an emoji is about two).
 */
export function estimateTextTokens(text: string): number {
  if (text.length <= SAMPLE_LENGTH * SAMPLES) return countRange(text, 0, text.length)
  let sampled = 0
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const start = Math.floor((sample * (text.length - SAMPLE_LENGTH)) / (SAMPLES - 1))
    sampled += countRange(text, start, start + SAMPLE_LENGTH)
  }
  return (sampled / (SAMPLE_LENGTH * SAMPLES)) * text.length
}

export function estimateJsonTokens(value: unknown): number {
  const text = JSON.stringify(value) ?? ''
  return (estimateTextTokens(text) * LATIN_PER_TOKEN) / JSON_PER_TOKEN
}

function countRange(text: string, start: number, end: number): number {
  let ascii = 0
  let wide = 0
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) ascii += 1
    else if (isWide(code)) wide += 1
  }
  const other = end - start - ascii - wide
  return ascii / LATIN_PER_TOKEN + other / OTHER_PER_TOKEN + wide
}

/** Kana, ideographs, Hangul, full-width forms, and the surrogates of everything beyond. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x11ff) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xdfff) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff00 && code <= 0xffef)
  )
}
