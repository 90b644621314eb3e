import { expect, test } from 'vitest'
import { parseMoment } from '../../src/core/parse-moment.js'

const now = Date.parse('2026-11-28T15:30:00Z')
const read = (text: string): string | undefined => {
  const ms = parseMoment(text, now)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T10:30', '2026-11-01T10:30:00.000Z'],
  ['2026-11-01T10:30:15Z', '2026-11-01T10:30:15.000Z'],
  ['2026-11-01T10:30+02:00', '2026-11-01T08:30:00.000Z'],
  ['90m', '2026-11-28T14:00:00.000Z'],
  ['24h', '2026-11-27T15:30:00.000Z'],
  ['7d', '2026-11-21T15:30:00.000Z'],
  ['2w', '2026-11-14T15:30:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(read(text)).toBe(iso)
})

test.each(['', 'yesterday', '2026-13-01', '2026-11-31x', '7', 'd', '-7d', '1.5h', '9999999d'])(
  '%j is no moment',
  (text) => {
    expect(read(text)).toBeUndefined()
  },
)
