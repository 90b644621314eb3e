import { isObject, type JsonObject } from '../../core/decode.js'

/**
 * Most chunks of a stream differ from the one before in nothing but their text. Once such a chunk has been parsed, the
 * next ones are compared with what stood around its text, and only the text is read.
 *
 * That is exact: JSON has no context, so replacing one string literal by another changes that one value and nothing
 * else. `learn` proves by parsing that the literal it found is the text; `read` proves that one literal stands in its
 * place and everything else is the same.
 */
export interface PlainChunkReader {
  /** The text of a chunk like the one learned; `undefined` when it has to be parsed. Never empty. */
  read(data: string): string | undefined
  /**
   * @param field where in `choices[0].delta` the text of this chunk stands
   * @returns whether `read` now takes chunks like this one; if not, it goes on with those it took before, if any
   */
  learn(data: string, chunk: JsonObject, field: string): boolean
}

interface Frame {
  /** Up to and including the quote that opens the text. */
  readonly prefix: string
  /** From the quote that closes the text: to the end, or with `padded` up to the opening quote of the padding. */
  readonly suffix: string
  /** The chunk ends with `obfuscation`, random characters that hide the length of the text. */
  readonly padded: boolean
}

/** A lesson costs as much as parsing three chunks. A stream whose frame changes too often gets no more of them. */
const MAX_LESSONS = 8
const WORTH_A_LESSON = 4
const PADDING = /"obfuscation":\s*"[A-Za-z0-9]*"\}$/
const PADDING_REST = /^[A-Za-z0-9]*"\}$/
// A backslash, which needs decoding, or a control character, which JSON does not allow.
const SPECIAL = /[\\]|[^ -\uffff]/

export function createPlainChunkReader(): PlainChunkReader {
  let frame: Frame | undefined
  let lessons = 0
  let hits = 0

  return {
    read(data) {
      if (frame === undefined) return undefined
      const text = readText(data, frame)
      if (text !== undefined) hits += 1
      return text
    },
    learn(data, chunk, field) {
      if (hits >= WORTH_A_LESSON * lessons) lessons = 0
      if (lessons === MAX_LESSONS) return false
      lessons += 1
      hits = 0
      const found = findFrame(data, field, typeof chunk.obfuscation === 'string')
      if (found === undefined || !isFrame(found, field)) return false
      frame = found
      return true
    },
  }
}

function readText(data: string, { prefix, suffix, padded }: Frame): string | undefined {
  // Comparing slices is a third of the price of startsWith, as V8 has it.
  if (data.slice(0, prefix.length) !== prefix) return undefined
  const end = closingQuote(data, prefix.length)
  if (end === -1 || end === prefix.length) return undefined
  const rest = end + suffix.length
  if (data.slice(end, rest) !== suffix) return undefined
  if (padded ? !PADDING_REST.test(data.slice(rest)) : rest !== data.length) return undefined
  const text = data.slice(prefix.length, end)
  return SPECIAL.test(text) ? decodeLiteral(text) : text
}

function decodeLiteral(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${text}"`)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined // Left to the parser, which says what is wrong.
  }
}

function closingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from)
  while (quote !== -1 && isEscaped(text, quote, from)) quote = text.indexOf('"', quote + 1)
  return quote
}

function isEscaped(text: string, at: number, from: number): boolean {
  let first = at
  while (first > from && text.charCodeAt(first - 1) === 0x5c) first -= 1
  return (at - first) % 2 === 1
}

function findFrame(data: string, field: string, padded: boolean): Frame | undefined {
  const key = `"${field}":`
  let start = data.indexOf(key)
  if (start === -1) return undefined
  start += key.length
  while (data[start] === ' ') start += 1
  if (data[start] !== '"') return undefined
  const end = closingQuote(data, start + 1)
  if (end === -1) return undefined
  const prefix = data.slice(0, start + 1)
  if (!padded) return { prefix, suffix: data.slice(end), padded }
  const padding = PADDING.exec(data)
  if (padding === null || padding.index < end) return undefined
  const opening = data.lastIndexOf('"', data.length - 3)
  return { prefix, suffix: data.slice(end, opening + 1), padded }
}

/** Other texts in the same place must come out as the text of the chunk. */
function isFrame(frame: Frame, field: string): boolean {
  return ['probe a', 'probe b'].every((probe) => {
    const rest = frame.padded ? `${probe.slice(-1)}"}` : ''
    const chunk: unknown = JSON.parse(frame.prefix + probe + frame.suffix + rest)
    const choice: unknown = isObject(chunk) && Array.isArray(chunk.choices) ? chunk.choices[0] : undefined
    const delta = isObject(choice) ? choice.delta : undefined
    const padding = isObject(chunk) ? chunk.obfuscation : undefined
    return isObject(delta) && delta[field] === probe && (!frame.padded || padding === probe.slice(-1))
  })
}
