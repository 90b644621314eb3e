import { describe, expect, test } from 'vitest'
import {
  dayOf,
  hourOf,
  oldestPeriods,
  periodsBetween,
  periodsOfHour,
} from '../../../../src/core/money/ledger/periods.js'

const at = (text: string): number => Date.parse(`${text}Z`)
const NOW = at('2026-11-28T15:30:00')

test('a moment belongs to an hour, and an hour to a day, in UTC', () => {
  expect(hourOf(NOW)).toBe('h2026-11-28T15')
  expect(dayOf(NOW)).toBe('d2026-11-28')
  expect(periodsOfHour('h2026-11-28T15')).toEqual(['h2026-11-28T15', 'd2026-11-28'])
})

describe('the periods of a time', () => {
  const range = (since: string, until: string, now = NOW) => {
    const { periods, sinceMs, untilMs } = periodsBetween(at(since), at(until), now)
    return { periods, since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() }
  }

  test('are its days where it has whole ones, and hours at its ends', () => {
    expect(range('2026-11-25T22:00:00', '2026-11-28T02:00:00')).toEqual({
      periods: ['h2026-11-25T22', 'h2026-11-25T23', 'd2026-11-26', 'd2026-11-27', 'h2026-11-28T00', 'h2026-11-28T01'],
      since: '2026-11-25T22:00:00.000Z',
      until: '2026-11-28T02:00:00.000Z',
    })
  })
  test('cover hours that were begun', () => {
    expect(range('2026-11-28T10:59:00', '2026-11-28T11:01:00')).toEqual({
      periods: ['h2026-11-28T10', 'h2026-11-28T11'],
      since: '2026-11-28T10:00:00.000Z',
      until: '2026-11-28T12:00:00.000Z',
    })
  })
  test('end now, and today is a whole day when it is asked for from its beginning', () => {
    expect(range('2026-11-27T00:00:00', '2030-01-01T00:00:00')).toMatchObject({
      periods: ['d2026-11-27', 'd2026-11-28'],
      since: '2026-11-27T00:00:00.000Z',
      until: '2026-11-28T16:00:00.000Z',
    })
  })
  test('are whole days where the hours are forgotten', () => {
    expect(range('2026-09-01T10:00:00', '2026-09-01T12:00:00')).toEqual({
      periods: ['d2026-09-01'],
      since: '2026-09-01T00:00:00.000Z',
      until: '2026-09-02T00:00:00.000Z',
    })
  })
  test('begin with the oldest day there is', () => {
    const { periods } = range('1970-01-01T00:00:00', '2026-11-28T00:00:00')
    expect(periods.length).toBeLessThanOrEqual(401)
    expect(periods[0]).toBe(oldestPeriods(NOW).day)
  })
  test.each([
    ['2026-11-28T12:00:00', '2026-11-28T12:00:00'],
    ['2026-11-28T12:00:00', '2026-11-20T12:00:00'],
  ])('from %s to %s are none', (since, until) => {
    expect(range(since, until).periods).toEqual([])
  })
  test('never overlap', () => {
    for (const since of ['2026-10-20T05:00:00', '2026-10-24T16:00:00', '2026-11-01T00:00:00']) {
      const { periods } = range(since, '2026-11-28T15:00:00')
      const days = new Set(periods.filter((period) => period.startsWith('d')).map((period) => period.slice(1)))
      expect(periods.some((period) => period.startsWith('h') && days.has(period.slice(1, 11)))).toBe(false)
      expect(new Set(periods).size).toBe(periods.length)
    }
  })
})
