import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StallingOptions {
  /** The median time to a first token; three in four lie between 0.7 and 1.4 times as much. */
  readonly ttftMs: number
  readonly stallShare: number
  readonly stallMs: number
}

export interface StallingProvider {
  readonly url: string
  readonly calls: number
  close(): void
}

export const ANSWER = ['Every', ' word', ' of', ' it', '.']

/** An OpenAI-compatible server that lets some of its calls wait very long. The same calls in each run. */
export async function startStallingProvider(options: StallingOptions): Promise<StallingProvider> {
  let calls = 0
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      calls += 1
      const waitMs = waitOf(calls, options)
      const timer = setTimeout(() => {
        timers.delete(timer)
        if (!response.destroyed) answer(response)
      }, waitMs)
      timers.add(timer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has one
  return {
    url: `http://127.0.0.1:${port}/v1`,
    get calls() {
      return calls
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      server.closeAllConnections()
      server.close()
    },
  }
}

function waitOf(call: number, { stallMs, stallShare, ttftMs }: StallingOptions): number {
  if (hash(call) < stallShare) return stallMs
  // A lognormal time, from two even ones.
  const normal = Math.sqrt(-2 * Math.log(1 - hash(call + 0.25))) * Math.cos(2 * Math.PI * hash(call + 0.5))
  return ttftMs * Math.exp(0.3 * normal)
}

/** A number from 0 to 1 that looks random. */
function hash(seed: number): number {
  const scattered = Math.sin(seed * 12.9898) * 43_758.5453
  return scattered - Math.floor(scattered)
}

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const content of ANSWER) response.write(event([{ index: 0, delta: { content }, finish_reason: null }]))
  response.write(event([{ index: 0, delta: {}, finish_reason: 'stop' }]))
  response.end('data: [DONE]\n\n')
}

function event(choices: readonly object[]): string {
  return `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`
}
