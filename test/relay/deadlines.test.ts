import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDeadlines } from '../../src/relay/deadlines.js'

describe('deadlines', () => {
  const clock = { now: () => Date.now(), epochMs: () => Date.now() }
  let expired: string[]
  const create = () => createDeadlines<'idle' | 'total'>(clock, (kind) => expired.push(kind))

  beforeEach(() => {
    vi.useFakeTimers()
    expired = []
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('expire when due, each once', () => {
    const deadlines = create()
    deadlines.set('total', 100, clock.now())
    deadlines.set('idle', 40, clock.now())
    vi.advanceTimersByTime(39)
    expect(expired).toEqual([])
    vi.advanceTimersByTime(2)
    expect(expired).toEqual(['idle'])
    vi.advanceTimersByTime(100)
    expect(expired).toEqual(['idle', 'total'])
  })
  test('can be moved later at any time', () => {
    const deadlines = create()
    for (let i = 0; i < 10; i += 1) {
      deadlines.set('idle', 40, clock.now())
      vi.advanceTimersByTime(30)
    }
    expect(expired).toEqual([])
    vi.advanceTimersByTime(11)
    expect(expired).toEqual(['idle'])
  })
  test('can be moved earlier', () => {
    const deadlines = create()
    deadlines.set('idle', 1000, clock.now())
    deadlines.set('idle', 10, clock.now())
    vi.advanceTimersByTime(11)
    expect(expired).toEqual(['idle'])
  })
  test('can be cleared, and leave no timer behind', () => {
    const deadlines = create()
    deadlines.set('idle', 10, clock.now())
    deadlines.set('total', 20, clock.now())
    deadlines.clear('idle')
    vi.advanceTimersByTime(21)
    expect(expired).toEqual(['total'])
    deadlines.set('idle', 10, clock.now())
    deadlines.clearAll()
    expect(vi.getTimerCount()).toBe(0)
  })
})
