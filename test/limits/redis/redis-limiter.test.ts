import { expect, test } from 'vitest'
import { startCluster } from '../../support/redis-cluster.js'
import { describeWithRedis, freePort, type RedisServer, startRedis, until } from '../../support/redis-server.js'
import { conform } from '../conform.js'
import { admit, admitted, countAdmitted, keyWith } from '../limited-keys.js'
import { createVirtualClock } from '../virtual-clock.js'
import { LEASE_MS, openLimiter } from './open-limiter.js'

const MICRO = 1_000_000n
const NOTHING = { tokens: 0, cost: 0n }
const HASH = 'llmrouter:limits:team'

const spentOf = async (server: RedisServer, period: 'd' | 'm') =>
  BigInt(String((await server.command('HGET', HASH, `${period}:spent`)) ?? 0)) * 1000n

describeWithRedis('on one Redis', () => {
  conform('redis', async (clock) => {
    const server = await startRedis()
    return openLimiter({ url: server.url }, clock)
  })

  async function twoGateways(limits = {}, { beatMs = 5000 } = {}) {
    const server = await startRedis()
    const clock = createVirtualClock()
    const open = () => openLimiter({ url: server.url }, clock, { beatMs })
    const [one, other] = [await open(), await open()]
    return { server, clock, one, other, key: keyWith(limits) }
  }

  test('two gateways share the requests of a minute', async () => {
    const { clock, key, one, other } = await twoGateways({ requestsPerMinute: 30 })
    let count = 0
    for (let n = 0; n < 40; n++) count += await countAdmitted(n % 2 === 0 ? one : other, key, 1)
    expect(count).toBe(30)
    const refused = await other.admit(key)
    if (refused.kind !== 'refused' || refused.refusal.reason !== 'requests') throw new Error('It was not refused.')
    expect(refused.refusal.waitMs).toBeCloseTo(2000, 0)
    expect(refused.standing.requests).toMatchObject({ limit: 30, remaining: 0 })
    clock.advance(2000)
    expect(await countAdmitted(other, key, 3)).toBe(1)
    expect(await countAdmitted(one, key, 3)).toBe(0)
  })

  test('asked at once, they admit no more than one alone would', async () => {
    const { key, one, other } = await twoGateways({ requestsPerMinute: 50 })
    const all = await Promise.all(Array.from({ length: 120 }, (_, n) => admit(n % 2 === 0 ? one : other, key)))
    expect(all.filter((visit) => typeof visit !== 'string')).toHaveLength(50)
  })

  test('they share tokens, and what one gives back the other may have', async () => {
    const { key, one, other } = await twoGateways({ tokensPerMinute: 1000 })
    const [first, second] = [await admitted(one, key), await admitted(other, key)]
    expect(await first.reserve(800)).toBeUndefined()
    expect(await second.reserve(300)).toMatchObject({ reason: 'tokens', limit: 1000 })
    second.settle(NOTHING)
    first.settle({ tokens: 100, cost: 0n })
    await until(async () => {
      const visit = await admitted(other, key)
      const refusal = await visit.reserve(900)
      visit.settle({ tokens: refusal === undefined ? 900 : 0, cost: 0n })
      return refusal === undefined
    })
    expect(await (await admitted(one, key)).reserve(1)).toMatchObject({ reason: 'tokens' })
  })

  test('they share the places of a key, and those of a gateway that died come free', async () => {
    const { clock, key, one, other } = await twoGateways({ maxConcurrent: 3 })
    await admitted(one, key)
    await admitted(one, key)
    const mine = await admitted(other, key)
    expect(await admit(other, key)).toBe('concurrency')
    mine.settle(NOTHING)
    await until(async () => (await one.admit(key)).kind === 'admitted')
    expect(await admit(other, key)).toBe('concurrency')
    await one.abandon()
    clock.advance(LEASE_MS - 1)
    expect(await admit(other, key)).toBe('concurrency')
    clock.advance(1)
    for (let n = 0; n < 3; n++) await admitted(other, key)
    expect(await admit(other, key)).toBe('concurrency')
  })

  test('a gateway whose requests take long keeps their places', async () => {
    const { clock, key, one, other, server } = await twoGateways({ maxConcurrent: 1 }, { beatMs: 200 })
    await admitted(one, key)
    const leases = async () => String(await server.command('HGETALL', HASH))
    for (let n = 0; n < 3; n++) {
      const before = await leases()
      clock.advance(LEASE_MS / 2)
      await until(async () => (await leases()) !== before)
      expect(await admit(other, key)).toBe('concurrency')
    }
  })

  test('they share budgets, exactly, and forget none of it within a month', async () => {
    const { clock, key, one, other, server } = await twoGateways({ budgetPerDay: 1000n * MICRO })
    for (let n = 0; n < 10; n++) {
      for (const limiter of [one, other]) (await admitted(limiter, key)).settle({ tokens: 1, cost: 49n * MICRO + 1n })
    }
    await until(async () => (await spentOf(server, 'd')) === 980n * MICRO)
    ;(await admitted(one, key)).settle({ tokens: 1, cost: 20n * MICRO })
    await until(async () => (await admit(other, key)) === 'budget-day')
    expect(await admit(one, key)).toBe('budget-day')
    expect(other.usage(key).spend.ofDay).toBe(1000n * MICRO)
    clock.setDate('2026-11-24T00:00:00Z')
    ;(await admitted(other, key)).settle({ tokens: 1, cost: 5n * MICRO })
    await until(async () => (await spentOf(server, 'm')) === 1005n * MICRO)
    expect(await spentOf(server, 'd')).toBe(5n * MICRO)
    const days = Number(await server.command('PTTL', HASH)) / 86_400_000
    expect(days).toBeGreaterThan(31)
    expect(days).toBeLessThanOrEqual(40)
  })

  test('without a clock of the test, that of the server counts', async () => {
    const server = await startRedis()
    // Two gateways whose own clocks are a day apart.
    const [one, other] = [
      await openLimiter({ url: server.url }, createVirtualClock('2026-11-23T12:00:00Z'), { serverClock: true }),
      await openLimiter({ url: server.url }, createVirtualClock('2026-11-22T12:00:00Z'), { serverClock: true }),
    ]
    const key = keyWith({ requestsPerMinute: 2 })
    expect(await countAdmitted(one, key, 1)).toBe(1)
    expect(await countAdmitted(other, key, 1)).toBe(1)
    // One drains in half a minute, which this test does not take.
    expect(await countAdmitted(one, key, 1)).toBe(0)
    expect(await countAdmitted(other, key, 1)).toBe(0)
  })
})

