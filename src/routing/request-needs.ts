import type { ChatRequest } from '../core/chat-request.js'
import type { MediaSource, Message } from '../core/message.js'
import { estimateTokens } from '../core/tokens/estimate-tokens.js'

/** As the catalogue and the configuration write them. */
export type Capability = 'tools' | 'vision' | 'documents' | 'audio' | 'json-schema' | 'reasoning'

/** What a request asks of a model, whichever it is. */
export interface RequestNeeds {
  /** Each with the first field that needs it, as the client wrote it. */
  readonly capabilities: ReadonlyMap<Capability, string>
  /** Estimated: within some 20 % for English prose, rougher for the rest. */
  readonly promptTokens: number
  /** The longest answer the client wants; undefined: it did not say. */
  readonly outputTokens: number | undefined
}

export function requestNeeds(request: ChatRequest): RequestNeeds {
  const capabilities = new Map<Capability, string>()
  const need = (capability: Capability, path: string): void => {
    if (!capabilities.has(capability)) capabilities.set(capability, path)
  }
  if (request.tools !== undefined && request.tools.length > 0) need('tools', 'tools')
  if (request.responseFormat?.type === 'json-schema') need('json-schema', request.responseFormat.path)
  if (request.reasoning !== undefined && wantsReasoning(request.reasoning)) need('reasoning', request.reasoning.path)
  for (const message of request.messages) needsOfMessage(message, need)
  return { capabilities, promptTokens: estimateTokens(request), outputTokens: request.maxTokens }
}

/** A model that cannot reason has nothing to turn off, and asking it not to is no need. */
function wantsReasoning({ effort, thinking }: NonNullable<ChatRequest['reasoning']>): boolean {
  return (effort !== undefined && effort !== 'none') || (thinking !== undefined && thinking.mode !== 'disabled')
}

function needsOfMessage(message: Message, need: (capability: Capability, path: string) => void): void {
  if (message.role === 'tool') need('tools', message.path)
  for (const part of message.parts) {
    switch (part.type) {
      case 'tool-call':
        need('tools', part.path)
        break
      case 'image':
        need('vision', part.path)
        break
      case 'audio':
        need('audio', part.path)
        break
      case 'file': {
        const capability = needOfFile(part.source)
        if (capability !== undefined) need(capability, part.path)
        break
      }
      default:
      // Text, and thinking that another family's encoder leaves out.
    }
  }
}

/** Files of plain text are given as text to models that read nothing else. */
function needOfFile(source: MediaSource): Capability | undefined {
  if (source.kind === 'text') return undefined
  if (source.kind !== 'base64') return 'documents'
  if (source.mediaType.startsWith('image/')) return 'vision'
  return source.mediaType.startsWith('audio/') ? 'audio' : 'documents'
}
