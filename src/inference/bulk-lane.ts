import type { BatchLimit } from './batch-limit.js'
import type { BulkRequest } from './bulk-request.js'
import type { EmbedEntry } from './entry.js'

/** So many requests are looked at to fill one batch. */
const REQUESTS_PER_BATCH = 64

/** Requests for embeddings that are not handed out completely. They take turns, so that a long one delays nobody. */
export class BulkLane {
  #requests: BulkRequest[] = []
  /** Slices that a thread has lost. */
  #lost: EmbedEntry[] = []

  get length(): number {
    return this.#requests.length + this.#lost.length
  }

  /** The next batch comes from a dead thread and must have a thread to itself. */
  get hasLost(): boolean {
    return this.#lost.length > 0
  }

  push(request: BulkRequest): void {
    this.#requests.push(request)
  }

  putBack(entries: readonly EmbedEntry[]): void {
    this.#lost.unshift(...entries)
  }

  takeBatch(limit: BatchLimit): EmbedEntry[] {
    const lost = this.#takeLost(limit)
    if (lost !== undefined) return [lost]
    const batch: EmbedEntry[] = []
    const skipped: BulkRequest[] = []
    const unfinished: BulkRequest[] = []
    for (let looked = 0; looked < REQUESTS_PER_BATCH && !limit.isFull; looked += 1) {
      const request = this.#requests.shift()
      if (request === undefined) break
      if (request.isExhausted) continue
      if (!limit.admit(1, request.nextLength)) {
        skipped.push(request)
        continue
      }
      batch.push(request.takeSlice((tokens) => limit.admit(1, tokens)))
      if (!request.isExhausted) unfinished.push(request)
    }
    this.#requests = [...skipped, ...this.#requests, ...unfinished]
    return batch
  }

  /** Of a lost batch every request goes by itself. */
  #takeLost(limit: BatchLimit): EmbedEntry | undefined {
    let lost = this.#lost.shift()
    while (lost?.ticket.isSettled === true) lost = this.#lost.shift()
    if (lost !== undefined) limit.admit(lost.rows, lost.tokens)
    return lost
  }

  /** Forgets what is settled, so that it does not count as waiting. */
  sweep(): void {
    this.#requests = this.#requests.filter((request) => !request.ticket.isSettled)
    this.#lost = this.#lost.filter((entry) => !entry.ticket.isSettled)
  }

  clear(): readonly (BulkRequest | EmbedEntry)[] {
    const all = [...this.#lost, ...this.#requests]
    this.#lost = []
    this.#requests = []
    return all
  }
}
