import { expect } from 'vitest'
import type { StreamEvent } from '../../src/core/stream-event.js'

/** What every decoder promises of a whole answer's events, whatever the provider sent. */
export function expectEventOrder(events: readonly StreamEvent[]): void {
  expect(events.filter(({ type }) => type === 'start')).toHaveLength(1)
  expect(events[0]?.type).toBe('start')
  const choices = new Set(events.flatMap((event) => ('choice' in event ? [event.choice] : [])))
  expect(choices.size).toBeGreaterThan(0)
  for (const choice of choices) {
    expectChoiceOrder(events.filter((event) => 'choice' in event && event.choice === choice))
  }
}

function expectChoiceOrder(events: readonly StreamEvent[]): void {
  expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
  expect(events.at(-1)?.type).toBe('finish')
  let calls = 0
  let open: { index: number; text: string } | undefined
  let thinking = false
  for (const event of events) {
    if (open !== undefined) expect(['tool-delta', 'tool-end']).toContain(event.type)
    if (thinking) expect(['reasoning-delta', 'reasoning-end']).toContain(event.type)
    switch (event.type) {
      case 'tool-start':
        expect(event.index).toBe(calls)
        expect(event.id).not.toBe('')
        open = { index: event.index, text: '' }
        calls += 1
        break
      case 'tool-delta':
        expect(event.index).toBe(open?.index)
        if (open !== undefined) open.text += event.arguments
        break
      case 'tool-end':
        expect(event.index).toBe(open?.index)
        expect(() => JSON.parse(open?.text ?? '')).not.toThrow()
        open = undefined
        break
      case 'reasoning-delta':
        thinking = true
        break
      case 'reasoning-end':
        thinking = false
        break
      default:
    }
  }
  expect(open).toBeUndefined()
  expect(thinking).toBe(false)
}
