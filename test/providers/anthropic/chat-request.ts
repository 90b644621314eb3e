import type { ChatRequest } from '../../../src/core/chat-request.js'
import type { AssistantPart, Message, UserPart } from '../../../src/core/message.js'
import type { ModelSpec } from '../../../src/core/model-spec.js'
import { anthropicProvider } from '../../../src/providers/anthropic/adapter.js'
import type { EncodeContext, WireRequest } from '../../../src/providers/provider.js'

/** Requests as the OpenAI dialect parses them. */

export const user = (text: string, index = 0): Message => ({
  role: 'user',
  parts: [{ type: 'text', text, path: `messages[${index}].content` }],
  path: `messages[${index}]`,
})

export const userParts = (parts: readonly UserPart[], index = 0): Message => ({
  role: 'user',
  parts,
  path: `messages[${index}]`,
})

export const system = (text: string, index = 0): Message => ({
  role: 'system',
  parts: [{ type: 'text', text, path: `messages[${index}].content` }],
  path: `messages[${index}]`,
})

export const assistant = (parts: readonly AssistantPart[], index = 1): Message => ({
  role: 'assistant',
  parts,
  path: `messages[${index}]`,
})

export const said = (text: string, index = 1): AssistantPart => ({
  type: 'text',
  text,
  path: `messages[${index}].content`,
})

export const call = (id: string, args: string, path = 'messages[1].tool_calls[0]'): AssistantPart => ({
  type: 'tool-call',
  id,
  name: 'get_weather',
  arguments: args,
  path,
})

export const result = (toolCallId: string, text: string, index = 2): Message => ({
  role: 'tool',
  toolCallId,
  parts: [{ type: 'text', text, path: `messages[${index}].content` }],
  isError: false,
  path: `messages[${index}]`,
})

export function chat(fields: Partial<ChatRequest> = {}): ChatRequest {
  return {
    dialect: 'openai',
    model: 'a-model',
    stream: false,
    includeUsage: false,
    messages: [user('Hi')],
    extras: {},
    raw: '{}',
    ...fields,
  }
}

export function modelSpec(upstreamName: string, fields: Partial<ModelSpec> = {}): ModelSpec {
  return { id: upstreamName, provider: 'anthropic', upstreamName, listed: true, ...fields }
}

export const OLD = 'claude-haiku-4-5'
export const NEW = 'claude-opus-5-5'

export interface Encoded {
  readonly wire: WireRequest
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON
  readonly body: any
}

export function encode(fields: Partial<ChatRequest> = {}, model = NEW, context: Partial<EncodeContext> = {}): Encoded {
  const wire = anthropicProvider.encodeRequest(chat(fields), { model: modelSpec(model), stream: false, ...context })
  return { wire, body: JSON.parse(wire.body) }
}
