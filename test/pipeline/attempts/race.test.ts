import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { GatewayError } from '../../../src/core/errors.js'
import type { AttemptOutcome } from '../../../src/pipeline/attempts/place.js'
import { type Runner, race } from '../../../src/pipeline/attempts/race.js'

type Outcome = AttemptOutcome<string>

const FAILED = (message: string): Outcome => ({ kind: 'failed', error: new GatewayError('upstream_error', message) })
const COMPLETE = (answer: string): Outcome => ({ kind: 'complete', answer })

/** An attempt whose steps the test makes. */
function attempt() {
  let end: (outcome: Outcome) => void = () => {}
  let ask: () => boolean = () => false
  const state = { started: false, cancelled: false }
  const runner: Runner<string> = {
    start(begin) {
      state.started = true
      ask = begin
      return {
        outcome: new Promise((resolve) => {
          end = resolve
        }),
        cancel() {
          state.cancelled = true
          end({ kind: 'client-gone' })
        },
      }
    },
  }
  return { runner, state, begin: () => ask(), end: (outcome: Outcome) => end(outcome) }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

function raceOf() {
  const first = attempt()
  const second = attempt()
  return { first, second, outcome: race(first.runner, 100, () => second.runner) }
}

describe('two attempts at one answer', () => {
  test('are one when the first begins in time, however long it takes then', async () => {
    const { first, outcome, second } = raceOf()
    await vi.advanceTimersByTimeAsync(99)
    expect(first.begin()).toBe(true)
    await vi.advanceTimersByTimeAsync(60_000)
    first.end(COMPLETE('first'))
    expect(await outcome).toEqual(COMPLETE('first'))
    expect(second.state.started).toBe(false)
  })

  test('are one when the first fails in time', async () => {
    const { first, outcome, second } = raceOf()
    first.end(FAILED('first'))
    expect(await outcome).toEqual(FAILED('first'))
    expect(second.state.started).toBe(false)
  })

  test('are won by the second, and the first is cancelled and may not begin', async () => {
    const { first, outcome, second } = raceOf()
    await vi.advanceTimersByTimeAsync(100)
    expect(second.state.started).toBe(true)
    expect([second.begin(), first.state.cancelled, first.begin()]).toEqual([true, true, false])
    second.end(COMPLETE('second'))
    expect(await outcome).toEqual(COMPLETE('second'))
  })

  test('are won by the first if it begins after all', async () => {
    const { first, outcome, second } = raceOf()
    await vi.advanceTimersByTimeAsync(100)
    expect([first.begin(), second.state.cancelled, second.begin()]).toEqual([true, true, false])
    first.end(COMPLETE('first'))
    expect(await outcome).toEqual(COMPLETE('first'))
  })

  test.each([
    ['first', 'second'],
    ['second', 'first'],
  ] as const)('go on when the %s fails', async (loser, winner) => {
    const { outcome, ...runs } = raceOf()
    await vi.advanceTimersByTimeAsync(100)
    runs[loser].end(FAILED(loser))
    await vi.advanceTimersByTimeAsync(1000)
    expect(runs[winner].begin()).toBe(true)
    runs[winner].end(COMPLETE(winner))
    expect(await outcome).toEqual(COMPLETE(winner))
  })

  test('fail with what the first said when both fail', async () => {
    const { first, outcome, second } = raceOf()
    await vi.advanceTimersByTimeAsync(100)
    second.end(FAILED('second'))
    first.end(FAILED('first'))
    expect(await outcome).toEqual(FAILED('first'))
  })

  test('are one when there may be no second', async () => {
    const first = attempt()
    const outcome = race(first.runner, 100, () => undefined)
    await vi.advanceTimersByTimeAsync(5000)
    first.begin()
    first.end(COMPLETE('first'))
    expect(await outcome).toEqual(COMPLETE('first'))
  })
})
