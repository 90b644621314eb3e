import type { ChatRequest, DialectName } from '../../core/chat-request.js'
import { createRecentMap } from '../../core/recent-map.js'

/**
 * Requests that were asked before, by their very text: what is asked again and again need not be parsed each time. The
 * same text is the same request, whoever sends it, and nobody changes a request.
 */
export interface KnownRequests {
  find(dialect: DialectName, text: string): ChatRequest | undefined
  add(text: string, request: ChatRequest): void
}

/** Characters of each generation; longer requests are seldom asked twice, and cost little beside what they ask for. */
const MOST_CHARACTERS = 2_000_000
const LONGEST = 16_384

export function createKnownRequests(): KnownRequests {
  const known = createRecentMap<ChatRequest>(MOST_CHARACTERS)
  return {
    find: (dialect, text) => (text.length > LONGEST ? undefined : known.get(keyOf(dialect, text))),
    add(text, request) {
      if (text.length <= LONGEST) known.set(keyOf(request.dialect, text), request, text.length)
    },
  }
}

const keyOf = (dialect: DialectName, text: string): string => `${dialect} ${text}`
