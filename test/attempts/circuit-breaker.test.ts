import { describe, expect, test } from 'vitest'
import { type CircuitBreaker, createCircuitBreaker } from '../../src/attempts/circuit-breaker.js'

const RULES = { windowMs: 10_000, minRequests: 4, failureRatio: 0.5, openMs: 5000 }

/** Calls that end at once: `.` well, `x` badly. @returns how many were let through */
function play(breaker: CircuitBreaker, calls: string, nowMs: number): number {
  let admitted = 0
  for (const call of calls) {
    const permit = breaker.enter(RULES, nowMs)
    if (permit === undefined) continue
    admitted += 1
    if (call === 'x') permit.fail(nowMs)
    else permit.succeed(nowMs)
  }
  return admitted
}

describe('a circuit breaker', () => {
  test('opens when enough calls were made and enough of them failed', () => {
    const few = createCircuitBreaker()
    play(few, 'xxx', 0)
    expect(few.state(0)).toBe('closed')
    play(few, 'x', 0)
    expect(few.state(0)).toBe('open')

    const mostlyWell = createCircuitBreaker()
    play(mostlyWell, '...x.x.x', 0)
    expect(mostlyWell.state(0)).toBe('closed')
    play(mostlyWell, 'xx', 0)
    expect(mostlyWell.state(0)).toBe('open')
  })

  test('lets nobody through while it is open, and says for how long', () => {
    const breaker = createCircuitBreaker()
    play(breaker, 'xxxx', 1000)
    expect(play(breaker, '....', 5999)).toBe(0)
    expect([breaker.admits(5999), breaker.openForMs(4000)]).toEqual([false, 2000])
    expect([breaker.admits(6000), breaker.state(6000)]).toEqual([true, 'half-open'])
  })

  test('tries one call at a time then; a good one closes it', () => {
    const breaker = createCircuitBreaker()
    play(breaker, 'xxxx', 0)
    const trial = breaker.enter(RULES, 5000)
    expect(trial).toBeDefined()
    expect([breaker.admits(5000), breaker.enter(RULES, 5000)]).toEqual([false, undefined])
    trial?.succeed(5100)
    expect(breaker.state(5100)).toBe('closed')
    // What failed before does not count any more.
    play(breaker, 'xxx', 5200)
    expect(breaker.state(5200)).toBe('closed')
  })

  test('a trial that fails opens it again', () => {
    const breaker = createCircuitBreaker()
    play(breaker, 'xxxx', 0)
    breaker.enter(RULES, 5000)?.fail(5500)
    expect([breaker.state(5500), breaker.openForMs(5500)]).toEqual(['open', 5000])
  })

  test('a trial that answers is over, however long its stream is', () => {
    const breaker = createCircuitBreaker()
    play(breaker, 'xxxx', 0)
    breaker.enter(RULES, 5000)?.answering()
    expect(breaker.state(5001)).toBe('closed')
  })

  test('a trial whose client has gone leaves its place to the next', () => {
    const breaker = createCircuitBreaker()
    play(breaker, 'xxxx', 0)
    breaker.enter(RULES, 5000)?.release()
    expect(breaker.state(5001)).toBe('half-open')
    expect(play(breaker, '.', 5001)).toBe(1)
    expect(breaker.state(5001)).toBe('closed')
  })

  test('failures that are old are forgotten', () => {
    const breaker = createCircuitBreaker()
    play(breaker, 'xxx', 0)
    play(breaker, 'x', 11_000)
    expect(breaker.state(11_000)).toBe('closed')
  })

  test('calls that began before it opened do not count after it closed', () => {
    const breaker = createCircuitBreaker()
    const late = [0, 1, 2, 3].map(() => breaker.enter(RULES, 0))
    play(breaker, 'xxxx', 0)
    play(breaker, '.', 5000)
    for (const permit of late) permit?.fail(5001)
    expect(breaker.state(5001)).toBe('closed')
  })

  test('only the first word of a call counts, and none of one that was given up', () => {
    const breaker = createCircuitBreaker()
    for (let call = 0; call < 10; call += 1) {
      const permit = breaker.enter(RULES, 0)
      permit?.release()
      permit?.fail(0)
    }
    expect(breaker.state(0)).toBe('closed')
  })
})
