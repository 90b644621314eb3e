import { GatewayError } from '../../core/errors.js'
import type { Upstream, UpstreamRequest } from '../../upstream/upstream.js'

export interface CallAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Its beginning, and only of what is no success: nobody wants to read a list of hundreds of models. */
  readonly body: string
}

const MAX_BODY_BYTES = 64 * 1024

/** Asks a provider. Rejects with a GatewayError when no answer comes. */
export function callOnce(upstream: Upstream, request: UpstreamRequest, patienceMs: number): Promise<CallAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let head: Omit<CallAnswer, 'body'> | undefined
    const timer = setTimeout(() => {
      call.abort()
      const message = `The provider did not answer within ${patienceMs} ms.`
      finish(new GatewayError('upstream_timeout', message))
    }, patienceMs)

    const call = upstream.send(request, {
      onResponse(status, headers) {
        head = { status, headers }
        if (status < 200 || status > 299) return
        call.abort()
        finish()
      },
      onData(chunk) {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes < MAX_BODY_BYTES) return
        call.abort()
        finish()
      },
      onEnd: () => finish(),
      // An error status is the news even when its body breaks off.
      onError: (error) => finish(head === undefined ? error : undefined),
    })

    function finish(error?: GatewayError): void {
      clearTimeout(timer)
      if (error === undefined && head !== undefined) resolve({ ...head, body: Buffer.concat(chunks).toString('utf8') })
      else reject(error ?? new GatewayError('upstream_error', 'The provider gave no answer.'))
    }
  })
}
