import type { ChatRequest } from '../core/chat-request.js'
import type {
  AssistantMessage,
  AssistantPart,
  ReasoningOrigin,
  ReasoningPart,
  RedactedReasoningPart,
} from '../core/message.js'
import type { StreamEvent } from '../core/stream-event.js'

/**
 * Remembers what a provider wants back with its tool calls (Anthropic's signed thinking blocks, Gemini's thought
 * signatures) for clients whose dialect has no place for it: by tool call id, per tenant, for a while.
 */
export interface ReasoningMemory {
  /** Sees the events of one answer, in order. */
  observe(scope: MemoryScope): (event: StreamEvent) => void
  /** The request with what is remembered put back in front of the tool calls of its current turn. */
  restore(request: ChatRequest, scope: MemoryScope): ChatRequest
}

export interface MemoryScope {
  readonly tenant: string
  /** Signatures are good for the provider family, and thinking blocks for the model, that made them. */
  readonly origin: ReasoningOrigin
  readonly model: string
}

type Block = ReasoningPart | RedactedReasoningPart

interface Remembered {
  readonly blocks: readonly Block[]
  readonly signature: string | undefined
  readonly bytes: number
}

export interface ReasoningMemoryOptions {
  readonly maxBytes: number
}

export function createReasoningMemory(options: ReasoningMemoryOptions): ReasoningMemory {
  /** Oldest first: a Map keeps the order of insertion. */
  const calls = new Map<string, Remembered>()
  let bytes = 0

  function remember(key: string, value: Remembered): void {
    forget(key)
    calls.set(key, value)
    bytes += value.bytes
    for (const oldest of calls.keys()) {
      if (bytes <= options.maxBytes) return
      forget(oldest)
    }
  }
  function forget(key: string): void {
    bytes -= calls.get(key)?.bytes ?? 0
    calls.delete(key)
  }

  return {
    observe(scope) {
      let text = ''
      let blocks: Block[] = []
      return (event) => {
        switch (event.type) {
          case 'reasoning-delta':
            text += event.text
            return
          case 'reasoning-end':
            // Thinking without a seal cannot be sent back.
            if (event.signature !== undefined) {
              blocks.push({ type: 'reasoning', text, signature: event.signature, origin: scope.origin, path: '' })
            }
            text = ''
            return
          case 'reasoning-redacted':
            blocks.push({ type: 'redacted-reasoning', data: event.data, origin: scope.origin, path: '' })
            return
          case 'tool-start':
            if (blocks.length > 0 || event.signature !== undefined) {
              remember(keyOf(scope, event.id), remembered(blocks, event.signature, event.id))
            }
            blocks = []
            return
          default:
        }
      }
    },
    restore(request, scope) {
      if (calls.size === 0) return request
      const turnStart = request.messages.findLastIndex((message) => message.role === 'user')
      let changed = false
      const messages = request.messages.map((message, index) => {
        if (index <= turnStart || message.role !== 'assistant') return message
        const parts = restoreParts(message, scope)
        if (parts === message.parts) return message
        changed = true
        return { ...message, parts }
      })
      return changed ? { ...request, messages } : request
    },
  }

  /** The same array when nothing is known of its calls. */
  function restoreParts(message: AssistantMessage, scope: MemoryScope): readonly AssistantPart[] {
    const own = message.parts.some((part) => isSealedBy(part, scope.origin))
    let parts: AssistantPart[] = []
    let changed = false
    let firstCall = true
    for (const part of message.parts) {
      const known = part.type === 'tool-call' ? calls.get(keyOf(scope, part.id)) : undefined
      if (part.type !== 'tool-call' || known === undefined) {
        parts.push(part)
        continue
      }
      changed = true
      const blocks = own ? [] : known.blocks.map((block) => ({ ...block, path: part.path }))
      // A turn that thinks has to begin with its thinking, before any text.
      if (firstCall) parts = [...blocks, ...parts]
      else for (const block of blocks) parts.push(block)
      firstCall = false
      const signature = part.signature ?? known.signature
      parts.push(signature === undefined ? part : { ...part, signature })
    }
    return changed ? parts : message.parts
  }
}

/** A client that shows the thinking without its seal has not brought it back. */
function isSealedBy(part: AssistantPart, origin: ReasoningOrigin): boolean {
  if (part.type === 'redacted-reasoning') return part.origin === origin
  return part.type === 'reasoning' && part.origin === origin && part.signature !== undefined
}

function remembered(blocks: readonly Block[], signature: string | undefined, id: string): Remembered {
  const sizes = blocks.map((block) => (block.type === 'reasoning' ? block.text.length : block.data.length) + 200)
  const bytes = 2 * (sizes.reduce((sum, size) => sum + size, 0) + id.length + (signature?.length ?? 0) + 200)
  return { blocks, signature, bytes }
}

function keyOf(scope: MemoryScope, toolCallId: string): string {
  return JSON.stringify([scope.tenant, scope.origin, scope.model, toolCallId])
}
