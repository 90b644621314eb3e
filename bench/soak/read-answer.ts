import type { ClientDialect } from '../load/answer-check.js'

/** What a client has understood of an answer's body. */
export interface ReadAnswer {
  readonly text: string
  /** Of the tool call, as its provider wrote them; undefined: there was none. */
  readonly toolArguments: string | undefined
  readonly finish: string | undefined
  readonly outputTokens: number | undefined
  /** `error.code`, or `error.type` where there is no code; undefined: no error came. */
  readonly error: string | undefined
  /** The end that the protocol asks for has come. */
  readonly isEnded: boolean
  /** What cannot be read. */
  readonly garbage: string | undefined
}

type Draft = { -readonly [Field in keyof ReadAnswer]: ReadAnswer[Field] }

/** Of a stream, as far as it has come: the last event may be cut. */
export function readStream(dialect: ClientDialect, body: string): ReadAnswer {
  const draft = emptyDraft()
  const events = body.split('\n\n')
  events.pop()
  for (const event of events) {
    const data = event.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []))
    if (data.length === 0) continue
    if (draft.isEnded) draft.garbage ??= `behind the end: ${event.slice(0, 80)}`
    if (data[0] === '[DONE]') draft.isEnded = true
    else takeEvent(draft, dialect, parse(data.join('\n')))
  }
  return draft
}

export function readWhole(dialect: ClientDialect, body: string): ReadAnswer {
  const draft = emptyDraft()
  const json = parse(body)
  if (json === undefined) return { ...draft, garbage: `no JSON: ${body.slice(0, 80)}` }
  takeError(draft, json)
  draft.isEnded = true
  if (draft.error !== undefined) return draft
  if (dialect === 'openai') {
    const choice = at(json, 'choices', 0)
    draft.text = string(at(choice, 'message', 'content')) ?? ''
    draft.toolArguments = string(at(choice, 'message', 'tool_calls', 0, 'function', 'arguments'))
    draft.finish = string(at(choice, 'finish_reason'))
    draft.outputTokens = number(at(json, 'usage', 'completion_tokens'))
    return draft
  }
  const blocks = list(at(json, 'content'))
  draft.text = blocks.map((block) => string(at(block, 'text')) ?? '').join('')
  const call = blocks.find((block) => at(block, 'type') === 'tool_use')
  if (call !== undefined) draft.toolArguments = JSON.stringify(at(call, 'input'))
  draft.finish = string(at(json, 'stop_reason'))
  draft.outputTokens = number(at(json, 'usage', 'output_tokens'))
  return draft
}

function takeEvent(draft: Draft, dialect: ClientDialect, event: unknown): void {
  if (event === undefined) {
    draft.garbage ??= 'an event that is no JSON'
    return
  }
  takeError(draft, event)
  if (dialect === 'openai') takeOpenai(draft, event)
  else takeAnthropic(draft, event)
}

function takeOpenai(draft: Draft, event: unknown): void {
  const choice = at(event, 'choices', 0)
  draft.text += string(at(choice, 'delta', 'content')) ?? ''
  addArguments(draft, at(choice, 'delta', 'tool_calls', 0, 'function', 'arguments'))
  draft.finish = string(at(choice, 'finish_reason')) ?? draft.finish
  draft.outputTokens = number(at(event, 'usage', 'completion_tokens')) ?? draft.outputTokens
}

function takeAnthropic(draft: Draft, event: unknown): void {
  draft.text += string(at(event, 'delta', 'text')) ?? ''
  addArguments(draft, at(event, 'delta', 'partial_json'))
  draft.finish = string(at(event, 'delta', 'stop_reason')) ?? draft.finish
  if (at(event, 'type') === 'message_delta') {
    draft.outputTokens = number(at(event, 'usage', 'output_tokens')) ?? draft.outputTokens
  }
  if (at(event, 'type') === 'message_stop') draft.isEnded = true
}

function addArguments(draft: Draft, part: unknown): void {
  if (typeof part === 'string') draft.toolArguments = (draft.toolArguments ?? '') + part
}

function takeError(draft: Draft, json: unknown): void {
  const error = at(json, 'error')
  if (error === undefined || error === null) return
  draft.error = string(at(error, 'code')) ?? string(at(error, 'type')) ?? 'an error without a name'
}

function emptyDraft(): Draft {
  return {
    text: '',
    toolArguments: undefined,
    finish: undefined,
    outputTokens: undefined,
    error: undefined,
    isEnded: false,
    garbage: undefined,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = Reflect.get(here, key)
  }
  return here
}

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
