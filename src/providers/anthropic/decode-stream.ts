import { isObject, type JsonObject } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'
import { memberSpan, spanOfJson } from '../../core/json-slice.js'
import { tryParseJson } from '../../core/json-text.js'
import { NO_EVENTS, type StreamEvent } from '../../core/stream-event.js'
import type { SseMessage } from '../../sse/sse-message.js'
import { givenText } from '../given-text.js'
import { malformed } from '../malformed.js'
import type { DecodeContext, StreamDecoder } from '../provider.js'
import { decodeErrorEvent } from './decode-error.js'
import { exactInput } from './exact-input.js'
import { type Ending, finishEvents } from './finish-events.js'
import { createHeldBlocks } from './held-blocks.js'
import { deltaPrefix, scanDelta } from './scan-delta.js'
import { decodeUsage, mergeUsage, type UsageCounters } from './usage.js'
import { requireMember, textMember } from './wire-field.js'

/** A content block that is open. A start ends the open block of its index: Anthropic has used an index twice. */
type Block =
  | { readonly kind: 'text'; readonly index: unknown }
  | { readonly kind: 'thinking'; readonly index: unknown; signature: string | undefined }
  | {
      readonly kind: 'tool'
      readonly index: unknown
      readonly tool: number
      readonly input: string
      hasArguments: boolean
    }
  /** Server tools, redacted thinking, and block types that do not exist yet. */
  | { readonly kind: 'silent'; readonly index: unknown }

interface OpenedBlock {
  readonly block: Block
  readonly events: readonly StreamEvent[]
}

/** Anthropic stream → our events. One message in, the events it causes out. */
export function createStreamDecoder(context: DecodeContext): StreamDecoder {
  let phase: 'waiting' | 'open' | 'ended' = 'waiting'
  /** The block that is being written. Others that are open wait until it stops. */
  let block: Block | undefined
  const held = createHeldBlocks<Block>()
  /** How a delta of the open block begins when the scan may read it; empty when no delta can be scanned. */
  let prefix = ''
  let tools = 0
  let hasText = false
  let usage: UsageCounters | undefined
  let ending: Ending = { stopReason: undefined, stopSequence: undefined, explanation: undefined }

  function step(event: JsonObject, message: SseMessage): readonly StreamEvent[] {
    switch (typeof event.type === 'string' ? event.type : message.event) {
      case 'content_block_delta':
        requireOpen()
        return blockDelta(event, message.data)
      case 'content_block_start':
        requireOpen()
        return beginBlock(event, message.data)
      case 'content_block_stop':
        requireOpen()
        return endBlock(event.index)
      case 'message_start':
        if (phase !== 'waiting') throw malformed('it begins twice')
        phase = 'open'
        return start(requireMember(event, 'message'))
      case 'message_delta':
        requireOpen()
        ending = mergeEnding(ending, event.delta)
        return usageEvents(event.usage)
      case 'message_stop': {
        requireOpen()
        const closing = endBlocks()
        phase = 'ended'
        return [...closing, ...finishEvents(ending, hasText)]
      }
      case 'error':
        throw decodeErrorEvent(event)
      default:
        // An error object without a type is what some proxies send; `ping` and whatever comes next year is skipped.
        if (event.type === undefined && isObject(event.error)) throw decodeErrorEvent(event)
        return NO_EVENTS
    }
  }

  function requireOpen(): void {
    if (phase !== 'open') throw malformed('it has no beginning')
  }

  function start(message: JsonObject): readonly StreamEvent[] {
    const begun: StreamEvent = { type: 'start', id: givenText(message.id), model: givenText(message.model) }
    return [begun, ...usageEvents(message.usage)]
  }

  /** Usage goes out as soon as it is known, so that an answer the client leaves is still accounted for. */
  function usageEvents(wire: unknown): readonly StreamEvent[] {
    usage = mergeUsage(usage, wire)
    const decoded = isObject(wire) ? decodeUsage(usage) : undefined
    return decoded === undefined ? NO_EVENTS : [{ type: 'usage', usage: decoded }]
  }

  function beginBlock(event: JsonObject, data: string): readonly StreamEvent[] {
    const ended = endBlock(event.index)
    const opened = openBlock(event, data)
    if (block === undefined) {
      write(opened.block)
      return ended.length === 0 ? opened.events : [...ended, ...opened.events]
    }
    held.begin(opened.block, opened.events, data.length)
    return ended
  }

  function openBlock(event: JsonObject, data: string): OpenedBlock {
    const content = requireMember(event, 'content_block')
    const index = event.index
    switch (content.type) {
      case 'text':
        return { block: { kind: 'text', index }, events: textDelta(textMember(content, 'text')) }
      case 'thinking':
        return {
          block: { kind: 'thinking', index, signature: givenText(content.signature) },
          events: thinkingDelta(textMember(content, 'thinking')),
        }
      case 'tool_use': {
        const name = givenText(content.name)
        if (name === undefined) throw malformed('a tool call has no name')
        const tool = tools
        tools += 1
        const input = exactInput(content.input, () => sourceOfInput(data))
        const id = givenText(content.id) ?? context.createToolCallId(tool)
        return {
          block: { kind: 'tool', index, tool, input, hasArguments: false },
          events: [{ type: 'tool-start', choice: 0, index: tool, id, name }],
        }
      }
      case 'redacted_thinking': {
        const redacted: StreamEvent = { type: 'reasoning-redacted', choice: 0, data: textMember(content, 'data') }
        return { block: { kind: 'silent', index }, events: [redacted] }
      }
      default:
        return { block: { kind: 'silent', index }, events: NO_EVENTS }
    }
  }

  function write(next: Block | undefined): void {
    block = next
    prefix = next?.kind === 'text' || next?.kind === 'thinking' ? deltaPrefix(next.index, next.kind) : ''
  }

  function blockDelta(event: JsonObject, data: string): readonly StreamEvent[] {
    const delta = requireMember(event, 'delta')
    if (block === undefined) return orphanDelta(delta)
    if (block.index === event.index) return deltaOf(block, delta)
    const later = held.find(event.index)
    if (later === undefined) throw malformed('its content blocks are mixed up')
    held.add(event.index, deltaOf(later, delta), data.length)
    return NO_EVENTS
  }

  function deltaOf(written: Block, delta: JsonObject): readonly StreamEvent[] {
    switch (written.kind) {
      case 'text':
        return delta.type === 'text_delta' ? textDelta(textMember(delta, 'text')) : NO_EVENTS
      case 'thinking':
        if (delta.type === 'thinking_delta') return thinkingDelta(textMember(delta, 'thinking'))
        if (delta.type === 'signature_delta') written.signature = givenText(delta.signature)
        return NO_EVENTS
      case 'tool': {
        const fragment = delta.type === 'input_json_delta' ? textMember(delta, 'partial_json') : ''
        if (fragment === '') return NO_EVENTS
        written.hasArguments = true
        return [{ type: 'tool-delta', choice: 0, index: written.tool, arguments: fragment }]
      }
      case 'silent':
        return NO_EVENTS
    }
  }

  /** Some compatible servers begin to write without opening a block. Text speaks for itself; a nameless call cannot. */
  function orphanDelta(delta: JsonObject): readonly StreamEvent[] {
    if (delta.type === 'text_delta') return textDelta(textMember(delta, 'text'))
    if (delta.type === 'input_json_delta') throw malformed('a tool call has no beginning')
    return NO_EVENTS
  }

  function textDelta(text: string): readonly StreamEvent[] {
    if (text === '') return NO_EVENTS
    hasText = true
    return [{ type: 'text-delta', choice: 0, text }]
  }

  function thinkingDelta(text: string): readonly StreamEvent[] {
    return text === '' ? NO_EVENTS : [{ type: 'reasoning-delta', choice: 0, text }]
  }

  function endBlock(index: unknown): readonly StreamEvent[] {
    if (block !== undefined && block.index === index) return endWritten(block)
    const later = held.find(index)
    if (later !== undefined) held.end(index, endOf(later))
    return NO_EVENTS
  }

  /** Ends the block that is being written; those that waited for it follow, up to one that is still open. */
  function endWritten(written: Block): readonly StreamEvent[] {
    write(undefined)
    let next = held.next()
    if (next === undefined) return endOf(written)
    const events = [...endOf(written)]
    for (; next !== undefined; next = held.next()) {
      for (const event of next.events) events.push(event)
      if (next.isOver) continue
      write(next.block)
      break
    }
    return events
  }

  /** The message is over, and with it whatever the provider has not closed. */
  function endBlocks(): readonly StreamEvent[] {
    const events: StreamEvent[] = []
    while (block !== undefined) for (const event of endWritten(block)) events.push(event)
    return events
  }

  return {
    push(message) {
      if (phase === 'ended') return NO_EVENTS
      if (prefix !== '') {
        const text = scanDelta(message.data, prefix)
        // `prefix` belongs to the open block, so its kind says what the text is.
        if (text !== undefined) return block?.kind === 'text' ? textDelta(text) : thinkingDelta(text)
      }
      if (message.event === 'ping') return NO_EVENTS
      return step(parseEvent(message), message)
    },
    end() {
      if (phase !== 'ended') throw new GatewayError('stream_truncated', 'The provider ended its answer in the middle.')
      return NO_EVENTS
    },
    ended: () => phase === 'ended',
  }
}

