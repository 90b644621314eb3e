import { describe, expect, test } from 'vitest'
import { ADAPTERS } from './adapters.js'
import { connectRaw } from './raw-client.js'

// Some 10 s are built into uWebSockets.js, so these run side by side and in a file of their own.
describe('a request whose headers never end', () => {
  test.concurrent.each(ADAPTERS)(
    'is closed by $kind, whether it trickles, is silent or makes no sense',
    async ({ listen }) => {
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
      const [trickling, silent, mute, malformed] = [1, 2, 3, 4].map(() => connectRaw(transport.port))
      if (!trickling || !silent || !mute || !malformed) throw new Error('unreachable')
      trickling.send('GET / HTTP/1.1\r\nHost: x\r\n')
      silent.send('GET / HTTP/1.1\r\nHost: x\r\n')
      malformed.send('GET / HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n')
      const trickle = setInterval(() => trickling.send('X-A: b\r\n'), 300)
      await Promise.all([trickling, silent, mute, malformed].map((client) => client.untilClosed()))
      clearInterval(trickle)
      transport.close()
      expect(handled).toBe(0)
    },
  )
})
