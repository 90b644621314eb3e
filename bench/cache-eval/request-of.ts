import type { ChatRequest } from '../../src/core/chat-request.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'

/** What all requests ask. */
export const MODEL = 'a-model'

export const requestOf = (prompt: string): ChatRequest =>
  openaiDialect.parseRequest(JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: prompt }] }))
