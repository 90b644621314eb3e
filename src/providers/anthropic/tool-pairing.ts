import { invalidRequest } from '../../core/errors.js'

/**
 * Pairs tool calls with their results, and gives the calls ids that Anthropic takes: of its own alphabet, and each
 * only once in a conversation. Clients bring ids of other providers, some of which number the calls anew in every turn
 * or give all calls of a turn the same id; results then answer them in order.
 */
export interface ToolPairing {
  /** Registers a call and returns the id to send for it. */
  call(id: string, path: string): string
  /** The id to send with the result that answers `id`. Throws a 400 when no call waits for it. */
  answer(id: string, path: string): string
  /** @throws GatewayError 400 with the path of a call that has no result yet */
  refuseUnanswered(): void
}

/** The calls of one id; those from `next` on wait. */
interface Waiting {
  readonly calls: { readonly wireId: string; readonly path: string }[]
  next: number
}

const FOREIGN = /[^a-zA-Z0-9_-]/g

export function createToolPairing(): ToolPairing {
  const waiting = new Map<string, Waiting>()
  const issued = new Set<string>()
  const nextSuffix = new Map<string, number>()

  function issue(id: string): string {
    const plain = id.replace(FOREIGN, '_')
    let unique = plain
    for (let n = nextSuffix.get(plain) ?? 2; issued.has(unique); n += 1) {
      unique = `${plain}_${n}`
      nextSuffix.set(plain, n + 1)
    }
    issued.add(unique)
    return unique
  }

  return {
    call(id, path) {
      const wireId = issue(id)
      const known = waiting.get(id)
      if (known === undefined) waiting.set(id, { calls: [{ wireId, path }], next: 0 })
      else known.calls.push({ wireId, path })
      return wireId
    },
    answer(id, path) {
      const known = waiting.get(id)
      const call = known?.calls[known.next]
      if (known === undefined || call === undefined) {
        throw invalidRequest(path, `'${path}' answers no open tool call of the assistant message before it.`)
      }
      known.next += 1
      if (known.next === known.calls.length) waiting.delete(id)
      return call.wireId
    },
    refuseUnanswered() {
      for (const { calls, next } of waiting.values()) {
        const path = calls[next]?.path ?? 'messages'
        throw invalidRequest(path, `'${path}' has no result: a tool message with its id must follow.`)
      }
    },
  }
}
