import { describe, expect, test } from 'vitest'
import {
  addEarlier,
  addSpend,
  calendarAt,
  dayBegins,
  monthBegins,
  noSpend,
  raiseSpend,
} from '../../../src/core/limits/spend.js'

const at = (text: string) => calendarAt(Date.parse(text))

describe('spending', () => {
  test('of a day ends with it, of a month with that, in UTC', () => {
    const spend = noSpend(at('2026-11-29T10:00:00Z'))
    addSpend(spend, at('2026-11-29T23:59:59.999Z'), 5n)
    expect(spend).toMatchObject({ ofDay: 5n, ofMonth: 5n })
    addSpend(spend, at('2026-11-30T00:00:00Z'), 7n)
    expect(spend).toMatchObject({ ofDay: 7n, ofMonth: 12n })
    addSpend(spend, at('2026-11-30T20:00:00-08:00'), 1n)
    expect(spend).toMatchObject({ ofDay: 1n, ofMonth: 1n })
    addSpend(spend, at('2027-01-01T00:00:00Z'), 0n)
    expect(spend).toMatchObject({ ofDay: 0n, ofMonth: 0n })
  })

  test('does not begin anew when the clock is set back', () => {
    const spend = noSpend(at('2026-12-01T00:00:01Z'))
    addSpend(spend, at('2026-12-01T00:00:01Z'), 5n)
    addSpend(spend, at('2026-11-30T23:59:59Z'), 2n)
    addSpend(spend, at('2026-12-01T00:00:02Z'), 1n)
    expect(spend).toMatchObject({ ofDay: 6n, ofMonth: 6n })
  })

  test('is at least what others know, and more by what was spent before', () => {
    const today = at('2026-11-20T00:00:00Z')
    const spend = { ...today, ofDay: 5n, ofMonth: 5n }
    raiseSpend(spend, { ...today, ofDay: 3n, ofMonth: 9n })
    expect(spend).toMatchObject({ ofDay: 5n, ofMonth: 9n })
    raiseSpend(spend, { ...at('2026-10-31T00:00:00Z'), ofDay: 99n, ofMonth: 99n })
    addEarlier(spend, { ...at('2026-11-19T00:00:00Z'), ofDay: 99n, ofMonth: 20n })
    expect(spend).toMatchObject({ ofDay: 5n, ofMonth: 29n })
    addEarlier(spend, { ...today, ofDay: 1n, ofMonth: 1n })
    expect(spend).toMatchObject({ ofDay: 6n, ofMonth: 30n })
  })

  test('days and months begin where they do', () => {
    const { day, month } = at('2028-02-29T12:00:00Z')
    expect(new Date(dayBegins({ day: day + 1 })).toISOString()).toBe('2028-03-01T00:00:00.000Z')
    expect(new Date(monthBegins({ month })).toISOString()).toBe('2028-02-01T00:00:00.000Z')
    expect(new Date(monthBegins({ month: month + 11 })).toISOString()).toBe('2029-01-01T00:00:00.000Z')
  })
})
