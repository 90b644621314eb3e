import { assertNever } from '../../core/assert-never.js'
import type { ChatResponse, Choice } from '../../core/chat-response.js'
import type { RenderContext } from '../dialect.js'
import { renderFinishReason } from './render-finish-reason.js'
import { renderUsage } from './render-usage.js'
import { renderExtraContent, type ThinkingBlock } from './thinking-extension.js'

/** A whole answer as a `chat.completion` object. */
export function renderResponse(response: ChatResponse, context: RenderContext): string {
  return JSON.stringify({
    id: `chatcmpl-${context.id}`,
    object: 'chat.completion',
    created: context.createdSeconds,
    model: response.model ?? context.model,
    choices: response.choices.map(renderChoice),
    ...(response.usage !== undefined && { usage: renderUsage(response.usage) }),
  })
}

function renderChoice(choice: Choice): object {
  return {
    index: choice.index,
    message: renderMessage(choice),
    // Required by the official types, if only as null.
    logprobs: choice.logprobs ?? null,
    finish_reason: renderFinishReason(choice.finishReason),
  }
}

function renderMessage(choice: Choice): object {
  let content: string | undefined
  let refusal: string | undefined
  let reasoning: string | undefined
  let thinking: ThinkingBlock[] = []
  const toolCalls: object[] = []
  for (const part of choice.parts) {
    switch (part.type) {
      case 'text':
        content = (content ?? '') + part.text
        break
      case 'refusal':
        refusal = (refusal ?? '') + part.text
        break
      case 'reasoning':
        if (part.text !== '') reasoning = (reasoning ?? '') + part.text
        if (part.origin === 'anthropic' && part.signature !== undefined) {
          thinking.push({ type: 'thinking', thinking: part.text, signature: part.signature })
        }
        break
      case 'redacted-reasoning':
        if (part.origin === 'anthropic') thinking.push({ type: 'redacted_thinking', data: part.data })
        break
      case 'tool-call':
        toolCalls.push({
          id: part.id,
          type: 'function',
          function: { name: part.name, arguments: part.arguments },
          ...renderExtraContent(part.signature, thinking),
        })
        thinking = []
        break
      default:
        assertNever(part)
    }
  }
  return {
    role: 'assistant',
    content: content ?? (toolCalls.length > 0 ? null : ''),
    refusal: refusal ?? null,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  }
}
