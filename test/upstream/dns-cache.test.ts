import type { LookupAddress } from 'node:dns'
import { describe, expect, test } from 'vitest'
import { createDnsCache, type DnsCache } from '../../src/upstream/dns-cache.js'

const A: LookupAddress = { address: '192.0.2.1', family: 4 }
const B: LookupAddress = { address: '192.0.2.2', family: 4 }
const C: LookupAddress = { address: '2001:db8::1', family: 6 }

/** A resolver that says what the test tells it to, and a clock that stands still. */
function start(answers: (LookupAddress[] | Error)[]) {
  const asked: string[] = []
  const clock = { nowMs: 0 }
  const cache = createDnsCache({
    now: () => clock.nowMs,
    async resolve(hostname) {
      asked.push(hostname)
      const answer = answers[Math.min(asked.length, answers.length) - 1]
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer')
      return answer
    },
  })
  return { asked, cache, clock }
}

function lookupAll(cache: DnsCache, hostname = 'provider.test'): Promise<string[]> {
  return new Promise((resolve, reject) => {
    cache.lookup(hostname, { all: true }, (error, found) => {
      if (error !== null) reject(error)
      else resolve((found as LookupAddress[]).map(({ address }) => address)) // asked for all
    })
  })
}

describe('a name', () => {
  test('is asked for once while its addresses are fresh', async () => {
    const { asked, cache, clock } = start([[A]])
    await Promise.all([lookupAll(cache), lookupAll(cache)])
    clock.nowMs = 9_000
    expect(await lookupAll(cache)).toEqual([A.address])
    expect(asked).toEqual(['provider.test'])
  })

  test('is asked for again in the background when they are not, and nobody waits', async () => {
    const { asked, cache, clock } = start([[A], [B]])
    await lookupAll(cache)
    clock.nowMs = 11_000
    expect(await lookupAll(cache)).toEqual([A.address])
    expect(await lookupAll(cache)).toEqual([B.address])
    expect(asked).toHaveLength(2)
  })

  test('keeps its addresses while the resolver is down, but not for ever', async () => {
    const { cache, clock } = start([[A], new Error('resolver down')])
    await lookupAll(cache)
    clock.nowMs = 60_000
    expect(await lookupAll(cache)).toEqual([A.address])
    expect(await lookupAll(cache)).toEqual([A.address])
    clock.nowMs = 121_000
    await expect(lookupAll(cache)).rejects.toThrow('resolver down')
  })

  test('that failed is asked for again at once', async () => {
    const { cache } = start([new Error('not yet'), [A]])
    await expect(lookupAll(cache)).rejects.toThrow('not yet')
    expect(await lookupAll(cache)).toEqual([A.address])
  })

  test('that is to be forgotten is asked for again', async () => {
    const { cache } = start([[A], [B]])
    await lookupAll(cache)
    cache.forget('provider.test')
    expect(await lookupAll(cache)).toEqual([B.address])
  })
})

test('several addresses take turns at being first, and the families keep their order', async () => {
  const { cache } = start([[A, B, C]])
  expect(await lookupAll(cache)).toEqual([A.address, B.address, C.address])
  expect(await lookupAll(cache)).toEqual([B.address, A.address, C.address])
  expect(await lookupAll(cache)).toEqual([A.address, B.address, C.address])
})

test('a caller that wants one address of one family gets it', async () => {
  const { cache } = start([[A, C]])
  const found = await new Promise((resolve) => {
    cache.lookup('provider.test', { family: 6 }, (error, address, family) => resolve([error, address, family]))
  })
  expect(found).toEqual([null, C.address, 6])
})

test('no address at all is an error like an unknown name', async () => {
  const { cache } = start([[]])
  const error = await new Promise((resolve) => {
    cache.lookup('provider.test', {}, resolve)
  })
  expect(error).toMatchObject({ code: 'ENOTFOUND' })
})

test('the system resolver knows localhost', async () => {
  const addresses = await lookupAll(createDnsCache(), 'localhost')
  expect(addresses.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true)
})
