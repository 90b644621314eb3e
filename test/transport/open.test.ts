import { describe, expect, test } from 'vitest'
import { openTransport, type TransportChoice } from '../../src/transport/open.js'

const options = {
  host: '127.0.0.1',
  port: 0,
  maxBodyBytes: 1000,
  stalledClientMs: 10_000,
  bodyIdleMs: 10_000,
  tls: null,
  onRequest: () => {},
}
/** Node.js 20 and 22 have a binary in the package; where there is none, node:http has to serve. */
const HAS_BINARY = ['115', '127'].includes(process.versions.modules)

describe('openTransport', () => {
  test('takes uWebSockets.js where its binary loads, and otherwise node:http and says why', async () => {
    const { transport, fallbackReason } = await openTransport(options)
    transport.close()
    expect(transport.kind).toBe(HAS_BINARY ? 'uws' : 'node')
    expect(fallbackReason === undefined).toBe(HAS_BINARY)
  })

  test.each<TransportChoice>(HAS_BINARY ? ['uws', 'node'] : ['node'])('takes %s when asked to', async (choice) => {
    const { transport, fallbackReason } = await openTransport(options, choice)
    transport.close()
    expect(transport.kind).toBe(choice)
    expect(fallbackReason).toBeUndefined()
  })

  test('does not fall back when the address is the trouble', async () => {
    const { transport } = await openTransport(options)
    await expect(openTransport({ ...options, port: transport.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    transport.close()
  })
})
