import type { Listen } from '../../src/transport/transport.js'
import { connectRaw } from './raw-client.js'

/**
 * Opens connections whose request headers never end, and resolves when the server has closed them all, with the number
 * of requests that were handled. Some 10 s are built into uWebSockets.js, so this is started early and awaited late.
 */
export async function sendEndlessHeaders(listen: Listen): Promise<number> {
  let handled = 0
  const transport = await listen({
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 1000,
    stalledClientMs: 10_000,
    bodyIdleMs: 10_000,
    tls: null,
    onRequest: () => handled++,
  })
  const begin = (text: string) => {
    const client = connectRaw(transport.port)
    if (text !== '') client.send(text)
    return client
  }
  const trickling = begin('GET / HTTP/1.1\r\nHost: x\r\n')
  const silent = begin('GET / HTTP/1.1\r\nHost: x\r\n')
  const mute = begin('')
  const malformed = begin('GET / HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n')
  const trickle = setInterval(() => trickling.send('X-A: b\r\n'), 300)
  await Promise.all([trickling, silent, mute, malformed].map((client) => client.untilClosed()))
  clearInterval(trickle)
  transport.close()
  return handled
}
