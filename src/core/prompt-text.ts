import type { ChatRequest } from './chat-request.js'

/** What the user asks for now: the text of the last user turn, its parts on lines of their own. '' if there is none. */
export function promptText(request: Pick<ChatRequest, 'messages'>): string {
  const turn = request.messages.findLast((message) => message.role === 'user')
  if (turn === undefined) return ''
  return turn.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}
