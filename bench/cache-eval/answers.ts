import type { ChatResponse, Choice } from '../../src/core/chat-response.js'
import type { AssistantPart } from '../../src/core/message.js'

export const textAnswer = (text: string): ChatResponse => answer({ type: 'text', text, path: '' }, 'stop')

/** Compared exactly: two are the same answer or they are not. */
export const toolAnswer = (value: string): ChatResponse =>
  answer(
    { type: 'tool-call', id: 'call', name: 'answer', arguments: JSON.stringify({ value }), path: '' },
    'tool-calls',
  )

function answer(part: AssistantPart, finishReason: Choice['finishReason']): ChatResponse {
  return { id: undefined, model: undefined, choices: [{ index: 0, parts: [part], finishReason }], usage: undefined }
}
