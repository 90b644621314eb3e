import type { FinishReason } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'
import type { LogprobDelta, StreamEvent } from '../../core/stream-event.js'
import { createJsonProgress, type JsonProgress } from './json-progress.js'
import type { ToolFragment } from './tool-fragment.js'

/** Brings what happens in one choice into the order that our events promise. Each method appends to `out`. */
export interface ChoiceDecoder {
  isFinished(): boolean
  hasCalls(): boolean
  text(text: string, logprobs: LogprobDelta | undefined, out: StreamEvent[]): void
  refusal(text: string, logprobs: LogprobDelta | undefined, out: StreamEvent[]): void
  reasoning(text: string, out: StreamEvent[]): void
  tool(fragment: ToolFragment, out: StreamEvent[]): void
  finish(reason: FinishReason, out: StreamEvent[]): void
}

interface Call {
  /** Dense position among the calls of the choice. */
  readonly index: number
  readonly wireId: string | undefined
  name: string | undefined
  signature: string | undefined
  /** Arguments that have not gone out yet. */
  pending: string
  readonly progress: JsonProgress
  state: 'waiting' | 'open' | 'ended'
}

/**
 * Calls go out one after the other, each whole before the next: a second one, or text, that begins while the first
 * lacks a part of its arguments waits until those are complete. Servers that send calls side by side come out right
 * that way, and the others lose no time.
 *
 * @param createToolCallId makes an id for the n-th call of this choice when the server sent none
 */
export function createChoiceDecoder(choice: number, createToolCallId: (n: number) => string): ChoiceDecoder {
  const calls: Call[] = []
  const byWireIndex = new Map<number, Call>()
  /** The call that is going out. */
  let current: Call | undefined
  /** What has to follow it, in order. */
  const queue: (StreamEvent | Call)[] = []
  let reasons = false
  let finished = false

  function emit(item: StreamEvent | Call, out: StreamEvent[]): void {
    queue.push(item)
    if (current === undefined) next(out)
    else advance(out)
  }

  function advance(out: StreamEvent[]): void {
    while (current?.state === 'open' && queue.length > 0 && current.progress.isComplete()) {
      endCurrent(current, out)
      next(out)
    }
  }

  /** Sends what waits, up to and including the start of the next call. */
  function next(out: StreamEvent[]): void {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if ('type' in item) {
        out.push(item)
        continue
      }
      current = item
      send(item, out)
      return
    }
  }

  /** What is known of the current call. It cannot start before its name is known. */
  function send(call: Call, out: StreamEvent[]): void {
    if (call.state === 'waiting') {
      if (call.name === undefined) return
      call.state = 'open'
      const { index, name, signature } = call
      const id = call.wireId ?? createToolCallId(index)
      out.push({ type: 'tool-start', choice, index, id, name, ...(signature !== undefined && { signature }) })
    }
    if (call.pending !== '') out.push({ type: 'tool-delta', choice, index: call.index, arguments: call.pending })
    call.pending = ''
  }

  function endCurrent(call: Call, out: StreamEvent[]): void {
    if (call.state === 'waiting')
      throw new GatewayError('upstream_error', 'The provider sent a tool call without a name.')
    if (call.progress.isBlank()) out.push({ type: 'tool-delta', choice, index: call.index, arguments: '{}' })
    out.push({ type: 'tool-end', choice, index: call.index })
    call.state = 'ended'
    current = undefined
  }

  function endReasoning(out: StreamEvent[]): void {
    if (!reasons) return
    reasons = false
    emit({ type: 'reasoning-end', choice, signature: undefined }, out)
  }

  function callOf(fragment: ToolFragment, out: StreamEvent[]): Call {
    const known = knownCall(fragment)
    if (known !== undefined && !beginsAnother(fragment, known)) return known
    const call: Call = {
      index: calls.length,
      wireId: fragment.id,
      name: fragment.name,
      signature: fragment.signature,
      pending: '',
      progress: createJsonProgress(),
      state: 'waiting',
    }
    calls.push(call)
    if (fragment.wireIndex !== undefined) byWireIndex.set(fragment.wireIndex, call)
    emit(call, out)
    return call
  }

  /** Without an index, a fragment goes by its id, and without an id it belongs to the latest call. */
  function knownCall({ wireIndex, id }: ToolFragment): Call | undefined {
    if (wireIndex !== undefined) return byWireIndex.get(wireIndex)
    if (id !== undefined) return calls.find((call) => call.wireId === id)
    return calls.at(-1)
  }

  function refuseLate(): void {
    if (finished) throw new GatewayError('upstream_error', 'The provider went on after the end of its answer.')
  }

  return {
    isFinished: () => finished,
    hasCalls: () => calls.length > 0,
    text(text, logprobs, out) {
      refuseLate()
      endReasoning(out)
      const event: StreamEvent =
        logprobs === undefined ? { type: 'text-delta', choice, text } : { type: 'text-delta', choice, text, logprobs }
      if (current === undefined) out.push(event)
      else emit(event, out)
    },
    refusal(text, logprobs, out) {
      refuseLate()
      endReasoning(out)
      emit({ type: 'refusal-delta', choice, text, ...(logprobs !== undefined && { logprobs }) }, out)
    },
    reasoning(text, out) {
      refuseLate()
      reasons = true
      emit({ type: 'reasoning-delta', choice, text }, out)
    },
    tool(fragment, out) {
      refuseLate()
      endReasoning(out)
      const call = callOf(fragment, out)
      call.name ??= fragment.name
      call.signature ??= fragment.signature
      if (call.state === 'ended') {
        if (fragment.arguments.trim() === '') return
        throw new GatewayError('upstream_error', 'The provider went on with a tool call whose arguments were complete.')
      }
      call.pending += fragment.arguments
      call.progress.push(fragment.arguments)
      if (call === current) send(call, out)
      advance(out)
    },
    finish(reason, out) {
      if (finished) return
      endReasoning(out)
      while (current !== undefined) {
        endCurrent(current, out)
        next(out)
      }
      finished = true
      out.push({ type: 'finish', choice, reason })
    },
  }
}

/**
 * Does a fragment with the index of a known call begin another one? Servers that give every call index 0 are told by
 * a new id. Where ids are missing a name begins a call, unless it only repeats that of a call still under way.
 */
function beginsAnother({ id, name }: ToolFragment, known: Call): boolean {
  if (name === undefined) return false
  if (id !== undefined && known.wireId !== undefined) return id !== known.wireId
  return known.progress.isComplete() || (known.name !== undefined && name !== known.name)
}