const NO_EVENT: JsonObject = { type: 'none' }

function parseEvent(message: SseMessage): JsonObject {
  const value = tryParseJson(message.data)
  if (isObject(value)) return value
  if (value !== undefined) throw malformed('an event is not a JSON object')
  if (message.event === 'error') throw decodeErrorEvent({})
  if (message.event !== undefined && !KNOWN_EVENTS.has(message.event)) return NO_EVENT
  throw malformed('an event is not valid JSON')
}

const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  'message',
  'message_start',
  'message_delta',
  'message_stop',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
])

/** The text of `content_block.input`, which Anthropic leaves empty and compatible servers may fill. */
function sourceOfInput(data: string): string {
  const block = memberSpan(data, spanOfJson(data), 'content_block')
  const input = block && memberSpan(data, block, 'input')
  return input === undefined ? '{}' : data.slice(input.start, input.end)
}

function mergeEnding(known: Ending, delta: unknown): Ending {
  if (!isObject(delta)) return known
  const details = isObject(delta.stop_details) ? delta.stop_details : undefined
  return {
    stopReason: givenText(delta.stop_reason) ?? known.stopReason,
    stopSequence: givenText(delta.stop_sequence) ?? known.stopSequence,
    explanation: (details && givenText(details.explanation)) ?? known.explanation,
  }
}

function endOf(block: Block): readonly StreamEvent[] {
  switch (block.kind) {
    case 'thinking':
      return [{ type: 'reasoning-end', choice: 0, signature: block.signature }]
    case 'tool': {
      const end: StreamEvent = { type: 'tool-end', choice: 0, index: block.tool }
      if (block.hasArguments) return [end]
      return [{ type: 'tool-delta', choice: 0, index: block.tool, arguments: block.input }, end]
    }
    default:
      return NO_EVENTS
  }
}
