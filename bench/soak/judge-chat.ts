import type { ClientDialect } from '../load/answer-check.js'
import { argumentsOf, recogniseText } from './planned-answer.js'
import { keyOf } from './questions.js'
import { type ReadAnswer, readStream, readWhole } from './read-answer.js'
import type { ChatAsk } from './request-mix.js'

/** What came back for a chat request. */
export interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As far as it came. */
  readonly body: string
  /** The connection broke, or nothing came for too long. */
  readonly failure: string | undefined
  /** The client went by itself. */
  readonly hasLeft: boolean
}

export type Verdict =
  | { readonly kind: 'right' }
  /** Every byte so far was right when the client went. */
  | { readonly kind: 'left' }
  /** Intact, and the answer to another question: the cache took one for the other. */
  | { readonly kind: 'false-hit'; readonly what: string }
  | { readonly kind: 'error'; readonly code: string; readonly isInStream: boolean }
  | { readonly kind: 'wrong'; readonly what: string }
  | { readonly kind: 'lost'; readonly what: string }

const FINISHES: Readonly<Record<ClientDialect, { readonly text: string; readonly tools: string }>> = {
  openai: { text: 'stop', tools: 'tool_calls' },
  anthropic: { text: 'end_turn', tools: 'tool_use' },
}

export function judgeChat(ask: ChatAsk, got: Got): Verdict {
  if (got.failure !== undefined && !got.hasLeft) return lost(got.failure)
  const isStream = got.headers['content-type']?.startsWith('text/event-stream') === true
  if (got.hasLeft && !isStream) return { kind: 'left' }
  const answer = isStream ? readStream(ask.dialect, got.body) : readWhole(ask.dialect, got.body)
  if (answer.garbage !== undefined) return wrong(answer.garbage)
  if (got.status !== 200) {
    return answer.error === undefined ? lost(`${got.status} without an error`) : error(answer.error, false)
  }
  if (isStream !== ask.stream) return wrong(`${got.headers['content-type']} was not asked for`)
  if (answer.error !== undefined && answer.isEnded && isStream) return wrong('an error, and a clean end behind it')
  const isWhole = answer.error === undefined && !got.hasLeft
  if (isWhole && !answer.isEnded) return lost('the stream ended without its end')
  return judgeContent(ask, got, answer, isWhole)
}

function judgeContent(ask: ChatAsk, got: Got, answer: ReadAnswer, isWhole: boolean): Verdict {
  const recognised = ask.withTools ? recogniseArguments(answer, isWhole) : recogniseText(answer.text, isWhole)
  if (recognised !== undefined && 'problem' in recognised) return wrong(recognised.problem)
  if (recognised !== undefined && recognised.key !== keyOf(ask.prompt)) {
    const what = `the answer to ${recognised.key} for ${JSON.stringify(ask.prompt)}`
    return got.headers['x-llmrouter-cache-kind'] === 'semantic' ? { kind: 'false-hit', what } : wrong(what)
  }
  if (answer.error !== undefined) return error(answer.error, true)
  if (got.hasLeft) return { kind: 'left' }
  if (recognised === undefined) return lost('nothing in a whole answer')
  const finish = FINISHES[ask.dialect][ask.withTools ? 'tools' : 'text']
  if (answer.finish !== finish) return wrong(`finish reason ${answer.finish}`)
  if (answer.outputTokens !== recognised.pieces) return wrong(`${answer.outputTokens} tokens, not ${recognised.pieces}`)
  return { kind: 'right' }
}

function recogniseArguments({ text, toolArguments }: ReadAnswer, isWhole: boolean): ReturnType<typeof recogniseText> {
  if (text !== '') return { problem: `text beside a tool call: ${JSON.stringify(text.slice(0, 40))}` }
  if (toolArguments === undefined) return isWhole ? { problem: 'no tool call' } : undefined
  const note = readNote(toolArguments)
  if (note === undefined) return isWhole ? { problem: `arguments are ${toolArguments.slice(0, 80)}` } : undefined
  const answer = recogniseText(note, true)
  if (answer === undefined || 'problem' in answer) return answer
  return JSON.stringify(argumentsOf(note)) === toolArguments
    ? answer
    : { problem: `arguments are ${toolArguments.slice(0, 80)}` }
}

function readNote(toolArguments: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(toolArguments)
    const note = typeof parsed === 'object' && parsed !== null && 'note' in parsed ? parsed.note : undefined
    return typeof note === 'string' ? note : undefined
  } catch {
    return undefined
  }
}

const wrong = (what: string): Verdict => ({ kind: 'wrong', what })
const lost = (what: string): Verdict => ({ kind: 'lost', what })
const error = (code: string, isInStream: boolean): Verdict => ({ kind: 'error', code, isInStream })
