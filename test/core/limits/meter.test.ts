import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  correct,
  differenceOf,
  type Meter,
  standingOf,
  type Taken,
  takeFrom,
  usedOf,
} from '../../../src/core/limits/meter.js'

const newMeter = (): Meter => ({ used: 0, atMs: 0 })

describe('a meter', () => {
  test('gives its whole limit at once, then one by one as it drains', () => {
    const meter = newMeter()
    for (let n = 0; n < 60; n++) expect(takeFrom(meter, 1, 60, 500)).toBeUndefined()
    expect(takeFrom(meter, 1, 60, 500)).toBeCloseTo(1000)
    expect(takeFrom(meter, 1, 60, 1499)).toBeCloseTo(1)
    expect(takeFrom(meter, 1, 60, 1500)).toBeUndefined()
    expect(takeFrom(meter, 1, 60, 1500)).toBeCloseTo(1000)
  })

  test('lets more than its limit pass when nothing else is used, and works it off', () => {
    const meter = newMeter()
    expect(takeFrom(meter, 250, 100, 0)).toBeUndefined()
    expect(takeFrom(meter, 1, 100, 0)).toBeCloseTo(90_600)
    expect(takeFrom(meter, 250, 100, 0)).toBeCloseTo(150_000)
    expect(takeFrom(meter, 250, 100, 150_000)).toBeUndefined()
  })

  test('is corrected, and never below nothing', () => {
    const meter = newMeter()
    takeFrom(meter, 80, 100, 0)
    correct(meter, -50, 100, 0)
    expect(usedOf(meter, 100, 0)).toBe(30)
    correct(meter, -50, 100, 0)
    expect(usedOf(meter, 100, 0)).toBe(0)
    correct(meter, 120, 100, 0)
    expect(standingOf(usedOf(meter, 100, 0), 100)).toEqual({ limit: 100, remaining: 0, resetMs: 72_000 })
  })

  test('gets back what was not used, unless it has drained', () => {
    const taken = { amount: 80, atMs: 0 }
    expect(differenceOf(taken, 10, 100, 0)).toBe(-70)
    expect(differenceOf(taken, 10, 100, 30_000)).toBe(-30)
    expect(differenceOf(taken, 70, 100, 30_000)).toBe(-10)
    expect(differenceOf(taken, 10, 100, 48_000)).toBe(0)
    expect(differenceOf(taken, 10, 100, 600_000)).toBe(0)
    expect(differenceOf(taken, 90, 100, 600_000)).toBe(10)
  })

  test('goes on with what was used when its limit is another one', () => {
    const meter = newMeter()
    takeFrom(meter, 60, 60, 0)
    expect(takeFrom(meter, 1, 10, 0)).toBeCloseTo(306_000)
    expect(takeFrom(meter, 40, 100, 0)).toBeUndefined()
    expect(takeFrom(meter, 1, 100, 0)).toBeCloseTo(600)
  })

  test('does not drain backwards when its clock is set back', () => {
    const meter = newMeter()
    takeFrom(meter, 10, 10, 100_000)
    expect(takeFrom(meter, 1, 10, 5)).toBeCloseTo(6000)
  })
})

/** Takes and corrections at random times. What is taken and not given back later is what was really used. */
const step = fc.record({
  pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 }), fc.double({ min: 0, max: 50, noNaN: true })),
  amount: fc.integer({ min: 1, max: 300 }),
  usedShare: fc.double({ min: 0, max: 1, noNaN: true }),
  settleAfter: fc.integer({ min: 0, max: 5 }),
})

describe('whatever is taken, and whenever', () => {
  test('no stretch of time has more than the limit and what drains in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(step, { maxLength: 60 }), (limit, steps) => {
        const meter = newMeter()
        const taken: { atMs: number; used: number }[] = []
        const open: { settledAt: number; taken: Taken; used: number }[] = []
        let nowMs = 0
        steps.forEach(({ amount: wanted, pauseMs, settleAfter, usedShare }, n) => {
          nowMs += pauseMs
          for (const { settledAt, taken, used } of open) {
            if (settledAt === n) correct(meter, differenceOf(taken, used, limit, nowMs), limit, nowMs)
          }
          const amount = Math.min(wanted, limit)
          if (takeFrom(meter, amount, limit, nowMs) !== undefined) return
          taken.push({ atMs: nowMs, used: amount * usedShare })
          open.push({ settledAt: n + 1 + settleAfter, taken: { amount, atMs: nowMs }, used: amount * usedShare })
        })
        for (let from = 0; from < taken.length; from++) {
          let sum = 0
          for (let to = from; to < taken.length; to++) {
            sum += taken[to]?.used ?? 0
            const spanMs = (taken[to]?.atMs ?? 0) - (taken[from]?.atMs ?? 0)
            expect(sum).toBeLessThanOrEqual(limit + (spanMs * limit) / 60_000 + 1e-6)
          }
        }
      }),
    )
  })

  test('who waits as long as told gets it, and not a moment before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 20 }),
        (limit, amounts) => {
          const meter = newMeter()
          let nowMs = 1000
          for (const amount of amounts) {
            const waitMs = takeFrom(meter, amount, limit, nowMs)
            if (waitMs === undefined) continue
            if (waitMs > 1) expect(takeFrom({ ...meter }, amount, limit, nowMs + waitMs - 1)).toBeDefined()
            nowMs += waitMs
            expect(takeFrom(meter, amount, limit, nowMs)).toBeUndefined()
          }
        },
      ),
    )
  })
})
