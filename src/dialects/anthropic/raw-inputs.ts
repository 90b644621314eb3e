import { elementSpans, type JsonSpan, memberSpan, spanOfJson } from '../../core/json-slice.js'

/** The JSON text of `messages[message].content[block].input`, exactly as the client wrote it. */
export type RawInputs = (message: number, block: number) => string

/** Looks only when asked: most requests hold no tool call. Made for calls in ascending order. */
export function createRawInputs(raw: string): RawInputs {
  let messages: readonly JsonSpan[] | undefined
  let current: { readonly message: number; readonly blocks: readonly JsonSpan[] } | undefined

  function blocksOf(message: number): readonly JsonSpan[] {
    messages ??= elements(raw, memberSpan(raw, spanOfJson(raw), 'messages'))
    if (current?.message !== message) {
      const span = messages[message]
      current = { message, blocks: elements(raw, span && memberSpan(raw, span, 'content')) }
    }
    return current.blocks
  }

  return (message, block) => {
    const span = blocksOf(message)[block]
    const input = span && memberSpan(raw, span, 'input')
    return input === undefined ? '{}' : raw.slice(input.start, input.end)
  }
}

function elements(raw: string, span: JsonSpan | undefined): readonly JsonSpan[] {
  return span === undefined ? [] : elementSpans(raw, span)
}
