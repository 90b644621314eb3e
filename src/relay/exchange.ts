import type { Clock } from '../core/clock.js'
import { GatewayError, toGatewayError } from '../core/errors.js'
import type { ProviderAdapter } from '../providers/provider.js'
import type { Upstream, UpstreamCall, UpstreamRequest } from '../upstream/upstream.js'
import { createDeadlines } from './deadlines.js'
import { redactKeys } from './redact-keys.js'

/**
 * One call to a provider with everything that can go wrong in it: error answers, time-outs, cut connections and
 * mistakes of our own all end in one `onFail`, after which nothing else is called.
 */
export interface Exchange {
  /** The first token has come: from now on only silence and the total time are limited. */
  firstTokenSeen(): void
  pause(): void
  resume(): void
  /** Closes the provider's socket. Nothing is called afterwards. */
  abort(): void
  /** The answer is complete as the provider's format sees it; what the socket still brings is of no interest. */
  release(): void
}

export interface ExchangeOptions {
  readonly upstream: Upstream
  readonly request: UpstreamRequest
  readonly adapter: ProviderAdapter
  readonly timeouts: ExchangeTimeouts
  readonly clock: Clock
  /** A 2xx answer begins. */
  readonly onStart: (headers: Readonly<Record<string, string | undefined>>) => void
  readonly onBytes: (chunk: Buffer, atMs: number) => void
  readonly onEnd: () => void
  readonly onFail: (error: GatewayError) => void
}

export interface ExchangeTimeouts {
  readonly firstTokenMs: number
  readonly idleMs: number
  readonly totalMs: number
}

/** Enough for any provider's error object; the rest of a longer body is not kept. */
const MAX_ERROR_BYTES = 256 * 1024
/** How long a released connection may take to end by itself, so that it can be used again. */
const RELEASE_GRACE_MS = 2000
/** How long the body of an error answer may take. Its status is known already and says enough. */
const ERROR_BODY_MS = 2000

type Phase = 'headers' | 'error-body' | 'body' | 'released' | 'over'
type Deadline = 'first-token' | 'idle' | 'total' | 'error-body' | 'release'

export function startExchange(options: ExchangeOptions): Exchange {
  const { adapter, clock, timeouts } = options
  const deadlines = createDeadlines<Deadline>(clock, expire)
  let phase: Phase = 'headers'
  let paused = false
  /** Until the first token, its own limit is the only one for silence. */
  let awaitsToken = true
  let failure: { status: number; headers: Readonly<Record<string, string | undefined>> } | undefined
  const errorChunks: Buffer[] = []
  let errorBytes = 0
  let hasEnded = false

  const call: UpstreamCall = options.upstream.send(options.request, {
    onResponse(status, headers) {
      if (phase !== 'headers') return
      if (status >= 200 && status < 300) {
        phase = 'body'
        guard(() => options.onStart(headers))
      } else {
        phase = 'error-body'
        failure = { status, headers }
        deadlines.set('error-body', ERROR_BODY_MS, clock.now())
      }
    },
    onData(chunk) {
      const now = clock.now()
      touch(now)
      if (phase === 'body') {
        guard(() => options.onBytes(chunk, now))
      } else if (phase === 'error-body') {
        errorChunks.push(chunk)
        errorBytes += chunk.length
        if (errorBytes >= MAX_ERROR_BYTES) failEarly(decodeFailure())
      }
    },
    onEnd() {
      hasEnded = true
      if (phase === 'error-body') fail(decodeFailure())
      else if (phase === 'body') guard(() => options.onEnd())
      else if (phase === 'released') finish()
    },
    onError(error) {
      // An error status is the news even when its body breaks off.
      if (phase === 'error-body') fail(decodeFailure())
      else if (phase === 'released') finish()
      else fail(error)
    },
  })

  const startedAt = clock.now()
  deadlines.set('first-token', timeouts.firstTokenMs, startedAt)
  deadlines.set('total', timeouts.totalMs, startedAt)

  function touch(now: number): void {
    if (phase === 'body' && !paused && !awaitsToken) deadlines.set('idle', timeouts.idleMs, now)
  }

  function expire(kind: Deadline): void {
    if (phase === 'over') return
    if (kind === 'release') {
      finish()
      call.abort()
    } else if (kind === 'error-body' || phase === 'error-body') {
      failEarly(decodeFailure())
    } else {
      failEarly(new GatewayError('upstream_timeout', timeoutMessage(kind, timeouts)))
    }
  }

  /** The call could go on, and may not. */
  function failEarly(error: GatewayError): void {
    call.abort()
    fail(error)
  }

  function decodeFailure(): GatewayError {
    const body = Buffer.concat(errorChunks).toString('utf8')
    try {
      return adapter.decodeError({ status: failure?.status ?? 502, headers: datedHeaders(), body })
    } catch (error) {
      return toGatewayError(error)
    }
  }

  /** A `retry-after` date is read against the answer's own date, which few servers leave out. */
  function datedHeaders(): Readonly<Record<string, string | undefined>> {
    return { date: new Date(clock.epochMs()).toUTCString(), ...failure?.headers }
  }

  /** What our own code throws on a provider's bytes ends this call, never the process. */
  function guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      if (phase === 'over' || phase === 'released') return
      failEarly(toGatewayError(error))
    }
  }

  function fail(error: GatewayError): void {
    if (phase === 'over' || phase === 'released') return
    finish()
    options.onFail(redactKeys(error, options.request.headers))
  }

  function finish(): void {
    phase = 'over'
    deadlines.clearAll()
  }

  return {
    firstTokenSeen() {
      awaitsToken = false
      deadlines.clear('first-token')
      touch(clock.now())
    },
    pause() {
      paused = true
      deadlines.clear('idle')
      call.pause()
    },
    resume() {
      if (phase === 'over') return
      paused = false
      touch(clock.now())
      call.resume()
    },
    abort() {
      if (phase === 'over') return
      finish()
      call.abort()
    },
    release() {
      if (phase === 'over' || phase === 'released') return
      // Nothing to wait for: a timer would only keep the whole call in memory for a while.
      if (hasEnded) return finish()
      phase = 'released'
      deadlines.clearAll()
      deadlines.set('release', RELEASE_GRACE_MS, clock.now())
      call.resume()
    },
  }
}

function timeoutMessage(kind: 'first-token' | 'idle' | 'total', timeouts: ExchangeTimeouts): string {
  switch (kind) {
    case 'first-token':
      return `The provider did not begin its answer within ${timeouts.firstTokenMs} ms.`
    case 'idle':
      return `The provider fell silent for ${timeouts.idleMs} ms in the middle of its answer.`
    case 'total':
      return `The provider did not finish its answer within ${timeouts.totalMs} ms.`
  }
}
