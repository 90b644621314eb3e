import { invalidRequest } from '../../core/errors.js'

/**
 * Checks that tool calls and results belong together, as every provider demands. Anthropic merges neighbouring
 * messages of one role, so the results of one turn may be spread over several user messages. Calls that end the
 * conversation may be open: such a request may only be counted.
 */
export interface ToolPairing {
  /** Before the messages of that role are read. */
  turn(role: 'user' | 'assistant'): void
  call(id: string, path: string): void
  /** A call of a kind that need not be answered. */
  foreignCall(id: string): void
  /** @throws GatewayError 400 when no call before it has this id */
  result(id: string, path: string): void
  /** @throws GatewayError 400, as `turn` does, when a user turn has left calls without a result */
  end(): void
}

export function createToolPairing(): ToolPairing {
  const known = new Set<string>()
  /** Calls that wait for their result, each with its path. */
  const open = new Map<string, string>()
  let role: 'user' | 'assistant' | undefined

  function endTurn(): void {
    if (role !== 'user') return
    for (const path of open.values()) {
      throw invalidRequest(path, `The tool call at '${path}' has no 'tool_result' in the message after it.`)
    }
  }

  return {
    turn(next) {
      if (next !== role) endTurn()
      role = next
    },
    call(id, path) {
      known.add(id)
      open.set(id, path)
    },
    foreignCall(id) {
      known.add(id)
    },
    result(id, path) {
      if (!known.has(id)) {
        const field = `${path}.tool_use_id`
        throw invalidRequest(field, `'${field}' names no tool call of the messages before it.`)
      }
      open.delete(id)
    },
    end: endTurn,
  }
}
