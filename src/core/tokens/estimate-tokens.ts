import { assertNever } from '../assert-never.js'
import type { ChatRequest, Tool } from '../chat-request.js'
import type { AssistantPart, MediaSource, Message, UserPart } from '../message.js'
import { estimateJsonTokens, estimateTextTokens } from './text-tokens.js'

/**
 * What the pieces of a request cost beside their text. Of the order that the three families' own counters show;
 * meant for budgets and for choosing a context window, not for billing.
 */
const MESSAGE_TOKENS = 4
const TOOL_TOKENS = 10
const TOOL_CALL_TOKENS = 10
/** A picture of the largest size that is not scaled down: about 1.15 megapixels at 750 pixels a token. */
const IMAGE_TOKENS = 1500
/** A document that only its address is known of: about two pages. */
const LINKED_FILE_TOKENS = 3000
/** PDF pages cost some 2,000 tokens and weigh some 75 kB. */
const FILE_TOKENS_PER_BYTE = 0.027
/** One minute of speech is about 1 MB of MP3 and 1,920 tokens. */
const AUDIO_TOKENS_PER_BYTE = 0.002

/**
 * The prompt's tokens, estimated without a tokeniser: for providers that have no endpoint that counts. Each family
 * cuts text in its own way, so the figure is within some 20 % for English prose and rougher for the rest.
 */
export function estimateTokens(request: ChatRequest): number {
  let tokens = 0
  for (const message of request.messages) tokens += MESSAGE_TOKENS + messageTokens(message)
  for (const tool of request.tools ?? []) tokens += TOOL_TOKENS + toolTokens(tool)
  if (request.responseFormat?.type === 'json-schema') tokens += estimateJsonTokens(request.responseFormat.schema)
  // Blocks that have no counterpart in our terms are kept whole under their path.
  for (const [path, value] of Object.entries(request.extras)) {
    if (path.startsWith('messages[')) tokens += estimateJsonTokens(value)
  }
  return Math.ceil(tokens)
}

function messageTokens(message: Message): number {
  let tokens = 0
  for (const part of message.parts) tokens += partTokens(part)
  return tokens
}

function partTokens(part: UserPart | AssistantPart): number {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return estimateTextTokens(part.text)
    case 'redacted-reasoning':
      return estimateTextTokens(part.data)
    case 'tool-call':
      return TOOL_CALL_TOKENS + estimateTextTokens(part.name) + estimateTextTokens(part.arguments)
    case 'image':
      return IMAGE_TOKENS
    case 'audio':
      return Math.max(1, base64Bytes(part.data) * AUDIO_TOKENS_PER_BYTE)
    case 'file':
      return estimateTextTokens(part.filename ?? '') + fileTokens(part.source)
    default:
      return assertNever(part)
  }
}

function fileTokens(source: MediaSource): number {
  switch (source.kind) {
    case 'text':
      return estimateTextTokens(source.text)
    case 'base64':
      return Math.max(IMAGE_TOKENS, base64Bytes(source.data) * FILE_TOKENS_PER_BYTE)
    case 'url':
    case 'file-id':
      return LINKED_FILE_TOKENS
    default:
      return assertNever(source)
  }
}

function base64Bytes(data: string): number {
  return data.length * 0.75
}

function toolTokens(tool: Tool): number {
  const described = estimateTextTokens(tool.name) + estimateTextTokens(tool.description ?? '')
  return described + (tool.parameters === undefined ? 0 : estimateJsonTokens(tool.parameters))
}
