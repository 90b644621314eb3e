import type { BatchLimit } from './batch-limit.js'
import type { ChatEntry } from './entry.js'

/** Prompts and pairs that wait for a thread, oldest first. */
export class ChatLane {
  #entries: ChatEntry[] = []

  get length(): number {
    return this.#entries.length
  }

  /** The oldest that somebody still waits for. */
  get head(): ChatEntry | undefined {
    while (this.#entries[0]?.ticket.isSettled === true) this.#entries.shift()
    return this.#entries[0]
  }

  push(entry: ChatEntry): void {
    this.#entries.push(entry)
  }

  /** Those a thread has lost; they go before all others. */
  putBack(entries: readonly ChatEntry[]): void {
    this.#entries.unshift(...entries)
  }

  /** The oldest, and with it those behind it that can share its batch. */
  takeBatch(limit: BatchLimit): ChatEntry[] {
    const head = this.head
    if (head === undefined) return []
    const batch: ChatEntry[] = []
    const left: ChatEntry[] = []
    let seen = 0
    for (const entry of this.#entries) {
      if (limit.isFull || (head.isSuspect && batch.length > 0)) break
      seen += 1
      if (entry.ticket.isSettled) continue
      const mayShare = entry === head || (entry.kind === head.kind && !entry.isSuspect)
      if (mayShare && limit.admit(entry.rows, entry.tokens)) batch.push(entry)
      else left.push(entry)
    }
    this.#entries = left.concat(this.#entries.slice(seen))
    return batch
  }

  /** Forgets what is settled, so that late entries do not count as waiting. */
  sweep(): void {
    this.#entries = this.#entries.filter((entry) => !entry.ticket.isSettled)
  }

  clear(): readonly ChatEntry[] {
    const all = this.#entries
    this.#entries = []
    return all
  }
}
