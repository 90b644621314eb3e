import type { ChatResponse } from '../../core/chat-response.js'

/** Only what is whole and clean is kept: it ended by itself or in tool calls, with nothing filtered or cut. */
export function mayKeep({ choices }: ChatResponse): boolean {
  const [choice] = choices
  if (choice === undefined || choices.length !== 1 || choice.parts.length === 0) return false
  return ENDED_WELL.has(choice.finishReason)
}

const ENDED_WELL: ReadonlySet<string> = new Set(['stop', 'stop-sequence', 'tool-calls'])
