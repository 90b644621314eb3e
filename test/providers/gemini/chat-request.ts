import type { ChatRequest } from '../../../src/core/chat-request.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { AssistantPart, Message, ToolMessage, UserPart } from '../../../src/core/message.js'
import type { ModelSpec } from '../../../src/core/model-spec.js'
import { geminiProvider } from '../../../src/providers/gemini/adapter.js'
import type { WireRequest } from '../../../src/providers/provider.js'

function chatRequest(fields: Partial<ChatRequest> = {}): ChatRequest {
  const messages: readonly Message[] = [user('Hi')]
  return {
    dialect: 'openai',
    model: 'm',
    stream: false,
    includeUsage: false,
    messages,
    extras: {},
    raw: '{}',
    ...fields,
  }
}

export function modelSpec(upstreamName = 'gemini-3.8-flash', fields: Partial<ModelSpec> = {}): ModelSpec {
  return { id: upstreamName, provider: 'google', upstreamName, listed: true, ...fields }
}

export function encode(
  fields: Partial<ChatRequest> = {},
  model: ModelSpec | string = modelSpec(),
  stream = false,
): WireRequest {
  return geminiProvider.encodeRequest(chatRequest(fields), {
    model: typeof model === 'string' ? modelSpec(model) : model,
    stream,
  })
}

/** The body as a value. */
export function body(
  fields: Partial<ChatRequest> = {},
  model?: ModelSpec | string,
  stream = false,
): Record<string, unknown> {
  return JSON.parse(encode(fields, model, stream).body)
}

export function refusal(
  fields: Partial<ChatRequest>,
  model?: ModelSpec | string,
  stream = false,
): { code: string; param: string | null } {
  try {
    encode(fields, model, stream)
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.param }
    throw error
  }
  throw new Error('a refusal was expected')
}

export function user(...parts: readonly (string | UserPart)[]): Message {
  return {
    role: 'user',
    parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part, path: 'u' } : part)),
    path: 'user',
  }
}

export function system(text: string): Message {
  return { role: 'system', parts: [{ type: 'text', text, path: 's' }], path: 'system' }
}

export function assistant(...parts: readonly (string | AssistantPart)[]): Message {
  return {
    role: 'assistant',
    parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part, path: 'a' } : part)),
    path: 'assistant',
  }
}

export function call(id: string, args = '{}', signature?: string): AssistantPart {
  return {
    type: 'tool-call',
    id,
    name: `f_${id}`,
    arguments: args,
    ...(signature !== undefined && { signature }),
    path: `call-${id}`,
  }
}

export function result(toolCallId: string, text: string, fields: Partial<ToolMessage> = {}): Message {
  return {
    role: 'tool',
    toolCallId,
    parts: [{ type: 'text', text, path: 'r' }],
    isError: false,
    path: `result-${toolCallId}`,
    ...fields,
  }
}
