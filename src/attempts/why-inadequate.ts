import type { ChatRequest } from '../core/chat-request.js'
import type { ChatResponse, Choice } from '../core/chat-response.js'
import type { StreamEvent } from '../core/stream-event.js'

/** What an answer may lack so plainly that nobody has to understand it to say so, from bad to worse. */
const FLAWS = ['schema', 'cut', 'refused', 'empty'] as const

export type Flaw = (typeof FLAWS)[number]

/** Whether the answer with the first flaw is of less use than that with the second. */
export function isWorse(one: Flaw, other: Flaw): boolean {
  return FLAWS.indexOf(one) > FLAWS.indexOf(other)
}

/** What the client wanted, and what the model can. */
export interface LengthLimits {
  readonly maxTokens?: ChatRequest['maxTokens']
  /** Undefined: not known. */
  readonly maxOutputTokens?: number | undefined
}

/**
 * Undefined: nothing is plainly wrong with the answer, or at least with one of its choices. Whether it fits its schema is
 * another question.
 */
export function whyInadequate({ choices }: ChatResponse, limits: LengthLimits): Exclude<Flaw, 'schema'> | undefined {
  const flaws = choices.map((choice) => flawOf(choice, limits))
  return flaws.includes(undefined) ? undefined : (flaws[0] ?? 'empty')
}

/** The same of a stream, by the event it begins with: all that is known while nothing has been shown. */
export function whyInadequateStart(first: StreamEvent, limits: LengthLimits): Exclude<Flaw, 'schema'> | undefined {
  if (first.type === 'refusal-delta') return 'refused'
  if (first.type !== 'finish') return undefined
  if (first.reason === 'content-filter') return 'refused'
  if (first.reason === 'length') return isOwnLimit(limits) ? undefined : 'cut'
  return first.reason === 'stop' ? 'empty' : undefined
}

function flawOf({ finishReason, parts }: Choice, limits: LengthLimits): Exclude<Flaw, 'schema'> | undefined {
  if (finishReason === 'content-filter' || parts.some(({ type }) => type === 'refusal')) return 'refused'
  if (finishReason === 'length') return isOwnLimit(limits) ? undefined : 'cut'
  return finishReason === 'stop' && !hasContent(parts) ? 'empty' : undefined
}

function hasContent(parts: Choice['parts']): boolean {
  return parts.some((part) => part.type === 'tool-call' || (part.type === 'text' && part.text.trim() !== ''))
}

/** Cut where the client wanted it. What providers count is no help: some count thoughts, some the end itself. */
function isOwnLimit({ maxOutputTokens = Number.POSITIVE_INFINITY, maxTokens }: LengthLimits): boolean {
  return maxTokens !== undefined && maxTokens <= maxOutputTokens
}
