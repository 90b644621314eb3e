import type { Clock } from '../core/clock.js'
import { deliver, taskOf, timesOf } from './batch.js'
import { BatchLimit } from './batch-limit.js'
import { BulkLane } from './bulk-lane.js'
import type { BulkRequest } from './bulk-request.js'
import { ChatLane } from './chat-lane.js'
import type { InferenceResult } from './contract.js'
import type { ChatEntry, Entry } from './entry.js'
import type { PoolObserver, UnavailableReason } from './inference-pool.js'
import { Pace } from './pace.js'
import { type InferenceThread, ThreadDeath } from './thread.js'

export interface DispatcherOptions {
  readonly clock: Clock
  readonly dimension: number
  readonly observer: PoolObserver
}

/** Messages a thread holds at a time: one that runs and one that is there when it is done. */
export const THREAD_DEPTH = 2
/** A prompt waits for one batch of either lane at most, so a batch is what a thread does in a few milliseconds. */
const CHAT_BATCH_MS = 4
const BULK_BATCH_MS = 12
const MAX_ROWS = { ping: 32, analyse: 32, verify: 256, embed: 64 } as const
/** Bulk yields to chat; when chat leaves no gap, one batch goes after so long all the same. */
const BULK_PATIENCE_MS = 250
/** More deaths than this and it is the task that kills. */
const MAX_DEATHS = 1

interface Seat {
  readonly thread: InferenceThread
  messages: number
  /** Padded tokens of the messages it holds. */
  tokens: number
  /** Holds something that may kill it, which must then have no company. */
  isSealed: boolean
}

