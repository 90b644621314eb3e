import { describe, expect, test } from 'vitest'
import type { PriceBand } from '../../../src/core/model-spec.js'
import { formatUsd } from '../../../src/core/money/money.js'
import { noteMoney } from '../../../src/core/money/note-money.js'
import type { AttemptRecord, RequestRecord } from '../../../src/core/request-record.js'
import type { Usage } from '../../../src/core/usage.js'
import { attemptOf, recordOf } from '../../support/make-record.js'

const DAY = Date.parse('2026-11-23T12:00:00Z')
const CHEAP: readonly PriceBand[] = [
  { inputPerMTok: 1, outputPerMTok: 2, cachedInputPerMTok: 0.1, cacheWritePerMTok: 1.25, cacheWriteLongPerMTok: 2 },
  { abovePromptTokens: 1000, inputPerMTok: 20, outputPerMTok: 40 },
]
const STRONG: readonly PriceBand[] = [{ inputPerMTok: 10, outputPerMTok: 20, cachedInputPerMTok: 5 }]
const PRICES: Readonly<Record<string, readonly PriceBand[]>> = { cheap: CHEAP, strong: STRONG }
const USAGE: Usage = { inputTokens: 100, outputTokens: 50 }

function attempt(parts: Partial<AttemptRecord> = {}): AttemptRecord {
  return attemptOf({ provider: 'p', model: 'cheap', prices: CHEAP, ttftMs: 5, usage: USAGE, ...parts })
}

function told(parts: Partial<RequestRecord>) {
  const record = recordOf({ provider: 'p', model: 'cheap', stream: true, ...parts })
  noteMoney(record, (model) => PRICES[model], DAY)
  return {
    cost: record.cost === undefined ? undefined : formatUsd(record.cost),
    attempts: record.attempts.map(({ cost }) => (cost === undefined ? undefined : formatUsd(cost))),
    saved: Object.fromEntries(record.savings.map(({ amount, cause }) => [cause, formatUsd(amount)])),
  }
}
const costOfAttempt = (parts: Partial<AttemptRecord>, stream = true) =>
  told({ stream, attempts: [attempt(parts)] }).attempts[0]

describe('an attempt costs', () => {
  test('what its provider counted', () => {
    expect(costOfAttempt({})).toBe('0.0002')
  })
  test.each<[string, Partial<AttemptRecord>]>([
    ['refused', { outcome: 'failed', errorCode: 'rate_limit_exceeded', upstreamStatus: 429 }],
    ['never reached', { outcome: 'failed', errorCode: 'upstream_error' }],
    ['too slow', { outcome: 'failed', errorCode: 'upstream_timeout' }],
    ['given up before its first token', { outcome: 'client-gone' }],
  ])('nothing when it was %s', (_what, parts) => {
    expect(costOfAttempt({ ...parts, usage: undefined, ttftMs: undefined })).toBe('0')
  })
  test('nothing when an error came instead of the answer that was announced', () => {
    expect(costOfAttempt({ outcome: 'failed', errorCode: 'overloaded', ttftMs: undefined })).toBe('0')
  })
  test.each<[string, Partial<AttemptRecord>, boolean]>([
    ['nobody counted', { usage: undefined }, true],
    ['nobody counted, in one piece', { usage: undefined }, false],
    ['it has no known price', { prices: [] }, true],
    ['it broke off', { outcome: 'broken', errorCode: 'stream_truncated' }, true],
    ['its client left in the middle', { outcome: 'client-gone' }, true],
    ['its client left an answer in one piece', { outcome: 'client-gone', usage: undefined, ttftMs: undefined }, false],
    ['it was announced and never came', { outcome: 'failed', errorCode: 'upstream_timeout', ttftMs: undefined }, true],
  ])('nobody knows what when %s', (_when, parts, stream) => {
    expect(costOfAttempt(parts, stream)).toBeUndefined()
  })
  test('all of it when the client left after all of it had come', () => {
    expect(costOfAttempt({ outcome: 'client-gone' }, false)).toBe('0.0002')
  })
})

