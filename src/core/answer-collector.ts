import { assertNever } from './assert-never.js'
import type { ChatResponse, Choice, FinishReason } from './chat-response.js'
import type { AssistantPart, ReasoningOrigin } from './message.js'
import type { LogprobDelta, StreamEvent } from './stream-event.js'
import type { Usage } from './usage.js'

/** Folds a stream of events into the whole answer: the same value a non-streaming call decodes to. */
export interface AnswerCollector {
  push(event: StreamEvent): void
  /** The answer so far. Choices without a finish are left out unless `stop` is assumed for them by the caller. */
  response(): ChatResponse
}

interface OpenChoice {
  readonly parts: AssistantPart[]
  finishReason: FinishReason | undefined
  stopSequence: string | undefined
  logprobs: Record<string, unknown> | undefined
  /** Pieces of the part that is growing; joined when another kind of part begins. */
  growing: Growing | undefined
}

type Growing =
  | { readonly type: 'text' | 'refusal' | 'reasoning'; readonly pieces: string[] }
  | {
      readonly type: 'tool-call'
      readonly id: string
      readonly name: string
      readonly signature: string | undefined
      readonly pieces: string[]
    }

/** @param origin the provider family whose signatures the reasoning parts carry */
export function createAnswerCollector(origin: ReasoningOrigin): AnswerCollector {
  const choices = new Map<number, OpenChoice>()
  let id: string | undefined
  let model: string | undefined
  let usage: Usage | undefined

  function choiceAt(index: number): OpenChoice {
    const known = choices.get(index)
    if (known !== undefined) return known
    const fresh: OpenChoice = {
      parts: [],
      finishReason: undefined,
      stopSequence: undefined,
      logprobs: undefined,
      growing: undefined,
    }
    choices.set(index, fresh)
    return fresh
  }

  function grow(choice: OpenChoice, type: 'text' | 'refusal' | 'reasoning', text: string): void {
    if (choice.growing?.type !== type) {
      close(choice, origin)
      choice.growing = { type, pieces: [] }
    }
    choice.growing?.pieces.push(text)
  }

  return {
    push(event) {
      switch (event.type) {
        case 'start':
          id = event.id
          model = event.model
          return
        case 'usage':
          usage = event.usage
          return
        case 'text-delta':
        case 'refusal-delta': {
          const choice = choiceAt(event.choice)
          if (event.logprobs !== undefined) choice.logprobs = mergeLogprobs(choice.logprobs, event.logprobs)
          if (event.text !== '') grow(choice, event.type === 'text-delta' ? 'text' : 'refusal', event.text)
          return
        }
        case 'reasoning-delta':
          grow(choiceAt(event.choice), 'reasoning', event.text)
          return
        case 'reasoning-end': {
          const choice = choiceAt(event.choice)
          if (choice.growing?.type !== 'reasoning') {
            close(choice, origin)
            choice.growing = { type: 'reasoning', pieces: [] }
          }
          close(choice, origin, event.signature)
          return
        }
        case 'reasoning-redacted': {
          const choice = choiceAt(event.choice)
          close(choice, origin)
          choice.parts.push({ type: 'redacted-reasoning', data: event.data, origin, path: '' })
          return
        }
        case 'tool-start': {
          const choice = choiceAt(event.choice)
          close(choice, origin)
          choice.growing = { type: 'tool-call', id: event.id, name: event.name, signature: event.signature, pieces: [] }
          return
        }
        case 'tool-delta':
          choiceAt(event.choice).growing?.pieces.push(event.arguments)
          return
        case 'tool-end':
          close(choiceAt(event.choice), origin)
          return
        case 'finish': {
          const choice = choiceAt(event.choice)
          close(choice, origin)
          choice.finishReason = event.reason
          choice.stopSequence = event.stopSequence
          return
        }
        default:
          assertNever(event)
      }
    },
    response() {
      const finished = [...choices].sort(([a], [b]) => a - b)
      return { id, model, choices: finished.map(([index, choice]) => finishedChoice(index, choice)), usage }
    },
  }
}

function finishedChoice(index: number, choice: OpenChoice): Choice {
  return {
    index,
    parts: choice.parts,
    finishReason: choice.finishReason ?? 'stop',
    ...(choice.stopSequence !== undefined && { stopSequence: choice.stopSequence }),
    ...(choice.logprobs !== undefined && { logprobs: choice.logprobs }),
  }
}

function close(choice: OpenChoice, origin: ReasoningOrigin, signature?: string): void {
  const growing = choice.growing
  if (growing === undefined) return
  choice.growing = undefined
  const text = growing.pieces.join('')
  if (growing.type === 'reasoning') {
    choice.parts.push({ type: 'reasoning', text, ...(signature !== undefined && { signature }), origin, path: '' })
  } else if (growing.type === 'tool-call') {
    const { id, name } = growing
    const sealed = growing.signature === undefined ? {} : { signature: growing.signature }
    choice.parts.push({ type: 'tool-call', id, name, arguments: text, ...sealed, path: '' })
  } else {
    choice.parts.push({ type: growing.type, text, path: '' })
  }
}

/** Token lists add up; anything else of the newest wins. */
function mergeLogprobs(known: Record<string, unknown> | undefined, next: LogprobDelta): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...known }
  for (const [key, value] of Object.entries(next)) {
    const before = merged[key]
    merged[key] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : (value ?? before ?? null)
  }
  return merged
}

/** A whole answer as the events that would have streamed it: for replays, and for servers that ignore `stream`. */
export function eventsOf(response: ChatResponse): readonly StreamEvent[] {
  const events: StreamEvent[] = [{ type: 'start', id: response.id, model: response.model }]
  for (const choice of response.choices) {
    for (const event of choiceEvents(choice)) events.push(event)
  }
  if (response.usage !== undefined) events.push({ type: 'usage', usage: response.usage })
  return events
}

function choiceEvents(choice: Choice): readonly StreamEvent[] {
  const at = choice.index
  const events: StreamEvent[] = []
  let tools = 0
  let logprobs = choice.logprobs
  for (const part of choice.parts) {
    switch (part.type) {
      case 'text':
      case 'refusal': {
        const type = part.type === 'text' ? 'text-delta' : 'refusal-delta'
        events.push({ type, choice: at, text: part.text, ...(logprobs !== undefined && { logprobs }) })
        logprobs = undefined
        break
      }
      case 'reasoning':
        events.push({ type: 'reasoning-delta', choice: at, text: part.text })
        events.push({ type: 'reasoning-end', choice: at, signature: part.signature })
        break
      case 'redacted-reasoning':
        events.push({ type: 'reasoning-redacted', choice: at, data: part.data })
        break
      case 'tool-call': {
        const sealed = part.signature === undefined ? {} : { signature: part.signature }
        events.push({ type: 'tool-start', choice: at, index: tools, id: part.id, name: part.name, ...sealed })
        events.push({ type: 'tool-delta', choice: at, index: tools, arguments: part.arguments })
        events.push({ type: 'tool-end', choice: at, index: tools })
        tools += 1
        break
      }
      default:
        assertNever(part)
    }
  }
  const stopped = choice.stopSequence === undefined ? {} : { stopSequence: choice.stopSequence }
  events.push({ type: 'finish', choice: at, reason: choice.finishReason, ...stopped })
  return events
}