/** Brings what waits to the threads: chat first, in batches that only grow while all threads are busy. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #chat = new ChatLane()
  readonly #bulk = new BulkLane()
  readonly #seats = new Map<InferenceThread, Seat>()
  readonly #pace = new Pace()
  /** Why nothing can be put back: the pool is closed, or has no thread left. */
  #refusal: UnavailableReason | undefined
  #messages = 0
  /** When a batch of bulk went last, or the first request came to the empty lane. */
  #bulkServedAt = 0
  #isScheduled = false
  #onIdle: (() => void) | undefined

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  get chatDepth(): number {
    return this.#chat.length
  }

  get bulkDepth(): number {
    return this.#bulk.length
  }

  addChat(entry: ChatEntry): void {
    this.#chat.push(entry)
    this.#schedule()
  }

  addBulk(request: BulkRequest): void {
    if (this.#bulk.length === 0) this.#bulkServedAt = request.since
    this.#bulk.push(request)
    this.#schedule()
  }

  addThread(thread: InferenceThread): void {
    this.#refusal = undefined
    this.#seats.set(thread, { thread, messages: 0, tokens: 0, isSealed: false })
    this.#schedule()
  }

  removeThread(thread: InferenceThread): void {
    this.#seats.delete(thread)
  }

  /** Everything that waits, and what comes back from a dead thread. */
  refuseWaiting(reason: UnavailableReason): void {
    this.#refusal = reason
    for (const { ticket } of [...this.#chat.clear(), ...this.#bulk.clear()]) ticket.refuse(reason)
    this.#tellDepth()
  }

  /** What is late or given up is gone before its turn comes. */
  sweep(): void {
    this.#chat.sweep()
    this.#bulk.sweep()
    this.#tellDepth()
  }

  /** Resolves when no thread holds a message. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#messages === 0) resolve()
      else this.#onIdle = resolve
    })
  }

  /** What is asked for in one turn of the event loop goes together. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#dispatch()
      this.#tellDepth()
    })
  }

  #dispatch(): void {
    if (this.#isBulkOverdue()) {
      const seat = this.#freestSeat(this.#bulk.hasLost ? 1 : THREAD_DEPTH)
      // Chat is held back until a thread has room, or it would take that room again.
      if (seat === undefined) return
      this.#sendBulk(seat)
    }
    for (let head = this.#chat.head; head !== undefined; head = this.#chat.head) {
      const seat = this.#freestSeat(head.deaths > 0 ? 1 : THREAD_DEPTH)
      // Bulk does not overtake, and a suspect holds the others back until a thread is free of them.
      if (seat === undefined) return
      const limit = this.#limitOf(head.kind, CHAT_BATCH_MS)
      this.#send(seat, this.#chat.takeBatch(limit), limit)
    }
    // A thread takes bulk only when it has nothing else, so that a prompt finds one bulk batch before it at most.
    for (let seat = this.#freestSeat(1); seat !== undefined; seat = this.#freestSeat(1)) {
      if (!this.#sendBulk(seat)) return
    }
  }

  #isBulkOverdue(): boolean {
    return this.#bulk.length > 0 && this.#options.clock.now() - this.#bulkServedAt > BULK_PATIENCE_MS
  }

  #sendBulk(seat: Seat): boolean {
    const limit = this.#limitOf('embed', BULK_BATCH_MS)
    const batch = this.#bulk.takeBatch(limit)
    if (batch.length === 0) return false
    this.#bulkServedAt = this.#options.clock.now()
    this.#send(seat, batch, limit)
    return true
  }

  #limitOf(kind: Entry['kind'], ms: number): BatchLimit {
    const isRead = kind === 'analyse' || kind === 'embed'
    return new BatchLimit({
      maxRows: MAX_ROWS[kind],
      maxTokens: isRead ? this.#pace.tokensIn(ms) : Number.POSITIVE_INFINITY,
    })
  }

  /** The thread with the least before it, among those with fewer messages than `depth`. */
  #freestSeat(depth: number): Seat | undefined {
    let best: Seat | undefined
    for (const seat of this.#seats.values()) {
      if (seat.isSealed || seat.messages >= depth) continue
      if (best === undefined || seat.messages < best.messages) best = seat
      else if (seat.messages === best.messages && seat.tokens < best.tokens) best = seat
    }
    return best
  }

  #send(seat: Seat, entries: readonly Entry[], limit: BatchLimit): void {
    const sentAt = this.#options.clock.now()
    const { paddedTokens } = limit
    seat.messages += 1
    seat.tokens += paddedTokens
    seat.isSealed = entries.some((entry) => entry.deaths > 0)
    this.#messages += 1
    seat.thread
      .run(taskOf(entries))
      .then(
        (result) => this.#onResult(entries, result, paddedTokens, sentAt),
        (error: unknown) => this.#onError(entries, error),
      )
      .finally(() => {
        seat.messages -= 1
        seat.tokens -= paddedTokens
        seat.isSealed = false
        this.#messages -= 1
        if (this.#messages === 0) this.#onIdle?.()
        this.#schedule()
      })
  }

  #onResult(entries: readonly Entry[], result: InferenceResult, paddedTokens: number, sentAt: number): void {
    const { embedMs, classifyMs } = timesOf(result)
    if (result.kind === 'analyse' || result.kind === 'embed') this.#pace.record(paddedTokens, embedMs + classifyMs)
    deliver(entries, result, this.#options.dimension)
    this.#options.observer.onBatch?.({
      kind: result.kind,
      size: entries.reduce((rows, entry) => rows + entry.rows, 0),
      waitMs: sentAt - Math.min(...entries.map((entry) => entry.since)),
      embedMs,
      classifyMs,
    })
  }

  #onError(entries: readonly Entry[], error: unknown): void {
    const isDeath = error instanceof ThreadDeath
    const again: Entry[] = []
    for (const entry of entries) {
      if (isDeath) entry.deaths += 1
      // Alone with its error it is the cause; with others it may be a bystander and gets a second chance.
      const isGuilty = isDeath ? entry.deaths > MAX_DEATHS : entries.length === 1
      if (this.#refusal !== undefined) entry.ticket.refuse(this.#refusal)
      else if (isGuilty) entry.ticket.refuse('failed')
      else again.push(entry)
    }
    for (const entry of again) entry.isSuspect = true
    this.#chat.putBack(again.filter((entry) => entry.kind !== 'embed'))
    this.#bulk.putBack(again.filter((entry) => entry.kind === 'embed'))
  }

  #tellDepth(): void {
    this.#options.observer.onQueueDepth?.(this.chatDepth + this.bulkDepth)
  }
}
