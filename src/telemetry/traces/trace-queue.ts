import type { Trace } from './span.js'

/** Traces on their way out. */
export interface TraceQueue<Settled> {
  /** Never waits. Where too many wait already, this one is lost, and counted. */
  add(settled: Settled): void
  counts(): TraceCounts
  /** Sends what waits, for as long as it may take. */
  close(deadlineMs: number): Promise<void>
}

export interface TraceCounts {
  /** Spans that the collector took. */
  readonly sent: number
  /** Requests whose spans were lost: the queue was full, or the collector did not take them. */
  readonly dropped: number
}

export interface TraceQueueOptions<Settled> {
  readonly build: (settled: Settled) => Trace | undefined
  /** Rejects with the reason when the collector does not take them. */
  readonly send: (traces: readonly Trace[]) => Promise<void>
  /** Called when some are lost, at most once a minute. */
  readonly onLoss: (counts: TraceCounts, reason: string) => void
  readonly nowMs: () => number
  readonly maxWaiting?: number
  readonly delayMs?: number
}

const MAX_WAITING = 4096
/** Whatever comes within this time goes out together. */
const DELAY_MS = 1000
/** 256 spans are made and written within about 2 ms, which is as long as the event loop may be held up. */
const BATCH_SPANS = 200
/** To a collector that is far away one batch at a time would be too slow. */
const MAX_IN_FLIGHT = 4
const WARN_EVERY_MS = 60_000

/**
 * Keeps settled requests until somebody has time for them. Spans are made when they are sent, so that a request costs no
 * more than a place in the queue.
 */
export function createTraceQueue<Settled>(options: TraceQueueOptions<Settled>): TraceQueue<Settled> {
  const { build, send, maxWaiting = MAX_WAITING, delayMs = DELAY_MS } = options
  let waiting: Settled[] = []
  let timer: NodeJS.Timeout | undefined
  let inFlight = 0
  let sent = 0
  let dropped = 0
  let warnedAtMs = Number.NEGATIVE_INFINITY
  let whenIdle: (() => void) | undefined

  function wake(afterMs: number): void {
    if (timer !== undefined || inFlight >= MAX_IN_FLIGHT || waiting.length === 0) return
    timer = setTimeout(() => {
      timer = undefined
      sendBatch()
    }, afterMs)
    timer.unref()
  }

  function sendBatch(): void {
    const { spans, taken, traces } = takeBatch(waiting, build)
    waiting = waiting.slice(taken)
    if (traces.length > 0) {
      inFlight += 1
      void send(traces).then(
        () =>
          finish(() => {
            sent += spans
          }),
        (error: unknown) => finish(() => lose(traces.length, error instanceof Error ? error.message : String(error))),
      )
    }
    // The others after a turn of the event loop: what it has to do first is relay tokens.
    wake(0)
    settleIdle()
  }

  function finish(note: () => void): void {
    note()
    inFlight -= 1
    wake(0)
    settleIdle()
  }

  function lose(count: number, reason: string): void {
    dropped += count
    if (options.nowMs() - warnedAtMs < WARN_EVERY_MS) return
    warnedAtMs = options.nowMs()
    options.onLoss({ sent, dropped }, reason)
  }

  function settleIdle(): void {
    if (inFlight === 0 && waiting.length === 0) whenIdle?.()
  }

  return {
    add(settled) {
      if (waiting.length >= maxWaiting) return lose(1, `more than ${maxWaiting} requests wait for the collector`)
      waiting.push(settled)
      wake(delayMs)
    },
    counts: () => ({ sent, dropped }),
    async close(deadlineMs) {
      clearTimeout(timer)
      timer = undefined
      wake(0)
      if (inFlight === 0 && waiting.length === 0) return
      let overdue: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        whenIdle = resolve
        overdue = setTimeout(resolve, deadlineMs)
      })
      clearTimeout(overdue)
      if (waiting.length > 0) lose(waiting.length, `the collector was too slow for the last ${deadlineMs} ms`)
    },
  }
}

function takeBatch<Settled>(waiting: readonly Settled[], build: TraceQueueOptions<Settled>['build']) {
  const traces: Trace[] = []
  let taken = 0
  let spans = 0
  for (const settled of waiting) {
    if (spans >= BATCH_SPANS) break
    taken += 1
    const trace = build(settled)
    if (trace === undefined) continue
    traces.push(trace)
    spans += trace.spans.length
  }
  return { spans, taken, traces }
}
