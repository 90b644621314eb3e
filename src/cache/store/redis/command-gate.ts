/** Bounds what one waits for, and what waits. */
export interface CommandGate {
  /**
   * Undefined: no answer in time, refused, or the server says no. Never rejects.
   *
   * @param bytes what the command holds in memory until the server has it
   */
  send<T>(bytes: number, command: () => Promise<T>): Promise<Answer<T> | undefined>
  /** Why the last answer was none; undefined: it was one. */
  trouble(): string | undefined
}

export interface CommandGateOptions {
  readonly timeoutMs: number
  /** So many overdue commands shut the gate. */
  readonly hangingLimit: number
}

export interface Answer<T> {
  readonly value: T
}

const MAX_PENDING_BYTES = 16 << 20
const MAX_PENDING = 4096

/**
 * A command that was not answered in time goes on counting until it is answered or its connection is given up, and as long
 * as there are too many, others are refused at once: a server that hangs costs one time limit, not one for each request.
 */
export function createCommandGate({ timeoutMs, hangingLimit }: CommandGateOptions): CommandGate {
  let pendingBytes = 0
  let pending = 0
  let overdue = 0
  let trouble: string | undefined

  function isShut(bytes: number): boolean {
    if (overdue >= hangingLimit || pending >= MAX_PENDING) return true
    return pendingBytes > 0 && pendingBytes + bytes > MAX_PENDING_BYTES
  }

  async function settle<T>(bytes: number, command: () => Promise<T>): Promise<Answer<T> | undefined> {
    pendingBytes += bytes
    pending++
    try {
      const value = await command()
      trouble = undefined
      return { value }
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error)
      return undefined
    } finally {
      pendingBytes -= bytes
      pending--
    }
  }

  return {
    async send(bytes, command) {
      if (isShut(bytes)) return undefined
      const settled = settle(bytes, command)
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => {
          overdue++
          trouble = `no answer within ${timeoutMs} ms`
          void settled.then(() => overdue--)
          resolve(undefined)
        }, timeoutMs)
      })
      const answer = await Promise.race([settled, late])
      clearTimeout(timer)
      return answer
    },
    trouble: () => trouble,
  }
}
