import type { ChatRequest } from '../core/chat-request.js'
import type { ChatResponse } from '../core/chat-response.js'
import { promptText } from '../core/prompt-text.js'
import type { RequestRecord, Said } from '../core/request-record.js'

/** Lines of a log have to stay lines that tools accept. */
const MOST_CHARACTERS = 16_384

export function saidIn(request: Pick<ChatRequest, 'messages'>): Said {
  return { prompt: promptText(request).slice(0, MOST_CHARACTERS), answer: undefined }
}

/** Text, refusals and calls of tools of every choice, where the record is to hold them. */
export function noteAnswer({ said }: RequestRecord, { choices }: ChatResponse): void {
  if (said === undefined) return
  const texts = choices.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.type === 'tool-call') return [`${part.name}(${part.arguments})`]
      return part.type === 'text' || part.type === 'refusal' ? [part.text] : []
    }),
  )
  said.answer = texts.join('\n').slice(0, MOST_CHARACTERS)
}
