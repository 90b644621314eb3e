import type { ChatRequest } from '../../core/chat-request.js'
import type { Clock } from '../../core/clock.js'
import { promptText } from '../../core/prompt-text.js'
import type { RequestRecord } from '../../core/request-record.js'
import { standsAlone } from '../../core/stands-alone.js'
import type { RouteDecision, RouteRequest } from '../../routing/choose-route.js'
import type { Conversation } from '../../routing/stay-or-move.js'
import { conversationKeys } from './conversation-keys.js'

/** One turn of a conversation. */
export interface ConversationTurn {
  /** Undefined: it begins one, as far as this gateway knows. */
  readonly followUp: RouteRequest['followUp'] | undefined
  /**
   * Who is to answer it. The follow-up may come before the answer's end has been seen to here, so that is kept at once.
   * @param promptTokens an estimate
   * @returns to be called with what became of it
   */
  decide(decision: Pick<RouteDecision, 'reason' | 'target'>, promptTokens: number): (record: Answered) => void
}

/** Who answered, and what its provider counted. */
export type Answered = Pick<RequestRecord, 'model' | 'ttftMs' | 'usage'>

const MOST = 20_000
/** A day later nobody remembers how the last answer sounded, and no provider what it had read. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000

/** Which model each conversation is on, as far as this gateway has seen: another one behind the same balancer has its own. */
export function createConversations(clock: Clock) {
  /** The least recently used first. */
  const known = new Map<string, Conversation>()

  function find(key: string | undefined): Conversation | undefined {
    const found = key === undefined ? undefined : known.get(key)
    return found !== undefined && clock.now() - found.answeredAtMs <= FORGOTTEN_AFTER_MS ? found : undefined
  }

  function keep(key: string, conversation: Conversation): void {
    known.delete(key)
    known.set(key, conversation)
    const [oldest] = known.keys()
    if (known.size > MOST && oldest !== undefined) known.delete(oldest)
  }

  return {
    /** @param scope what never shares a memory: the tenant, the way of routing */
    open(request: ChatRequest, scope: readonly string[]): ConversationTurn {
      const { before, whole } = conversationKeys(request, scope)
      const conversation = find(before)
      return {
        followUp: conversation && {
          conversation,
          standsAlone: () => standsAlone(promptText(request), earlierTurns(request)),
          nowMs: clock.now(),
          epochMs: clock.epochMs(),
        },
        decide({ reason, target }, promptTokens) {
          const moved = reason === 'harder' || reason === 'economics' ? 1 : 0
          const moves = (conversation?.moves ?? 0) + moved
          keep(whole, { model: target.id, promptTokens, answeredAtMs: clock.now(), moves })
          return ({ model, ttftMs, usage }) => {
            if (model === undefined || ttftMs === undefined) return
            keep(whole, { model, promptTokens: usage?.inputTokens ?? promptTokens, answeredAtMs: clock.now(), moves })
          }
        },
      }
    },
  }
}

/** What the user said before the last turn: orders that stand may be among it. */
function earlierTurns({ messages }: ChatRequest): string[] {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return messages
    .slice(0, last)
    .flatMap((message) => (message.role === 'user' ? [promptText({ messages: [message] })] : []))
}
