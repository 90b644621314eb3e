import { Piscina } from 'piscina'
import type { InferenceResult, InferenceTask, ThreadData, WorkerSetup } from './contract.js'
import { createOccupiedGateMemory, NativeGate } from './native-gate.js'
import { makeEndSafe } from './safe-end.js'
import { type InferenceThread, ThreadDeath } from './thread.js'

export interface ThreadOptions {
  /** Absolute path of the thread's file, whose default export is a handler or the promise of one. */
  readonly workerFile: string
  readonly setup: WorkerSetup
  /** Messages the thread may hold at a time. */
  readonly depth: number
  readonly maxHeapMb: number | undefined
}

/**
 * The door to Piscina. Every thread is a Piscina of its own with room for one, because a Piscina of many
 * replaces a dead thread as it likes: at once and twice if the models cannot be loaded, and then never again.
 * It neither says which thread took a task, so that "one bulk batch per thread at most" could not be kept.
 */
export function startPiscinaThread(options: ThreadOptions, onEnd: (cause: string) => void): InferenceThread {
  const gate = createOccupiedGateMemory()
  const workerData: ThreadData = { ...options.setup, gate }
  const piscina = new Piscina<InferenceTask, InferenceResult>({
    filename: options.workerFile,
    workerData,
    // With a minimum of 0 Piscina waits until the handler is there, and leaves the replacement of a dead thread to us.
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: options.depth,
    // The default blocks the thread on `Atomics.wait` between tasks: fewer tasks a second, and native promises stall.
    atomics: 'disabled',
    recordTiming: false,
    ...(options.maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb } }),
  })

  let isDead = false
  let hasEnded = false
  let hasAnswered = false
  let running = 0
  let failLoading: (reason: ThreadDeath) => void = () => {}

  function finish(cause: string): void {
    if (hasEnded) return
    hasEnded = true
    isDead = true
    failLoading(new ThreadDeath(cause))
    onEnd(cause)
    // Drops the first task if it still waits for a handler that will not come.
    piscina.destroy().catch(() => {})
  }

  // Emitted before the tasks under it reject, and with 'error' right behind it when there are none.
  piscina.on('workerDestroy', () => {
    isDead = true
    queueMicrotask(() => {
      if (running === 0) finish('the thread exited')
    })
  })
  piscina.on('error', (error: unknown) => finish(messageOf(error)))

  async function run(task: InferenceTask): Promise<InferenceResult> {
    if (isDead) throw new ThreadDeath('the thread had ended already')
    running += 1
    try {
      const result = await piscina.run(task)
      hasAnswered = true
      return result
    } catch (error) {
      // A task's own error and the end of its thread look the same to Piscina's caller.
      if (!isDead) throw error
      finish(messageOf(error))
      throw new ThreadDeath(messageOf(error))
    } finally {
      running -= 1
    }
  }

  async function load(): Promise<void> {
    const greeting = piscina.run({ kind: 'ping' }) // starts the thread
    const [worker] = piscina.threads
    if (worker !== undefined) makeEndSafe(worker, new NativeGate(gate))
    worker?.ref() // Piscina lets the process end while a thread loads.
    await greeting
    worker?.unref()
  }

  const loaded = new Promise<void>((resolve, reject) => {
    failLoading = reject
    load().then(resolve, (error: unknown) => finish(messageOf(error)))
  })
  loaded.catch(() => {}) // Whoever waits for it gets the reason; nobody has to.
  return {
    loaded,
    get hasAnswered() {
      return hasAnswered
    },
    run,
    end: () => piscina.destroy(),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
