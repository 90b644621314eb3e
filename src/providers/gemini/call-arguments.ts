import { exactJson } from '../../core/exact-json.js'
import { elementSpans, type JsonSpan, memberSpan, spanOfJson } from '../../core/json-slice.js'
import { malformed } from '../malformed.js'

/** Where one function call stands: in which chunk of the JSON text, which candidate and which part of it. */
export interface CallPlace {
  /** The JSON text of one chunk, or of an array of chunks. */
  readonly source: string
  readonly chunk: number
  readonly candidate: number
  readonly part: number
}

/**
 * The JSON text of a call's arguments. The text is looked up in the source because `JSON.parse` has already rounded
 * large integers in the value.
 */
export function callArguments(args: unknown, place: CallPlace): string {
  if (args === undefined || args === null) return '{}'
  const json = exactJson(args, () => sourceOf(place))
  if (json === undefined) throw malformed('the arguments of a tool call are nested too deeply')
  return json
}

function sourceOf({ source, chunk, candidate, part }: CallPlace): string {
  const root = spanOfJson(source)
  const object = source[root.start] === '[' ? elementSpans(source, root)[chunk] : root
  const candidates = member(source, object, 'candidates')
  const content = member(source, element(source, candidates, candidate), 'content')
  const parts = member(source, content, 'parts')
  const call = member(source, element(source, parts, part), 'functionCall')
  const args = member(source, call, 'args')
  return args === undefined ? '{}' : source.slice(args.start, args.end)
}

function member(source: string, span: JsonSpan | undefined, name: string): JsonSpan | undefined {
  return span === undefined ? undefined : memberSpan(source, span, name)
}

function element(source: string, span: JsonSpan | undefined, index: number): JsonSpan | undefined {
  return span === undefined ? undefined : elementSpans(source, span)[index]
}
