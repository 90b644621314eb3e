import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'

export interface ReplayServer {
  readonly client: Anthropic
  /** Bodies of the requests so far, as they came. */
  readonly bodies: readonly string[]
  /** What the next requests get. */
  answer(status: number, contentType: string, body: string): void
  close(): Promise<void>
}

/** A local server that says what it is told to, and the official client that talks to it. */
export async function startReplayServer(): Promise<ReplayServer> {
  let reply = { status: 200, contentType: 'application/json', body: '{}' }
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString('utf8'))
      response.writeHead(reply.status, { 'content-type': reply.contentType })
      response.end(reply.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address object.
  const { port } = server.address() as AddressInfo
  return {
    client: new Anthropic({ baseURL: `http://127.0.0.1:${port}`, apiKey: 'test-key', maxRetries: 0 }),
    bodies,
    answer(status, contentType, body) {
      reply = { status, contentType, body }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
