import type { InferenceThread, StartThread } from './thread.js'

export interface CrewOptions {
  readonly threads: number
  readonly startThread: StartThread
  /** It has its models and takes tasks. */
  readonly onReady: (thread: InferenceThread) => void
  /** It takes no tasks any more. */
  readonly onGone: (thread: InferenceThread) => void
  /** A thread is started in the place of one that ended or could not load. */
  readonly onRestart: (cause: string) => void
  /** No thread is ready or loading: nothing will be answered for a while, or ever. */
  readonly onHopeless: () => void
}

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 30_000

interface Place {
  thread: InferenceThread | undefined
  isReady: boolean
  /** Threads in a row that died before they had answered anything. */
  failures: number
  timer: NodeJS.Timeout | undefined
}

/** Keeps a number of threads alive. */
export class Crew {
  /** Resolves when the first thread of every place is ready; rejects when one of them cannot load. */
  readonly ready: Promise<void>
  readonly #options: CrewOptions
  readonly #places: readonly Place[]
  readonly #ending = new Set<Promise<void>>()
  #isComplete = false
  #isRetiring = false
  #failStart: (reason: Error) => void = () => {}

  constructor(options: CrewOptions) {
    this.#options = options
    this.#places = Array.from({ length: options.threads }, () => ({
      thread: undefined,
      isReady: false,
      failures: 0,
      timer: undefined,
    }))
    const loaded = this.#places.map((place) => this.#start(place))
    this.ready = new Promise((resolve, reject) => {
      this.#failStart = reject
      Promise.all(loaded).then(() => {
        this.#isComplete = true
        resolve()
      }, reject)
    })
    this.ready.catch(() => {}) // Nobody has to wait for it.
  }

  get readyThreads(): number {
    return this.#places.filter((place) => place.isReady).length
  }

  get isHopeless(): boolean {
    return this.#places.every((place) => place.thread === undefined)
  }

  /** Lets nobody follow a thread that ends from now on. */
  retire(reason: Error): void {
    this.#isRetiring = true
    this.#failStart(reason)
  }

  /** Ends all threads, whatever they do. */
  async close(): Promise<void> {
    for (const place of this.#places) this.#vacate(place)
    await Promise.all(this.#ending)
  }

  #start(place: Place): Promise<void> {
    const thread = this.#options.startThread((cause) => this.#onEnd(place, thread, cause))
    place.thread = thread
    return thread.loaded.then(() => {
      if (place.thread !== thread) return
      place.isReady = true
      this.#options.onReady(thread)
    })
  }

  #onEnd(place: Place, thread: InferenceThread, cause: string): void {
    if (place.thread !== thread) return
    const wasReady = place.isReady
    this.#vacate(place)
    if (this.#isRetiring) return
    if (!wasReady && !this.#isComplete) return this.#giveUp(cause)
    place.failures = thread.hasAnswered ? 0 : place.failures + 1
    this.#replace(place, cause)
  }

  /** Models that cannot be loaded at the start will not load later either. */
  #giveUp(cause: string): void {
    this.retire(new Error(`An inference thread could not load its models: ${cause}`))
    for (const place of this.#places) this.#vacate(place)
    this.#options.onHopeless()
  }

  #replace(place: Place, cause: string): void {
    this.#options.onRestart(cause)
    const start = () => {
      this.#start(place).catch(() => {}) // The end of a thread that does not load is told by `onEnd`.
    }
    // The first death in a row may be an accident; more of them must not keep a core busy with loading models.
    if (place.failures <= 1) start()
    else place.timer = setTimeout(start, Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (place.failures - 2)))
    if (this.isHopeless) this.#options.onHopeless()
  }

  #vacate(place: Place): void {
    clearTimeout(place.timer)
    const { thread } = place
    if (thread === undefined) return
    place.thread = undefined
    if (place.isReady) this.#options.onGone(thread)
    place.isReady = false
    const ending = thread
      .end()
      .catch(() => {})
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}
