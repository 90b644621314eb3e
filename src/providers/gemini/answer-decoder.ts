import { isObject, type JsonObject } from '../../core/decode.js'
import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { NO_EVENTS, type StreamEvent } from '../../core/stream-event.js'
import { givenText } from '../given-text.js'
import { malformed } from '../malformed.js'
import type { DecodeContext } from '../provider.js'
import { callArguments } from './call-arguments.js'
import { decodeErrorObject } from './decode-error.js'
import { decodeLogprobs } from './decode-logprobs.js'
import { mapFinishReason } from './map-finish-reason.js'
import { decodeUsage } from './usage.js'

/** Reads the chunks of one answer; an answer in one piece is its only chunk. */
export interface AnswerDecoder {
  /**
   * @param value a parsed chunk
   * @param source its JSON text, or that of the array in which it is number `position`
   */
  step(value: unknown, source: string, position?: number): readonly StreamEvent[]
  /** Nothing more comes. The finish of each candidate waits until here, because chunks may trail behind its reason. */
  end(): readonly StreamEvent[]
}

interface Candidate {
  readonly index: number
  /** A block of thoughts is open. */
  thinking: boolean
  calls: number
  /** It holds text or a call. */
  useful: boolean
  /** It holds a part of a kind that has no place in an answer of ours. */
  unreadable: boolean
  finishReason: string | undefined
}

/** OpenAI's own clients take no more choices. */
const MAX_CANDIDATES = 128

/**
 * @param mode in a stream, an answer that breaks off after something useful was sent is ended with `stop`; in one piece
 * it is refused, since another attempt may still succeed
 */
export function createAnswerDecoder(context: DecodeContext, mode: 'stream' | 'whole'): AnswerDecoder {
  const candidates = new Map<number, Candidate>()
  const incomplete: ErrorCode = mode === 'stream' ? 'stream_truncated' : 'upstream_error'
  let started = false
  let blocked = false
  /** Calls of all candidates: the n-th call of the answer may need an id. */
  let calls = 0
  /** Where the part that is being read stands. Kept here, because only calls look back into the source. */
  const place = { source: '', chunk: 0, candidate: 0, part: 0 }

  function candidateAt(wire: JsonObject, position: number): Candidate {
    // A zero is left out on the wire.
    const index = typeof wire.index === 'number' ? wire.index : position
    const known = candidates.get(index)
    if (known !== undefined) return known
    if (!Number.isInteger(index) || index < 0 || index >= MAX_CANDIDATES)
      throw malformed('a candidate has no valid index')
    const fresh = { index, thinking: false, calls: 0, useful: false, unreadable: false, finishReason: undefined }
    candidates.set(index, fresh)
    return fresh
  }

  function readCandidate(wire: JsonObject, events: StreamEvent[]): void {
    const candidate = candidateAt(wire, place.candidate)
    const before = events.length
    const parts = isObject(wire.content) ? wire.content.parts : undefined
    if (Array.isArray(parts)) {
      for (place.part = 0; place.part < parts.length; place.part += 1) {
        const part: unknown = parts[place.part]
        if (isObject(part)) readPart(candidate, part, events)
      }
    }
    if (wire.logprobsResult !== undefined) addLogprobs(candidate, wire.logprobsResult, before, events)
    const reason = givenText(wire.finishReason)
    if (reason !== undefined && reason !== 'FINISH_REASON_UNSPECIFIED') candidate.finishReason = reason
  }

  function readPart(candidate: Candidate, part: JsonObject, events: StreamEvent[]): void {
    const signature = givenText(part.thoughtSignature)
    if (isObject(part.functionCall)) {
      closeThoughts(candidate, events)
      readCall(candidate, part.functionCall, signature, events)
    } else if (typeof part.text === 'string') {
      if (part.thought === true) readThought(candidate, part.text, signature, events)
      else readText(candidate, part.text, signature, events)
    } else if (signature !== undefined) {
      endThoughts(candidate, signature, events)
    } else {
      candidate.unreadable = true
    }
  }

  function readCall(
    candidate: Candidate,
    call: JsonObject,
    signature: string | undefined,
    events: StreamEvent[],
  ): void {
    const name = givenText(call.name)
    if (name === undefined) throw malformed('a function call has no name')
    const id = givenText(call.id) ?? context.createToolCallId(calls)
    const sealed = signature === undefined ? {} : { signature }
    const at = { choice: candidate.index, index: candidate.calls }
    events.push({ type: 'tool-start', ...at, id, name, ...sealed })
    // Calls come in one piece; only Vertex AI can send arguments bit by bit, and only when asked to.
    events.push({ type: 'tool-delta', ...at, arguments: callArguments(call.args, place) })
    events.push({ type: 'tool-end', ...at })
    candidate.calls += 1
    candidate.useful = true
    calls += 1
  }

  function endOf(candidate: Candidate): StreamEvent {
    const choice = candidate.index
    const reason = candidate.finishReason
    if (reason === undefined) {
      if (blocked) return { type: 'finish', choice, reason: 'content-filter' }
      throw new GatewayError(incomplete, 'The provider ended its answer without saying that it is complete.')
    }
    const ending = mapFinishReason(reason, candidate.calls > 0)
    if (ending === 'unusable') {
      if (mode === 'stream' && candidate.useful) return { type: 'finish', choice, reason: 'stop' }
      throw new GatewayError('upstream_error', 'The model failed to write a valid answer.')
    }
    if (ending === 'stop' && candidate.unreadable && !candidate.useful) {
      throw new GatewayError('upstream_error', 'The model answered with something else than text and tool calls.')
    }
    return { type: 'finish', choice, reason: ending }
  }

  return {
    step(value, source, position = 0) {
      if (!isObject(value)) throw malformed('a chunk is not a JSON object')
      if (value.error !== undefined && value.error !== null) throw decodeErrorObject(value.error)
      const events: StreamEvent[] = []
      if (!started) {
        started = true
        const { responseId, modelVersion } = value
        events.push({ type: 'start', id: givenText(responseId), model: givenText(modelVersion) })
      }
      const usage = decodeUsage(value.usageMetadata)
      if (usage !== undefined) events.push({ type: 'usage', usage })
      if (Array.isArray(value.candidates)) {
        place.source = source
        place.chunk = position
        for (place.candidate = 0; place.candidate < value.candidates.length; place.candidate += 1) {
          const wire: unknown = value.candidates[place.candidate]
          if (isObject(wire)) readCandidate(wire, events)
        }
      }
      blocked ||= isBlocked(value.promptFeedback)
      return events
    },

    end() {
      if (candidates.size === 0) {
        if (blocked) return [{ type: 'finish', choice: 0, reason: 'content-filter' }]
        throw new GatewayError(incomplete, 'The provider ended its answer before it began.')
      }
      const events: StreamEvent[] = []
      for (const candidate of [...candidates.values()].sort((a, b) => a.index - b.index)) {
        closeThoughts(candidate, events)
        events.push(endOf(candidate))
      }
      return events.length === 0 ? NO_EVENTS : events
    },
  }
}

