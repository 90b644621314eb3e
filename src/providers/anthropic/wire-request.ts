import type { JsonObject } from '../../core/decode.js'
import type { CacheControl } from '../../core/message.js'
import type { AnthropicEffort } from './model-features.js'

/** The body of a Messages request, as far as we build it. */
export interface MessagesRequest {
  readonly model: string
  readonly max_tokens: number
  readonly system?: readonly TextBlock[]
  readonly messages: readonly WireMessage[]
  readonly tools?: readonly WireTool[]
  readonly tool_choice?: WireToolChoice
  readonly thinking?: WireThinking
  readonly output_config?: {
    readonly effort?: AnthropicEffort
    readonly format?: { readonly type: 'json_schema'; readonly schema: JsonObject }
  }
  readonly stop_sequences?: readonly string[]
  readonly temperature?: number
  readonly top_p?: number
  readonly top_k?: number
  readonly metadata?: { readonly user_id: string }
  readonly service_tier?: 'auto' | 'standard_only'
  readonly cache_control?: CacheControl
  readonly stream?: true
}

export interface WireMessage {
  readonly role: 'user' | 'assistant'
  readonly content: readonly WireBlock[]
}

interface Cached {
  readonly cache_control?: CacheControl
}

export interface TextBlock extends Cached {
  readonly type: 'text'
  readonly text: string
}

export interface ImageBlock extends Cached {
  readonly type: 'image'
  readonly source:
    | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
    | { readonly type: 'url'; readonly url: string }
}

export interface DocumentBlock extends Cached {
  readonly type: 'document'
  readonly source:
    | { readonly type: 'base64' | 'text'; readonly media_type: string; readonly data: string }
    | { readonly type: 'url'; readonly url: string }
  readonly title?: string
}

export interface ToolResultBlock extends Cached {
  readonly type: 'tool_result'
  readonly tool_use_id: string
  readonly content?: string | readonly (TextBlock | ImageBlock | DocumentBlock)[]
  readonly is_error?: true
}

export interface ToolUseBlock extends Cached {
  readonly type: 'tool_use'
  readonly id: string
  readonly name: string
  /** JSON text of an object, which goes into the body as it is: large integers would not survive a JavaScript number. */
  readonly inputText: string
}

type ThinkingBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }

export type WireBlock = TextBlock | ImageBlock | DocumentBlock | ToolResultBlock | ToolUseBlock | ThinkingBlock

export interface WireTool extends Cached {
  readonly name: string
  readonly description?: string
  readonly input_schema: JsonObject
  readonly strict?: boolean
}

export type WireToolChoice =
  | { readonly type: 'none' }
  | { readonly type: 'auto' | 'any'; readonly disable_parallel_tool_use?: true }
  | { readonly type: 'tool'; readonly name: string; readonly disable_parallel_tool_use?: true }

export type WireThinking =
  | { readonly type: 'enabled'; readonly budget_tokens: number }
  | { readonly type: 'adaptive' | 'between_tools' | 'disabled' }

/** The request as JSON text. The same request always gives the same bytes. */
export function writeRequest(request: MessagesRequest): string {
  const members = Object.entries(request).map(([name, value]) => {
    const text = name === 'messages' ? writeMessages(request.messages) : JSON.stringify(value)
    return `"${name}":${text}`
  })
  return `{${members.join(',')}}`
}

function writeMessages(messages: readonly WireMessage[]): string {
  return `[${messages.map(writeMessage).join(',')}]`
}

function writeMessage({ role, content }: WireMessage): string {
  return `{"role":"${role}","content":[${content.map(writeBlock).join(',')}]}`
}

function writeBlock(block: WireBlock): string {
  if (block.type !== 'tool_use') return JSON.stringify(block)
  const { type, id, name, inputText, ...rest } = block
  const head = `{"type":"${type}","id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"input":${inputText}`
  return rest.cache_control === undefined
    ? `${head}}`
    : `${head},"cache_control":${JSON.stringify(rest.cache_control)}}`
}
