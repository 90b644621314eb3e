import type { Clock } from '../core/clock.js'
import { BulkRequest } from './bulk-request.js'
import type { WorkerSetup } from './contract.js'
import { Crew } from './crew.js'
import { Deadlines } from './deadlines.js'
import { Dispatcher, THREAD_DEPTH } from './dispatcher.js'
import { type ChatEntry, UNHARMED } from './entry.js'
import { estimateTokens } from './estimate-tokens.js'
import type {
  Embeddings,
  EmbedRefusal,
  InferencePool,
  PoolObserver,
  PromptAnalysis,
  UnavailableReason,
} from './inference-pool.js'
import { startPiscinaThread } from './pool-thread.js'
import { Ticket } from './ticket.js'

export interface InferencePoolOptions {
  readonly setup: WorkerSetup
  /** At least 1. */
  readonly threads: number
  /** Read for every request, so that a reload needs nothing. Each lane holds so many requests that wait. */
  readonly limits: () => { readonly maxQueue: number; readonly deadlineMs: number }
  /** Absolute path of the thread's file. */
  readonly workerFile: string
  readonly clock: Clock
  readonly observer?: PoolObserver
  /** A thread that needs more of JavaScript's heap ends and is replaced; absent: Node's own limit. */
  readonly maxHeapMb?: number
}

/** A thread that does not finish what it runs within this is ended with it. */
const CLOSE_TIMEOUT_MS = 10_000

export function createInferencePool(options: InferencePoolOptions): InferencePool {
  const { setup, clock, limits, observer = {} } = options
  const { dimension } = setup.embedder
  const unavailable = { late: 0, full: 0, failed: 0, closed: 0 }
  let restarts = 0
  let closing: Promise<void> | undefined

  const dispatcher = new Dispatcher({ clock, dimension, observer })
  const deadlines = new Deadlines(clock, () => dispatcher.sweep())
  const crew = new Crew({
    threads: options.threads,
    startThread: (onEnd) =>
      startPiscinaThread({ ...options, depth: THREAD_DEPTH, maxHeapMb: options.maxHeapMb }, onEnd),
    onReady: (thread) => dispatcher.addThread(thread),
    onGone: (thread) => dispatcher.removeThread(thread),
    onRestart: (cause) => {
      restarts += 1
      observer.onRestart?.(cause)
    },
    onHopeless: () => dispatcher.refuseWaiting('failed'),
  })

  function createTicket<T, Refusal = never>(): Ticket<T, Refusal> {
    return new Ticket((reason) => {
      unavailable[reason] += 1
      observer.onUnavailable?.(reason)
    })
  }

  /** Why nothing is taken in at all; undefined: something is. */
  function refusal(depth: number): UnavailableReason | undefined {
    if (closing !== undefined) return 'closed'
    if (crew.isHopeless) return 'failed'
    return depth >= limits().maxQueue ? 'full' : undefined
  }

  function enterChat(entry: ChatEntry): void {
    const refused = refusal(dispatcher.chatDepth)
    if (refused !== undefined) return entry.ticket.refuse(refused)
    deadlines.watch(entry.ticket, entry.since + limits().deadlineMs)
    const forget = () => deadlines.forget(entry.ticket)
    entry.ticket.promise.then(forget, forget)
    dispatcher.addChat(entry)
  }

  function cancel(ticket: Ticket<Embeddings, EmbedRefusal>): void {
    ticket.decline({ kind: 'cancelled' })
    dispatcher.sweep()
  }

  async function close(): Promise<void> {
    crew.retire(new Error('The inference pool was closed while its threads loaded their models.'))
    dispatcher.refuseWaiting('closed')
    await Promise.race([dispatcher.idle(), afterCloseTimeout()])
    deadlines.stop()
    await crew.close()
  }

  return {
    ready: () => crew.ready,

    analyse(text) {
      const ticket = createTicket<PromptAnalysis>()
      const tokens = estimateTokens(text, setup.embedder)
      enterChat({ kind: 'analyse', text, tokens, rows: 1, since: clock.now(), ticket, ...UNHARMED })
      return ticket.promise
    },

    verify(pairs) {
      const ticket = createTicket<readonly number[]>()
      if (pairs.length === 0) ticket.answer([])
      else enterChat({ kind: 'verify', pairs, tokens: 0, rows: pairs.length, since: clock.now(), ticket, ...UNHARMED })
      return ticket.promise
    },

    ping() {
      const ticket = createTicket<void>()
      enterChat({ kind: 'ping', tokens: 0, rows: 1, since: clock.now(), ticket, ...UNHARMED })
      return ticket.promise
    },

    embed(inputs, { signal, mostTokens = Number.POSITIVE_INFINITY } = {}) {
      const ticket = createTicket<Embeddings, EmbedRefusal>()
      const refused = refusal(dispatcher.bulkDepth)
      if (signal?.aborted === true) ticket.decline({ kind: 'cancelled' })
      else if (refused !== undefined) ticket.refuse(refused)
      else if (inputs.length === 0) ticket.answer({ vectors: new Float32Array(0), dimension, tokenCounts: [] })
      else {
        const lengths = inputs.map((input) => estimateTokens(input, setup.embedder))
        dispatcher.addBulk(new BulkRequest({ inputs, lengths, dimension, mostTokens, since: clock.now(), ticket }))
        signal?.addEventListener('abort', () => cancel(ticket))
      }
      return ticket.promise
    },

    status: () => ({
      threads: options.threads,
      readyThreads: crew.readyThreads,
      queueDepth: dispatcher.chatDepth + dispatcher.bulkDepth,
      restarts,
      unavailable: { ...unavailable },
    }),

    close() {
      closing ??= close()
      return closing
    },
  }
}

function afterCloseTimeout(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, CLOSE_TIMEOUT_MS).unref()
  })
}
