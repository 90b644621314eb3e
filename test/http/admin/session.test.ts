import { describe, expect, test } from 'vitest'
import { createSessions } from '../../../src/http/admin/session.js'

const HOUR_MS = 3_600_000
const pairOf = (setCookie: string): string => setCookie.split(';')[0] ?? ''

describe('a session', () => {
  test('is opened by a random cookie, for scripts and other sites out of reach', () => {
    const sessions = createSessions({ secure: false })
    const [one, two] = [sessions.open('hash', 0), sessions.open('hash', 0)]
    expect(one).toMatch(/^llmrouter_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    expect(one).not.toBe(two)
    for (const cookie of [one, two]) expect(sessions.isOpen(pairOf(cookie), 'hash', 1)).toBe(true)
  })
  test('never leaves HTTPS', () => {
    const sessions = createSessions({ secure: true })
    const cookie = sessions.open('hash', 0)
    expect([cookie, sessions.close(cookie)]).toEqual([
      expect.stringMatching(/; Secure$/),
      expect.stringMatching(/; Secure$/),
    ])
  })
  test('ends after twelve hours', () => {
    const sessions = createSessions({ secure: false })
    const cookie = pairOf(sessions.open('hash', 0))
    expect([12 * HOUR_MS - 1, 12 * HOUR_MS].map((at) => sessions.isOpen(cookie, 'hash', at))).toEqual([true, false])
  })
  test('ends with the key that opened it', () => {
    const sessions = createSessions({ secure: false })
    const cookie = pairOf(sessions.open('hash', 0))
    expect(sessions.isOpen(cookie, 'another hash', 1)).toBe(false)
  })
  test('is ended by whoever has its cookie, and the browser forgets it', () => {
    const sessions = createSessions({ secure: false })
    const [mine, another] = [pairOf(sessions.open('hash', 0)), pairOf(sessions.open('hash', 0))]
    expect(sessions.close(`a=b; ${mine}`)).toMatch(/^llmrouter_session=; Path=\/; Max-Age=0; /)
    expect([mine, another].map((cookie) => sessions.isOpen(cookie, 'hash', 1))).toEqual([false, true])
  })
  test('is found among cookies of other services, even of the same name', () => {
    const sessions = createSessions({ secure: false })
    const cookie = pairOf(sessions.open('hash', 0))
    const others = `llmrouter_session=${'x'.repeat(43)}; theirs=1`
    expect([`${others}; ${cookie}`, others, undefined].map((header) => sessions.isOpen(header, 'hash', 1))).toEqual([
      true,
      false,
      false,
    ])
  })
})

test('of more than a thousand sessions the oldest ends', () => {
  const sessions = createSessions({ secure: false })
  const cookies = Array.from({ length: 1001 }, () => pairOf(sessions.open('hash', 0)))
  expect(cookies.map((cookie) => sessions.isOpen(cookie, 'hash', 1))).toEqual([
    false,
    ...cookies
      .slice(1)
      .fill('')
      .map(() => true),
  ])
})
