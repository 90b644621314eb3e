import type { Stats } from '../../http/stats/stats.js'
import { readProblem } from '../problem.js'
import type { FeedState } from './feed-state.js'
import { readEvents } from './read-events.js'

/** Follows `/stats/stream`, and comes back to it when the gateway does. */
export interface StatsFeed {
  /** Begins anew, after a sign-in or a sign-out. */
  restart(): void
}

export interface StatsFeedOptions {
  readonly onStats: (stats: Stats) => void
  readonly onState: (state: FeedState) => void
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 10_000
/** A browser has six connections to a host: a page that nobody sees must not keep one for ever. */
const SLEEP_AFTER_MS = 60_000
/** The gateway tells something each second. Silence for so long is a connection that nobody has closed. */
const SILENCE_MS = 10_000

export function createStatsFeed({ onState, onStats }: StatsFeedOptions): StatsFeed {
  let following = new AbortController()
  let retry: ReturnType<typeof setTimeout> | undefined
  let sleep: ReturnType<typeof setTimeout> | undefined
  let isAsleep = false
  let failures = 0

  function restart(): void {
    stop()
    following = new AbortController()
    void follow(following.signal)
  }

  function stop(): void {
    clearTimeout(retry)
    following.abort()
  }

  async function follow(signal: AbortSignal): Promise<void> {
    onState({ kind: 'connecting' })
    const state = await listen(signal).catch(() => undefined)
    if (signal.aborted) return
    failures += 1
    const retryInMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10))
    const next = state ?? { kind: 'lost', retryInMs }
    onState('retryInMs' in next ? { ...next, retryInMs } : next)
    if ('retryInMs' in next) retry = setTimeout(restart, retryInMs)
  }

  /** Resolves with what the gateway has against us; undefined: the stream is over. */
  async function listen(signal: AbortSignal): Promise<FeedState | undefined> {
    const response = await fetch('stats/stream', { signal, headers: { accept: 'text/event-stream' } })
    if (response.status === 401) return { kind: 'signed-out' }
    if (!response.ok || response.body === null) {
      return { kind: 'refused', retryInMs: 0, ...(await readProblem(response)) }
    }
    let silence = setTimeout(restart, SILENCE_MS)
    try {
      for await (const data of readEvents(response.body)) {
        clearTimeout(silence)
        if (signal.aborted) return undefined
        silence = setTimeout(restart, SILENCE_MS)
        failures = 0
        onState({ kind: 'live' })
        onStats(JSON.parse(data) as Stats) // what the path is for
      }
    } finally {
      clearTimeout(silence)
    }
    return undefined
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(sleep)
    if (document.hidden) {
      sleep = setTimeout(() => {
        isAsleep = true
        stop()
        onState({ kind: 'asleep' })
      }, SLEEP_AFTER_MS)
    } else if (isAsleep) {
      isAsleep = false
      restart()
    }
  })
  restart()
  return { restart }
}
