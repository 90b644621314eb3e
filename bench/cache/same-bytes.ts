/**
 * What an exact hit could cost at best: a handler that has every answer in memory, byte for byte as a gateway gave it.
 * `node same-bytes.js --port N --gateway PORT`
 */
import type { HttpResponse } from 'uWebSockets.js'
import { argument, readBody, serve } from '../load/bare-server.js'

interface Recorded {
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

const PATH = '/v1/chat/completions'
/** What the server writes itself. */
const OWN_HEADERS = new Set(['content-length', 'transfer-encoding', 'connection', 'date', 'keep-alive', 'uwebsockets'])

const gateway = argument(process.argv, 'gateway') ?? ''
const known = new Map<string, Recorded>()

await serve(process.argv, (app) => {
  app.post(PATH, (res) => {
    let isGone = false
    res.onAborted(() => {
      isGone = true
    })
    readBody(res, (bytes) => {
      const request = bytes.toString('latin1')
      const recorded = known.get(request)
      if (recorded !== undefined) return answer(res, recorded)
      record(bytes).then(
        (fresh) => {
          known.set(request, fresh)
          if (!isGone) answer(res, fresh)
        },
        (error: unknown) => {
          console.error(error)
          if (!isGone) res.close()
        },
      )
    })
  })
})

function answer(res: HttpResponse, { body, headers }: Recorded): void {
  res.cork(() => {
    for (const [name, value] of headers) res.writeHeader(name, value)
    res.end(body)
  })
}

async function record(request: Buffer): Promise<Recorded> {
  const response = await fetch(`http://127.0.0.1:${gateway}${PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Uint8Array(request),
  })
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`)
  const headers = [...response.headers].filter(([name]) => !OWN_HEADERS.has(name))
  return { headers, body: Buffer.from(await response.arrayBuffer()) }
}
