import {
  isObject,
  type JsonObject,
  optionalArray,
  optionalString,
  requireNonEmptyString,
  requireObject,
  requireOneOf,
  requireString,
} from '../../core/decode.js'
import type { AssistantPart, ToolCallPart } from '../../core/message.js'

/** One of `tool_calls`, behind the thinking blocks that led to it. */
export function parseToolCall(value: unknown, path: string): readonly AssistantPart[] {
  const call = requireObject(value, path)
  const id = requireNonEmptyString(call.id, `${path}.id`)
  const type = requireOneOf(call.type, `${path}.type`, ['function', 'custom'])
  if (type === 'custom') return [parseCustomCall(id, call, path)]

  const called = requireObject(call.function, `${path}.function`)
  const signature = parseThoughtSignature(call, called, path)
  return [
    ...parseThinking(call, path),
    {
      type: 'tool-call',
      id,
      name: requireNonEmptyString(called.name, `${path}.function.name`),
      arguments: requireString(called.arguments, `${path}.function.arguments`),
      ...(signature !== undefined && { signature }),
      path,
    },
  ]
}

function parseCustomCall(id: string, call: JsonObject, path: string): ToolCallPart {
  const custom = requireObject(call.custom, `${path}.custom`)
  const name = requireNonEmptyString(custom.name, `${path}.custom.name`)
  return { type: 'tool-call', id, name, arguments: requireString(custom.input, `${path}.custom.input`), path }
}

/** Gemini's seal of a call. Google's own compatible endpoint and Portkey put it in different places. */
function parseThoughtSignature(call: JsonObject, called: JsonObject, path: string): string | undefined {
  const google = extension(call, 'google')
  const signature = optionalString(google?.thought_signature, `${path}.extra_content.google.thought_signature`)
  return signature ?? optionalString(called.thought_signature, `${path}.function.thought_signature`)
}

/** Anthropic's thinking blocks, where `thinking-extension.ts` has put them. */
function parseThinking(call: JsonObject, path: string): readonly AssistantPart[] {
  const field = `${path}.extra_content.anthropic.thinking`
  const blocks = optionalArray(extension(call, 'anthropic')?.thinking, field) ?? []
  return blocks.map((item, index) => {
    const at = `${field}[${index}]`
    const block = requireObject(item, at)
    const type = requireOneOf(block.type, `${at}.type`, ['thinking', 'redacted_thinking'])
    if (type === 'redacted_thinking') {
      const data = requireNonEmptyString(block.data, `${at}.data`)
      return { type: 'redacted-reasoning', data, origin: 'anthropic', path: at }
    }
    const text = requireString(block.thinking, `${at}.thinking`)
    const signature = requireNonEmptyString(block.signature, `${at}.signature`)
    return { type: 'reasoning', text, signature, origin: 'anthropic', path: at }
  })
}

/** Others put things of their own into `extra_content`: only what we know is looked at. */
function extension(call: JsonObject, vendor: string): JsonObject | undefined {
  const content = call.extra_content
  const own = isObject(content) ? content[vendor] : undefined
  return isObject(own) ? own : undefined
}
