import { afterEach, expect, test, vi } from 'vitest'
import type { Stats } from '../../../src/http/stats/stats.js'
import { createStatsStream } from '../../../src/http/stats/stream-stats.js'
import type { TransportRequest, TransportResponse } from '../../../src/transport/transport.js'

/** A client that takes what it is given, until it is told not to. */
class Client implements TransportResponse {
  aborted = false
  bytesWritten = 0
  status = 0
  ended = false
  isSlow = false
  readonly chunks: string[] = []
  #leave: () => void = () => {}
  #drain: () => void = () => {}

  onAborted(listener: () => void): void {
    this.#leave = listener
  }
  writeHead(status: number): void {
    this.status = status
  }
  write(chunk: string | Uint8Array): boolean {
    this.chunks.push(String(chunk))
    return !this.isSlow
  }
  flushHead(): void {}
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drain = resolve
    })
  }
  end(): void {
    this.ended = true
  }
  close(): void {
    this.ended = true
  }
  leave(): void {
    this.aborted = true
    this.#leave()
  }
  takeAll(): void {
    this.isSlow = false
    this.#drain()
  }
}

const GET: TransportRequest = {
  method: 'GET',
  path: '/stats/stream',
  query: '',
  headers: {},
  remoteAddress: '127.0.0.1',
  body: async () => new Uint8Array(),
}

function start() {
  vi.useFakeTimers()
  let asked = 0
  const stream = createStatsStream({
    mostWatchers: 2,
    stats: async () => ({ uptime_seconds: ++asked }) as Stats, // only handed on
  })
  const watch = (): Client => {
    const client = new Client()
    stream.open(GET, client, {})
    return client
  }
  return { stream, watch, asked: () => asked }
}

const second = () => vi.advanceTimersByTimeAsync(1000)

afterEach(() => {
  vi.useRealTimers()
})

test('who watches gets the figures at once, and then each second', async () => {
  const { watch } = start()
  const client = watch()
  await vi.advanceTimersByTimeAsync(0)
  expect(client).toMatchObject({ status: 200, chunks: ['event: stats\ndata: {"uptime_seconds":1}\n\n'] })
  await second()
  await second()
  expect(client.chunks.length).toBe(3)
})

test('nobody is asked for figures that nobody watches', async () => {
  const { asked, watch } = start()
  const client = watch()
  await second()
  client.leave()
  const before = asked()
  await second()
  await second()
  expect(asked()).toBe(before)
})

test('a slow one gets no more until it has taken what it has, and then the newest', async () => {
  const { watch } = start()
  const slow = watch()
  const quick = watch()
  await vi.advanceTimersByTimeAsync(0)
  slow.isSlow = true
  for (let at = 0; at < 5; at++) await second()
  expect(slow.chunks.length).toBe(2)
  expect(quick.chunks.length).toBe(6)
  slow.takeAll()
  await second()
  expect(slow.chunks.length).toBe(3)
  expect(slow.chunks.at(-1)).toBe(quick.chunks.at(-1))
})

test('no more may watch than may, and a place that is left can be taken', async () => {
  const { watch } = start()
  const first = watch()
  watch()
  expect(watch).toThrow('2 are watching already')
  first.leave()
  expect(watch().status).toBe(200)
})

test('all streams end when the gateway does', async () => {
  const { asked, stream, watch } = start()
  const clients = [watch(), watch()]
  await second()
  stream.close()
  expect(clients.every(({ ended }) => ended)).toBe(true)
  const before = asked()
  await second()
  expect(asked()).toBe(before)
})
