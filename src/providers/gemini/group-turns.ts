import type { AssistantMessage, Message, TextPart, ToolMessage, UserMessage } from '../../core/message.js'

/** Neighbouring messages that become one content: Gemini knows two roles, and tool results are the user's. */
export type Turn =
  | { readonly role: 'user'; readonly messages: readonly (UserMessage | ToolMessage)[] }
  | { readonly role: 'model'; readonly messages: readonly AssistantMessage[] }

export interface Conversation {
  /** All system text, also from the middle of the conversation. */
  readonly system: readonly TextPart[]
  readonly turns: readonly Turn[]
}

export function groupTurns(messages: readonly Message[]): Conversation {
  const system: TextPart[] = []
  const turns: (
    | { role: 'user'; messages: (UserMessage | ToolMessage)[] }
    | { role: 'model'; messages: AssistantMessage[] }
  )[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    switch (message.role) {
      case 'system':
        for (const part of message.parts) system.push(part)
        break
      case 'assistant':
        if (last?.role === 'model') last.messages.push(message)
        else turns.push({ role: 'model', messages: [message] })
        break
      default:
        if (last?.role === 'user') last.messages.push(message)
        else turns.push({ role: 'user', messages: [message] })
    }
  }
  return { system, turns }
}

/**
 * Where the current turn begins: behind the last thing the user said that was not the result of a tool. Thought
 * signatures are checked from there on.
 */
export function startOfCurrentTurn(turns: readonly Turn[]): number {
  return turns.findLastIndex(
    (turn) => turn.role === 'user' && turn.messages.every((message) => message.role === 'user'),
  )
}
