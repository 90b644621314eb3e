import { describe, expect, test } from 'vitest'
import type { Limiter } from '../../src/limits/limiter.js'
import { admit, admitted, countAdmitted, keyWith } from './limited-keys.js'
import { createVirtualClock, type VirtualClock } from './virtual-clock.js'

/** What is true of every limiter. `open` gives one that counts nothing yet; the suite closes it. */
export function conform(name: string, open: (clock: VirtualClock) => Promise<Limiter>): void {
  async function withLimiter(
    work: (limiter: Limiter, clock: VirtualClock) => Promise<void>,
    date?: string,
  ): Promise<void> {
    const clock = createVirtualClock(date)
    const limiter = await open(clock)
    try {
      await work(limiter, clock)
    } finally {
      await limiter.close()
    }
  }

  describe(`the ${name} limiter`, () => {
    test('lets a key without limits do what it likes', () =>
      withLimiter(async (limiter) => {
        expect(await countAdmitted(limiter, keyWith({}), 200)).toBe(200)
        const visit = await admitted(limiter, keyWith({}))
        expect(await visit.reserve(1e9)).toBeUndefined()
        expect(visit.standing()).toEqual({ requests: null, tokens: null })
      }))

    test('admits so many requests, then one whenever one has drained', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ requestsPerMinute: 30 })
        expect(await countAdmitted(limiter, key, 50)).toBe(30)
        const refused = await limiter.admit(key)
        expect(refused).toMatchObject({ kind: 'refused', refusal: { reason: 'requests', limit: 30 } })
        if (refused.kind !== 'refused' || refused.refusal.reason !== 'requests') throw new Error('It was admitted.')
        expect(refused.refusal.waitMs).toBeCloseTo(2000)
        expect(refused.standing.requests).toMatchObject({ limit: 30, remaining: 0 })
        expect(refused.standing.requests?.resetMs).toBeCloseTo(60_000)
        clock.advance(1990)
        expect(await countAdmitted(limiter, key, 1)).toBe(0)
        clock.advance(10)
        expect(await countAdmitted(limiter, key, 5)).toBe(1)
        clock.advance(600_000)
        expect(await countAdmitted(limiter, key, 50)).toBe(30)
      }))

    test('keeps keys apart', () =>
      withLimiter(async (limiter) => {
        expect(await countAdmitted(limiter, keyWith({ requestsPerMinute: 3 }, 'a'), 5)).toBe(3)
        expect(await countAdmitted(limiter, keyWith({ requestsPerMinute: 4 }, 'b {x} :é'), 6)).toBe(4)
      }))

    test('reserves tokens, and gives back what was not used', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ tokensPerMinute: 6000 })
        const [one, two, three] = [
          await admitted(limiter, key),
          await admitted(limiter, key),
          await admitted(limiter, key),
        ]
        expect(await one.reserve(4000)).toBeUndefined()
        const refusal = await two.reserve(4000)
        expect(refusal).toMatchObject({ reason: 'tokens', limit: 6000 })
        expect(refusal && 'waitMs' in refusal && refusal.waitMs).toBeCloseTo(20_000)
        expect(await three.reserve(2000)).toBeUndefined()
        expect(three.standing().tokens).toMatchObject({ limit: 6000, remaining: 0 })
        two.settle({ tokens: 0, cost: 0n })
        one.settle({ tokens: 500, cost: 0n })
        three.settle({ tokens: 3000, cost: 0n })
        const four = await admitted(limiter, key)
        expect(await four.reserve(2501)).toMatchObject({ reason: 'tokens' })
        four.settle({ tokens: 0, cost: 0n })
        clock.advance(10)
        const five = await admitted(limiter, key)
        expect(await five.reserve(2501)).toBeUndefined()
      }))

    test('does not give back what has drained while the request was under way', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ tokensPerMinute: 600 })
        const long = await admitted(limiter, key)
        expect(await long.reserve(600)).toBeUndefined()
        clock.advance(120_000)
        const next = await admitted(limiter, key)
        expect(await next.reserve(600)).toBeUndefined()
        long.settle({ tokens: 100, cost: 0n })
        const third = await admitted(limiter, key)
        expect(await third.reserve(10)).toMatchObject({ reason: 'tokens' })
      }))

    test('lets one request use more than a minute’s tokens, and has it worked off', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ tokensPerMinute: 1000 })
        const large = await admitted(limiter, key)
        expect(await large.reserve(3000)).toBeUndefined()
        large.settle({ tokens: 2000, cost: 0n })
        clock.advance(60_000)
        const small = await admitted(limiter, key)
        expect(await small.reserve(10)).toMatchObject({ reason: 'tokens' })
        small.settle({ tokens: 0, cost: 0n })
        clock.advance(600)
        expect(await (await admitted(limiter, key)).reserve(10)).toBeUndefined()
      }))

    test('sets no more than a minute’s tokens aside, which drain in one if nobody gives them back', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ tokensPerMinute: 1000 })
        const lost = await admitted(limiter, key)
        expect(await lost.reserve(131_072)).toBeUndefined()
        expect(lost.standing().tokens).toMatchObject({ limit: 1000, remaining: 0 })
        expect(lost.standing().tokens?.resetMs).toBeCloseTo(60_000)
        clock.advance(59_000)
        const early = await admitted(limiter, key)
        expect(await early.reserve(2000)).toMatchObject({ reason: 'tokens', limit: 1000 })
        early.settle({ tokens: 0, cost: 0n })
        clock.advance(1000)
        expect(await (await admitted(limiter, key)).reserve(2000)).toBeUndefined()
      }))

    test('gives back of a larger request’s reservation no more than was set aside', () =>
      withLimiter(async (limiter) => {
        const key = keyWith({ tokensPerMinute: 1000 })
        const large = await admitted(limiter, key)
        expect(await large.reserve(5000)).toBeUndefined()
        large.settle({ tokens: 400, cost: 0n })
        const next = await admitted(limiter, key)
        expect(await next.reserve(601)).toMatchObject({ reason: 'tokens' })
        next.settle({ tokens: 0, cost: 0n })
        expect(await (await admitted(limiter, key)).reserve(600)).toBeUndefined()
      }))

    test('has no more requests under way than it may, and counts a refused one for nothing', () =>
      withLimiter(async (limiter) => {
        const key = keyWith({ maxConcurrent: 2, requestsPerMinute: 3 })
        const one = await admitted(limiter, key)
        const two = await admitted(limiter, key)
        for (let n = 0; n < 5; n++) expect(await admit(limiter, key)).toBe('concurrency')
        expect(limiter.usage(key).concurrent).toBe(2)
        one.settle({ tokens: 0, cost: 0n })
        one.settle({ tokens: 0, cost: 0n })
        const three = await admitted(limiter, key)
        expect(await admit(limiter, key)).toBe('concurrency')
        two.settle({ tokens: 0, cost: 0n })
        three.settle({ tokens: 0, cost: 0n })
        expect(await admit(limiter, key)).toBe('requests')
        expect(limiter.usage(key).concurrent).toBe(0)
      }))

    test('ends with the budget of a day until the next one, and of a month until that', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ budgetPerDay: 100n * MICRO, budgetPerMonth: 250n * MICRO, requestsPerMinute: 1000 })
        const spend = async (amount: bigint) => {
          const visit = await admitted(limiter, key)
          visit.settle({ tokens: 0, cost: amount })
          await until(() => limiter.usage(key).spend.ofDay > 0n)
        }
        await spend(99_999_999n)
        await spend(2n)
        const refused = await limiter.admit(key)
        expect(refused).toMatchObject({
          refusal: { reason: 'budget-day', limit: 100n * MICRO, renewsAtMs: Date.parse('2026-11-30T00:00:00Z') },
        })
        clock.setDate('2026-11-29T23:59:59.999Z')
        expect(await admit(limiter, key)).toBe('budget-day')
        clock.setDate('2026-11-30T00:00:00Z')
        await spend(150n * MICRO)
        expect(await limiter.admit(key)).toMatchObject({
          refusal: { reason: 'budget-month', renewsAtMs: Date.parse('2026-12-01T00:00:00Z') },
        })
        clock.setDate('2026-12-01T00:00:00Z')
        await spend(1n * MICRO)
        expect(await countAdmitted(limiter, key, 3)).toBe(3)
      }, '2026-11-29T12:00:00Z'))

    test('a budget of nothing allows nothing', () =>
      withLimiter(async (limiter) => {
        expect(await admit(limiter, keyWith({ budgetPerDay: 0n }))).toBe('budget-day')
      }))

    test('a refused request has used neither a place nor a request', () =>
      withLimiter(async (limiter, clock) => {
        const key = keyWith({ requestsPerMinute: 60, maxConcurrent: 50 })
        expect(await countAdmitted(limiter, key, 300)).toBe(60)
        clock.advance(1000)
        expect(await countAdmitted(limiter, key, 300)).toBe(1)
        expect(limiter.usage(key).concurrent).toBe(0)
      }))

    test('goes on with what was used when a key’s limits change', () =>
      withLimiter(async (limiter) => {
        expect(await countAdmitted(limiter, keyWith({ requestsPerMinute: 10 }), 20)).toBe(10)
        expect(await countAdmitted(limiter, keyWith({ requestsPerMinute: 15 }), 20)).toBe(5)
        expect(await countAdmitted(limiter, keyWith({ requestsPerMinute: 5 }), 20)).toBe(0)
      }))

    test('asked many times at once, admits as many as may be', () =>
      withLimiter(async (limiter) => {
        const key = keyWith({ requestsPerMinute: 40, maxConcurrent: 25 })
        const all = await Promise.all(Array.from({ length: 100 }, () => admit(limiter, key)))
        expect(all.filter((visit) => typeof visit !== 'string')).toHaveLength(25)
      }))
  })
}

const MICRO = 1_000_000n

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}