describeWithRedis('when the Redis they share', () => {
  test('is not there, requests flow, each gateway limits by itself, and later both together', async () => {
    const port = await freePort()
    const clock = createVirtualClock()
    const url = `redis://127.0.0.1:${port}`
    const [one, other] = [await openLimiter({ url }, clock), await openLimiter({ url }, clock)]
    const key = keyWith({ requestsPerMinute: 20 })
    expect(await countAdmitted(one, key, 30)).toBe(20)
    expect(await countAdmitted(other, key, 30)).toBe(20)
    expect(one.isShared()).toBe(false)
    await startRedis({ port })
    clock.advance(60_000)
    await until(async () => {
      await countAdmitted(one, key, 1)
      await countAdmitted(other, key, 1)
      clock.advance(60_000)
      return one.isShared() && other.isShared()
    })
    let count = 0
    for (let n = 0; n < 30; n++) count += (await countAdmitted(one, key, 1)) + (await countAdmitted(other, key, 1))
    expect(count).toBe(20)
  })

  test('hangs, nobody waits longer than its time limit, and what was spent meanwhile is told once', async () => {
    const server = await startRedis()
    const clock = createVirtualClock()
    const limiter = await openLimiter({ url: server.url, commandTimeoutMs: 300 }, clock)
    const key = keyWith({ requestsPerMinute: 10_000, budgetPerMonth: 1_000_000n * MICRO })
    ;(await admitted(limiter, key)).settle({ tokens: 5, cost: MICRO })
    await until(async () => (await spentOf(server, 'm')) === MICRO)
    server.pause()
    for (let n = 0; n < 500; n++) (await admitted(limiter, key)).settle({ tokens: 5, cost: MICRO })
    expect(limiter.isShared()).toBe(false)
    expect(limiter.usage(key).spend.ofMonth).toBe(501n * MICRO)
    server.resume()
    await until(async () => (await spentOf(server, 'm')) === 501n * MICRO)
    for (let n = 0; n < 20; n++) (await admitted(limiter, key)).settle({ tokens: 5, cost: MICRO })
    await until(async () => (await spentOf(server, 'm')) === 521n * MICRO)
    // Whatever came late, or twice, has come by now.
    await limiter.close()
    expect(await spentOf(server, 'm')).toBe(521n * MICRO)
  })

  test('loses what it knew, budgets hold all the same', async () => {
    const server = await startRedis()
    const clock = createVirtualClock()
    const [one, other] = [await openLimiter({ url: server.url }, clock), await openLimiter({ url: server.url }, clock)]
    const key = keyWith({ budgetPerDay: 100n * MICRO })
    ;(await admitted(one, key)).settle({ tokens: 1, cost: 90n * MICRO })
    await until(async () => one.usage(key).spend.ofDay === 90n * MICRO && (await spentOf(server, 'd')) > 0n)
    await admitted(one, key)
    await server.command('FLUSHALL')
    ;(await admitted(one, key)).settle({ tokens: 1, cost: 9n * MICRO })
    await until(async () => (await spentOf(server, 'd')) === 99n * MICRO)
    ;(await admitted(other, key)).settle({ tokens: 1, cost: 1n * MICRO })
    await until(async () => (await admit(one, key)) === 'budget-day')
  })

  test('is killed and restarted, scripts and all, they go on', async () => {
    const server = await startRedis()
    const clock = createVirtualClock()
    const limiter = await openLimiter({ url: server.url }, clock)
    const key = keyWith({ requestsPerMinute: 100, tokensPerMinute: 1000 })
    const visit = await admitted(limiter, key)
    await visit.reserve(10)
    await server.kill()
    visit.settle({ tokens: 10, cost: MICRO })
    const alone = await admitted(limiter, key)
    expect(await alone.reserve(10)).toBeUndefined()
    alone.settle({ tokens: 10, cost: MICRO })
    await server.start()
    await until(async () => (await spentOf(server, 'm')) === 2n * MICRO)
    const later = await admitted(limiter, key)
    expect(await later.reserve(981)).toMatchObject({ reason: 'tokens' })
    expect(limiter.isShared()).toBe(true)
  })
})

describeWithRedis('on a cluster of three', () => {
  test('every key is counted where its slot is, and for all gateways', async () => {
    const { members, servers } = await startCluster()
    const clock = createVirtualClock()
    const one = await openLimiter({ cluster: members }, clock)
    const other = await openLimiter({ cluster: members.slice(2) }, clock)
    for (let n = 0; n < 30; n++) {
      const key = keyWith({ requestsPerMinute: 3, tokensPerMinute: 100, maxConcurrent: 2 }, `team-${n}`)
      const visit = await admitted(one, key)
      expect(await visit.reserve(60)).toBeUndefined()
      const second = await admitted(other, key)
      expect(await second.reserve(60)).toMatchObject({ reason: 'tokens' })
      expect(await admit(other, key)).toBe('concurrency')
      visit.settle({ tokens: 60, cost: 1n })
      second.settle(NOTHING)
    }
    expect([one.isShared(), other.isShared()]).toEqual([true, true])
    for (const server of servers) expect(await server.command('DBSIZE')).toBeGreaterThan(2)
  })
})
