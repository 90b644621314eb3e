import { createAnswerCollector } from '../../core/answer-collector.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { isObject, type JsonObject } from '../../core/decode.js'
import { elementSpans, type JsonSpan, memberSpan, spanOfJson } from '../../core/json-slice.js'
import { NO_EVENTS, type StreamEvent } from '../../core/stream-event.js'
import { givenText } from '../given-text.js'
import { malformed } from '../malformed.js'
import { parseWireJson } from '../parse-wire-json.js'
import type { DecodeContext } from '../provider.js'
import { decodeErrorEvent } from './decode-error.js'
import { exactInput } from './exact-input.js'
import { finishEvents } from './finish-events.js'
import { decodeUsage, mergeUsage } from './usage.js'
import { textMember } from './wire-field.js'

/** A whole message → ours, by the same events as a stream, so that both ways give the same answer. */
export function decodeResponse(body: string, context: DecodeContext): ChatResponse {
  const message = parseMessage(body)
  const collector = createAnswerCollector('anthropic')
  collector.push({ type: 'start', id: givenText(message.id), model: givenText(message.model) })

  const rawInput = createRawInputs(body)
  let tools = 0
  let hasText = false
  for (const [at, block] of contentOf(message).entries()) {
    for (const event of blockEvents(block, { ...context, tool: tools, rawInput: () => rawInput(at) })) {
      if (event.type === 'tool-start') tools += 1
      if (event.type === 'text-delta') hasText = true
      collector.push(event)
    }
  }

  const usage = decodeUsage(mergeUsage(undefined, message.usage))
  if (usage !== undefined) collector.push({ type: 'usage', usage })
  const details = isObject(message.stop_details) ? message.stop_details : {}
  const ending = {
    stopReason: givenText(message.stop_reason),
    stopSequence: givenText(message.stop_sequence),
    explanation: givenText(details.explanation),
  }
  for (const event of finishEvents(ending, hasText)) collector.push(event)
  return collector.response()
}

function parseMessage(body: string): JsonObject {
  const value = parseWireJson(body)
  if (!isObject(value)) throw malformed('it is not a JSON object')
  if (value.type === 'error' || (value.content === undefined && isObject(value.error))) throw decodeErrorEvent(value)
  return value
}

function contentOf(message: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(message.content)) throw malformed("'content' is missing")
  return message.content.map((block: unknown) => {
    if (isObject(block)) return block
    throw malformed('a content block is not an object')
  })
}

interface BlockContext extends Pick<DecodeContext, 'createToolCallId'> {
  /** Index the next tool call gets. */
  readonly tool: number
  /** The text of the block's `input`. */
  readonly rawInput: () => string
}

function blockEvents(block: JsonObject, context: BlockContext): readonly StreamEvent[] {
  switch (block.type) {
    case 'text': {
      const text = textMember(block, 'text')
      return text === '' ? NO_EVENTS : [{ type: 'text-delta', choice: 0, text }]
    }
    case 'thinking':
      return [
        { type: 'reasoning-delta', choice: 0, text: textMember(block, 'thinking') },
        { type: 'reasoning-end', choice: 0, signature: givenText(block.signature) },
      ]
    case 'redacted_thinking':
      return [{ type: 'reasoning-redacted', choice: 0, data: textMember(block, 'data') }]
    case 'tool_use':
      return toolEvents(block, context)
    default:
      return NO_EVENTS // server tools, and block types that do not exist yet
  }
}

function toolEvents(block: JsonObject, context: BlockContext): readonly StreamEvent[] {
  const { tool: index, rawInput } = context
  const name = givenText(block.name)
  if (name === undefined) throw malformed('a tool call has no name')
  const id = givenText(block.id) ?? context.createToolCallId(index)
  return [
    { type: 'tool-start', choice: 0, index, id, name },
    { type: 'tool-delta', choice: 0, index, arguments: exactInput(block.input, rawInput) },
    { type: 'tool-end', choice: 0, index },
  ]
}

/** Finds the text of `content[at].input`. The body is searched for its blocks once, and only when asked. */
function createRawInputs(body: string): (at: number) => string {
  let blocks: readonly JsonSpan[] | undefined
  return (at) => {
    const content = blocks === undefined ? memberSpan(body, spanOfJson(body), 'content') : undefined
    blocks ??= content === undefined ? [] : elementSpans(body, content)
    const block = blocks[at]
    const input = block && memberSpan(body, block, 'input')
    return input === undefined ? '{}' : body.slice(input.start, input.end)
  }
}