describe('a request costs', () => {
  test('what its attempts cost together', () => {
    const failed = attempt({ outcome: 'failed', usage: undefined, ttftMs: undefined })
    const strong = attempt({ model: 'strong', prices: STRONG, cause: 'fallback' })
    expect(told({ attempts: [failed, attempt({ outcome: 'complete' }), strong] })).toMatchObject({
      cost: '0.0022',
      attempts: ['0', '0.0002', '0.002'],
    })
  })
  test('nobody knows what when one attempt is not known', () => {
    expect(told({ attempts: [attempt({ prices: [] }), attempt()] }).cost).toBeUndefined()
  })
  test('nothing without an attempt', () => {
    expect(told({ attempts: [] }).cost).toBe('0')
  })
})

describe('saved is', () => {
  const hit = { kind: 'exact', entry: 'e', confidence: undefined } as const
  const routing = {
    strategy: 'auto',
    complexity: 0.1,
    threshold: 0.5,
    reason: 'score',
    selected: 'cheap',
    strong: 'strong',
  }

  test('by a hit, what its answer would cost now', () => {
    expect(told({ cache: 'HIT', cacheHit: hit, usage: USAGE })).toMatchObject({ cost: '0', saved: { exact: '0.0002' } })
    const semantic = { ...hit, kind: 'semantic' } as const
    expect(told({ cache: 'HIT', cacheHit: semantic, usage: USAGE }).saved).toEqual({ semantic: '0.0002' })
  })
  test('nothing that is known, where the price is not', () => {
    expect(told({ cache: 'HIT', cacheHit: hit, usage: USAGE, model: 'other' }).saved).toEqual({})
    expect(told({ cache: 'HIT', cacheHit: hit, usage: undefined }).saved).toEqual({})
  })
  test('by joining, the same, unless the answer broke off', () => {
    expect(told({ cache: 'JOIN', usage: USAGE, end: 'complete' })).toMatchObject({
      cost: '0',
      saved: { joined: '0.0002' },
    })
    expect(told({ cache: 'JOIN', usage: USAGE, end: 'broken' }).saved).toEqual({})
  })
  test('by routing, what the strong model would have cost more', () => {
    expect(told({ routing, attempts: [attempt()] }).saved).toEqual({ routing: '0.0018' })
  })
  test('nothing by routing to the strong model, or to one that was dearer for so long a prompt', () => {
    expect(told({ routing, attempts: [attempt({ model: 'strong', prices: STRONG })] }).saved).toEqual({})
    const long = attempt({ usage: { inputTokens: 1001, outputTokens: 1 } })
    expect(told({ routing, attempts: [long] }).saved).toEqual({})
  })
  test('nothing by routing when the strong model had to answer after all', () => {
    const rejected = attempt()
    const strong = attempt({ model: 'strong', prices: STRONG, cause: 'escalation' })
    expect(told({ routing, attempts: [rejected, strong] })).toMatchObject({ cost: '0.0022', saved: {} })
  })
  test("by the provider's prompt cache, what reading cost less, and minus what writing cost more", () => {
    const read = attempt({ usage: { ...USAGE, cachedTokens: 80 } })
    expect(told({ attempts: [read] }).saved).toEqual({ 'prompt-cache': '0.000072' })
    const written = attempt({ usage: { ...USAGE, cacheWriteTokens: 80, cacheWriteLongTokens: 20 } })
    expect(told({ attempts: [written] }).saved).toEqual({ 'prompt-cache': '-0.000035' })
  })
  test('by routing and by the prompt cache together, each against its own', () => {
    const read = attempt({ usage: { ...USAGE, cachedTokens: 80 } })
    expect(told({ routing, attempts: [read] })).toMatchObject({
      cost: '0.000128',
      saved: { routing: '0.001472', 'prompt-cache': '0.000072' },
    })
  })
})