function readThought(
  candidate: Candidate,
  thought: string,
  signature: string | undefined,
  events: StreamEvent[],
): void {
  if (thought !== '') {
    events.push({ type: 'reasoning-delta', choice: candidate.index, text: thought })
    candidate.thinking = true
  }
  if (signature !== undefined) endThoughts(candidate, signature, events)
}

/**
 * A signature on a text part, often an empty one at the very end, seals the thinking behind that text. It becomes the
 * end of a thinking block: of the open one, or, behind text, of one without words.
 */
function readText(candidate: Candidate, written: string, signature: string | undefined, events: StreamEvent[]): void {
  if (written !== '') {
    closeThoughts(candidate, events)
    events.push({ type: 'text-delta', choice: candidate.index, text: written })
    candidate.useful = true
  }
  if (signature !== undefined) endThoughts(candidate, signature, events)
}

function closeThoughts(candidate: Candidate, events: StreamEvent[]): void {
  if (candidate.thinking) endThoughts(candidate, undefined, events)
}

function endThoughts(candidate: Candidate, signature: string | undefined, events: StreamEvent[]): void {
  events.push({ type: 'reasoning-end', choice: candidate.index, signature })
  candidate.thinking = false
}

/** Onto the first text of the chunk, or onto an empty one when it has none. In an open block they are those of thoughts. */
function addLogprobs(candidate: Candidate, wire: unknown, from: number, events: StreamEvent[]): void {
  const logprobs = decodeLogprobs(wire)
  if (logprobs === undefined) return
  const at = events.findIndex((event, index) => index >= from && event.type === 'text-delta')
  const event = events[at]
  if (event?.type === 'text-delta') events[at] = { ...event, logprobs }
  else if (!candidate.thinking) events.push({ type: 'text-delta', choice: candidate.index, text: '', logprobs })
}

function isBlocked(feedback: unknown): boolean {
  if (!isObject(feedback)) return false
  const reason = givenText(feedback.blockReason)
  return reason !== undefined && reason !== 'BLOCK_REASON_UNSPECIFIED'
}
