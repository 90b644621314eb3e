import { isObject, type JsonObject } from '../../core/decode.js'
import type { LogprobDelta, StreamEvent } from '../../core/stream-event.js'
import { givenText } from '../given-text.js'
import type { DecodeContext } from '../provider.js'
import { type ChoiceDecoder, createChoiceDecoder } from './choice-decoder.js'
import { decodeErrorObject } from './decode-error.js'
import { decodeFinishReason } from './decode-finish-reason.js'
import { decodeChunkUsage } from './decode-usage.js'
import { decodeFunctionCall, decodeToolFragment } from './tool-fragment.js'

const MAX_CHOICES = 128

/**
 * Chunks → events. A whole answer is decoded by the same steps, as a chunk whose choices hold a `message` instead of a
 * `delta`: both therefore always agree.
 */
export interface ChunkDecoder {
  /** @throws GatewayError for an error object in place of a chunk */
  chunk(chunk: JsonObject, out: StreamEvent[]): void
  /** The choice at `index`, for a text that was read past `chunk`. */
  choice(index: number): ChoiceDecoder
  /** Finishes every choice that has not said so itself; false when there is none at all. */
  finishAll(out: StreamEvent[]): boolean
  /** Every choice that was asked for has begun, and every one that began has finished. */
  isComplete(): boolean
}

export function createChunkDecoder(context: DecodeContext): ChunkDecoder {
  const choices: ChoiceDecoder[] = []
  let started = false

  function choiceAt(index: number): ChoiceDecoder {
    const known = choices[index]
    if (known !== undefined) return known
    // Ids must differ between choices as well.
    const fresh = createChoiceDecoder(index, (n) => context.createToolCallId(index * MAX_CHOICES + n))
    choices[index] = fresh
    return fresh
  }

  function start(chunk: JsonObject, out: StreamEvent[]): void {
    if (started) return
    started = true
    out.push({ type: 'start', id: givenText(chunk.id), model: givenText(chunk.model) })
  }

  return {
    chunk(chunk, out) {
      if (isError(chunk)) throw decodeErrorObject(chunk)
      const wireChoices = Array.isArray(chunk.choices) ? chunk.choices : []
      const usage = decodeChunkUsage(chunk)
      // Azure begins with a chunk of its own that has neither id nor choices.
      if (wireChoices.length > 0 || usage !== undefined) start(chunk, out)
      for (const [position, value] of wireChoices.entries()) {
        if (isObject(value)) decodeChoice(value, choiceAt(choiceIndex(value, position)), out)
      }
      if (usage !== undefined) out.push({ type: 'usage', usage })
    },
    choice: choiceAt,
    finishAll(out) {
      const open = choices.filter((choice) => choice !== undefined)
      for (const choice of open) choice.finish(choice.hasCalls() ? 'tool-calls' : 'stop', out)
      return open.length > 0
    },
    isComplete() {
      const open = choices.filter((choice) => choice !== undefined)
      return open.length >= (context.choices ?? 1) && open.every((choice) => choice.isFinished())
    },
  }
}

/** vLLM marks its error objects by `object` and has no `error` around them. */
function isError(chunk: JsonObject): boolean {
  return Boolean(chunk.error) || chunk.object === 'error'
}

function choiceIndex(choice: JsonObject, position: number): number {
  const { index } = choice
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < MAX_CHOICES ? index : position
}

function decodeChoice(wire: JsonObject, choice: ChoiceDecoder, out: StreamEvent[]): void {
  const delta = isObject(wire.delta) ? wire.delta : isObject(wire.message) ? wire.message : {}
  const reasoning = reasoningText(delta)
  if (reasoning !== undefined) choice.reasoning(reasoning.text, out)
  decodeContent(delta, isObject(wire.logprobs) ? wire.logprobs : undefined, choice, out)
  const fragments = Array.isArray(delta.tool_calls) ? delta.tool_calls.map(decodeToolFragment) : []
  for (const fragment of [...fragments, decodeFunctionCall(delta.function_call)]) {
    if (fragment !== undefined) choice.tool(fragment, out)
  }
  const reason = givenText(wire.finish_reason)
  if (reason !== undefined) choice.finish(decodeFinishReason(reason, choice.hasCalls()), out)
}

/** Not in OpenAI's own format: `reasoning_content` came first, `reasoning` is the newer name; some send both. */
function reasoningText(delta: JsonObject): { field: string; text: string } | undefined {
  for (const field of ['reasoning_content', 'reasoning']) {
    const text = givenText(delta[field])
    if (text !== undefined) return { field, text }
  }
  return undefined
}

function decodeContent(
  delta: JsonObject,
  logprobs: LogprobDelta | undefined,
  choice: ChoiceDecoder,
  out: StreamEvent[],
): void {
  const text = givenText(delta.content)
  const refusal = givenText(delta.refusal)
  if (text !== undefined) choice.text(text, logprobs, out)
  if (Array.isArray(delta.content)) decodeContentParts(delta.content, choice, out)
  if (refusal !== undefined) choice.refusal(refusal, text === undefined ? logprobs : undefined, out)
  // Tokens without text of their own, such as the beginning of a tool call.
  if (text === undefined && refusal === undefined && hasTokens(logprobs)) choice.text('', logprobs, out)
}

/** Mistral's way to mix thinking and text: `[{type: 'thinking', thinking: [{text}]}, {type: 'text', text}]`. */
function decodeContentParts(parts: readonly unknown[], choice: ChoiceDecoder, out: StreamEvent[]): void {
  for (const part of parts) {
    if (!isObject(part)) continue
    const text = givenText(part.text)
    if (text !== undefined) choice.text(text, undefined, out)
    if (!Array.isArray(part.thinking)) continue
    for (const piece of part.thinking) {
      const thought = isObject(piece) ? givenText(piece.text) : undefined
      if (thought !== undefined) choice.reasoning(thought, out)
    }
  }
}

function hasTokens(logprobs: LogprobDelta | undefined): boolean {
  return logprobs !== undefined && Object.values(logprobs).some((list) => Array.isArray(list) && list.length > 0)
}

/** A chunk of which `chunk` would take nothing but one piece of text. */
export interface PlainText {
  readonly choice: number
  readonly field: string
}

export function plainTextOf(chunk: JsonObject): PlainText | undefined {
  const [wire, ...others] = Array.isArray(chunk.choices) ? chunk.choices : []
  if (others.length > 0 || !isObject(wire) || !isObject(wire.delta)) return undefined
  const { delta } = wire
  const takesMore =
    isError(chunk) ||
    decodeChunkUsage(chunk) !== undefined ||
    isObject(wire.logprobs) ||
    givenText(wire.finish_reason) !== undefined ||
    givenText(delta.refusal) !== undefined ||
    Array.isArray(delta.tool_calls) ||
    isObject(delta.function_call) ||
    Array.isArray(delta.content)
  if (takesMore) return undefined
  const choice = choiceIndex(wire, 0)
  const reasoning = reasoningText(delta)
  if (givenText(delta.content) === undefined) return reasoning && { choice, field: reasoning.field }
  return reasoning === undefined ? { choice, field: 'content' } : undefined
}
