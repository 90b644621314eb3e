import type { GatewayError } from '../../src/core/errors.js'
import { createHttpUpstream, type HttpUpstream, type HttpUpstreamOptions } from '../../src/upstream/http-upstream.js'
import type { Upstream, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.js'

/** A call with everything its handler was told, in order. */
export interface ObservedCall {
  readonly call: UpstreamCall
  /** `response 200`, `data`, `end`, `error upstream_error`; runs of data count once. */
  readonly told: string[]
  readonly headers: () => Readonly<Record<string, string | undefined>>
  readonly body: () => Buffer
  readonly bytes: () => number
  readonly error: () => GatewayError | undefined
  readonly responded: Promise<void>
  readonly firstData: Promise<void>
  /** `onEnd` or `onError`. */
  readonly over: Promise<void>
}

export function observe(
  upstream: Upstream,
  request: Partial<UpstreamRequest> = {},
  onData: (chunk: Buffer, call: UpstreamCall) => void = () => undefined,
): ObservedCall {
  const told: string[] = []
  const chunks: Buffer[] = []
  let bytes = 0
  let headers: Readonly<Record<string, string | undefined>> = {}
  let error: GatewayError | undefined
  const responded = signal()
  const firstData = signal()
  const over = signal()

  const call = upstream.send(
    { method: 'POST', path: '/', headers: {}, body: '{}', ...request },
    {
      onResponse(status, received) {
        told.push(`response ${status}`)
        headers = received
        responded.resolve()
      },
      onData(chunk) {
        if (told.at(-1) !== 'data') told.push('data')
        chunks.push(chunk)
        bytes += chunk.length
        firstData.resolve()
        onData(chunk, call)
      },
      onEnd() {
        told.push('end')
        over.resolve()
      },
      onError(received) {
        told.push(`error ${received.code}`)
        error = received
        over.resolve()
      },
    },
  )
  return {
    call,
    told,
    headers: () => headers,
    body: () => Buffer.concat(chunks),
    bytes: () => bytes,
    error: () => error,
    responded: responded.promise,
    firstData: firstData.promise,
    over: over.promise,
  }
}

/** An upstream with everything optional left out. */
export function upstreamAt(baseUrl: string, options: Partial<HttpUpstreamOptions> = {}): HttpUpstream {
  return createHttpUpstream({ baseUrl, headers: {}, connectTimeoutMs: 5000, proxy: null, caFile: null, ...options })
}

/** Resolves after everything that is on its way within this process has arrived. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve))
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
