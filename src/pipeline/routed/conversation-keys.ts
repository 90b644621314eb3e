import { createHash, type Hash } from 'node:crypto'
import type { ChatRequest } from '../../core/chat-request.js'
import type { AssistantPart, Message, ToolResultPart, UserPart } from '../../core/message.js'

/** Digests by which the turns of one conversation find each other. */
export interface ConversationKeys {
  /** Of what the last assistant turn answered: the `whole` of that request. Undefined: nobody has answered yet. */
  readonly before: string | undefined
  readonly whole: string
}

/** Of a longer text, its ends and its length tell it from others well enough: a mistake only keeps a model. */
const LONGEST_READ = 65_536

/**
 * Clients send the whole conversation again each time, so that the request before is a prefix of this one. What comes and
 * goes between turns (prompt-cache markers, thinking) is left out.
 * @param scope what never shares a memory: the tenant, the way of routing
 */
export function conversationKeys(
  { messages }: Pick<ChatRequest, 'messages'>,
  scope: readonly string[],
): ConversationKeys {
  const hash = createHash('sha256').update(JSON.stringify(scope))
  const cut = lastAnswerStart(messages)
  let before: string | undefined
  for (const [at, message] of messages.entries()) {
    if (at === cut) before = digest(hash.copy())
    addMessage(hash, message)
  }
  return { before, whole: digest(hash) }
}

/** Where the last assistant turn begins; undefined: there is none, or nothing before it. */
function lastAnswerStart(messages: readonly Message[]): number | undefined {
  let start = messages.findLastIndex(({ role }) => role === 'assistant')
  while (start > 0 && messages[start - 1]?.role === 'assistant') start -= 1
  return start > 0 ? start : undefined
}

function addMessage(hash: Hash, { parts, role }: Message): void {
  hash.update(`\n\0${role}`)
  for (const part of parts) addPart(hash, part)
}

function addPart(hash: Hash, part: UserPart | AssistantPart | ToolResultPart): void {
  switch (part.type) {
    case 'reasoning':
    case 'redacted-reasoning':
      return
    case 'text':
    case 'refusal':
      return addText(hash, part.type, part.text)
    case 'tool-call':
      addText(hash, part.type, part.name)
      return addText(hash, part.type, part.arguments)
    case 'audio':
      return addText(hash, part.type, part.data)
    case 'image':
    case 'file': {
      const { source } = part
      return addText(hash, part.type, 'data' in source ? source.data : JSON.stringify(source))
    }
  }
}

function addText(hash: Hash, type: string, text: string): void {
  hash.update(`\0${type} ${text.length}\0`)
  if (text.length <= LONGEST_READ) hash.update(text)
  else hash.update(text.slice(0, LONGEST_READ / 2)).update(text.slice(-LONGEST_READ / 2))
}

const digest = (hash: Hash): string => hash.digest('base64url').slice(0, 22)
