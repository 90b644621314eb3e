import { BREAKER_OPEN_MS, TOTAL_MS, type UpstreamName } from './soak-config.js'

/** What a provider's call was made to fail with, on purpose. */
export interface ScriptedFault {
  readonly key: string
  readonly atMs: number
}

export interface ErrorSeen {
  /** OpenAI's `error.code` or Anthropic's `error.type`. */
  readonly code: string
  readonly key: string
  readonly fromMs: number
  readonly untilMs: number
}

/** What a provider that fails may look like to a client; nothing else is explained by one. */
const UPSTREAM_CODES = new Set([
  ...['upstream_error', 'upstream_timeout', 'stream_truncated', 'overloaded', 'rate_limit_exceeded'],
  ...['api_error', 'timeout_error', 'overloaded_error', 'rate_limit_error'],
])
/** Until its breaker has let a first call through again, and that one has gone well. */
const RECOVERY_MS = BREAKER_OPEN_MS + 1500

/** Knows which faults were injected when, and so which errors had to be expected. */
export class FaultJournal {
  readonly #outages: { readonly upstream: UpstreamName; readonly fromMs: number; untilMs: number }[] = []
  readonly #scripted = new Map<string, number[]>()

  /** A provider's process goes; call the result when it is back. */
  outageBegins(upstream: UpstreamName, nowMs: number): (nowMs: number) => void {
    const outage = { upstream, fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY }
    this.#outages.push(outage)
    return (untilMs) => {
      outage.untilMs = untilMs
    }
  }

  noteScripted({ atMs, key }: ScriptedFault): void {
    const times = this.#scripted.get(key) ?? []
    times.push(atMs)
    this.#scripted.set(key, times)
  }

  /**
   * An error is explained by a fault of this very question's own call, or by a provider that was away while it was asked.
   * That Redis, a thread or the configuration was disturbed explains none.
   */
  explain(error: ErrorSeen): 'scripted' | 'outage' | undefined {
    if (!UPSTREAM_CODES.has(error.code)) return undefined
    const scripted = this.#scripted.get(error.key) ?? []
    // Who joins an answer meets the fault of a call that began before.
    if (scripted.some((atMs) => atMs >= error.fromMs - TOTAL_MS && atMs <= error.untilMs)) return 'scripted'
    const isOut = this.#outages.some(
      ({ fromMs, untilMs }) => fromMs <= error.untilMs && untilMs + RECOVERY_MS >= error.fromMs,
    )
    return isOut ? 'outage' : undefined
  }

  /** Forgets what no request under way can have met. */
  forgetBefore(atMs: number): void {
    for (const [key, times] of this.#scripted) {
      if (times.every((time) => time < atMs)) this.#scripted.delete(key)
    }
    const kept = this.#outages.filter(({ untilMs }) => untilMs >= atMs)
    this.#outages.splice(0, this.#outages.length, ...kept)
  }
}
