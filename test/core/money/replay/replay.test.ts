import { describe, expect, test } from 'vitest'
import { type LoggedRequest, parseLogLine } from '../../../../src/core/money/replay/logged-request.js'
import { createReplay, type ReplayCandidate } from '../../../../src/core/money/replay/replay.js'

const START = Date.parse('2026-11-28T10:00:00Z')
const PRICES = {
  cheap: [{ inputPerMTok: 1, outputPerMTok: 1 }],
  strong: [{ inputPerMTok: 10, outputPerMTok: 10 }],
}

/** Sent a second after another, each answered in 100 ms with 1,000 tokens in all. */
function requests(...parts: readonly Partial<LoggedRequest>[]): readonly LoggedRequest[] {
  return parts.map((own, at) => ({
    startedAtMs: START + at * 1000,
    endedAtMs: START + at * 1000 + 100,
    key: `key ${at}`,
    passedBy: undefined,
    copy: undefined,
    near: undefined,
    provider: 'p',
    model: 'cheap',
    routing: undefined,
    usage: { inputTokens: 900, outputTokens: 100 },
    cost: 1_000_000_000n,
    ...own,
  }))
}

function predict(log: readonly LoggedRequest[], change: { cache?: object; routing?: object } = {}) {
  const candidate: ReplayCandidate = {
    cache: {
      isOn: true,
      ttlMs: 3_600_000,
      maxEntries: 100,
      excludeModels: new Set(),
      keepsAnyTemperature: true,
      semantic: { mode: 'bounded', maxFalseHitRate: 0.05 },
      ...change.cache,
    },
    routing: { cheap: 'cheap', strong: undefined, threshold: undefined, ...change.routing },
    pricesOf: (model) => (model === 'cheap' || model === 'strong' ? PRICES[model] : undefined),
  }
  const replay = createReplay(candidate)
  for (const request of log) replay.take(request)
  return replay.result()
}

describe('the same configuration', () => {
  test('predicts what was logged', () => {
    const near = { entry: 'a', similarity: 0.9, bound: 0.97 }
    const log = requests(
      { key: 'a' },
      { key: 'a', copy: 'exact', cost: 0n },
      { key: 'b', copy: 'semantic', near, cost: 0n },
      { key: 'a', startedAtMs: START + 50, copy: 'joined', cost: 0n },
      { key: 'c', near: { ...near, bound: 0.5 } },
    )
    const { logged, predicted } = predict(log)
    expect(predicted).toEqual(logged)
    expect(predicted).toMatchObject({
      requests: 5,
      exact: 1,
      semantic: 1,
      joined: 1,
      hit_rate: 0.6,
      calls: 2,
      spend_usd: '0.002',
    })
  })
  test('takes what was kept before the log began to be there', () => {
    const near = { entry: 'old', similarity: 0.9, bound: 0.97 }
    const log = requests({ key: 'a', copy: 'exact', cost: 0n }, { key: 'b', copy: 'semantic', near, cost: 0n })
    expect(predict(log).predicted).toMatchObject({ exact: 1, semantic: 1, calls: 0 })
  })
})

describe('another cache', () => {
  const near = { entry: 'a', similarity: 0.93, bound: 0.96 }
  const log = requests(
    { key: 'a' },
    { key: 'a', copy: 'exact', cost: 0n },
    { key: 'b', copy: 'semantic', near, cost: 0n },
  )

  test('off answers everything anew', () => {
    expect(predict(log, { cache: { isOn: false } }).predicted).toMatchObject({
      hit_rate: 0,
      calls: 3,
      spend_usd: '0.003',
    })
  })
  test.each([
    [{ mode: 'off' }, 0],
    [{ mode: 'threshold', threshold: 0.93 }, 1],
    [{ mode: 'threshold', threshold: 0.94 }, 0],
    [{ mode: 'bounded', maxFalseHitRate: 0.05 }, 1],
    [{ mode: 'bounded', maxFalseHitRate: 0.03 }, 0],
  ])('with %j serves %d by meaning', (semantic, hits) => {
    expect(predict(log, { cache: { semantic } }).predicted.semantic).toBe(hits)
  })
  test('that serves more by meaning makes hits of near misses', () => {
    const missed = requests({ key: 'a' }, { key: 'b', near: { ...near, bound: 0.91 } })
    expect(predict(missed).predicted.semantic).toBe(0)
    expect(predict(missed, { cache: { semantic: { mode: 'bounded', maxFalseHitRate: 0.1 } } }).predicted).toMatchObject(
      {
        semantic: 1,
        calls: 1,
        spend_usd: '0.001',
      },
    )
  })
  test('that forgets sooner finds less', () => {
    expect(predict(log, { cache: { ttlMs: 500 } }).predicted).toMatchObject({ exact: 0, semantic: 0 })
  })
  test('with less room drops what was used least lately', () => {
    const many = requests(
      { key: 'a' },
      { key: 'b' },
      { key: 'c' },
      { key: 'a', copy: 'exact' },
      { key: 'c', copy: 'exact' },
    )
    expect(predict(many, { cache: { maxEntries: 2 } }).predicted).toMatchObject({ exact: 1, calls: 4 })
  })
  test('that leaves a model out answers it anew', () => {
    expect(predict(log, { cache: { excludeModels: new Set(['cheap']) } }).predicted.hit_rate).toBe(0)
  })
  test('says of how many it cannot know', () => {
    const passed = requests({ key: undefined, passedBy: 'temperature' }, { key: undefined, passedBy: 'X-Cache: skip' })
    expect(predict(passed).without_key).toBe(2)
    expect(predict(passed, { cache: { keepsAnyTemperature: false } }).without_key).toBe(1)
    expect(predict(passed, { cache: { isOn: false } }).without_key).toBe(0)
  })
})

describe('another routing', () => {
  const routed = (complexity: number, reason = 'score') => {
    const selected = complexity >= 0.5 ? 'strong' : 'cheap'
    return { model: selected, routing: { reason, complexity, threshold: 0.5, selected, strong: 'strong' } }
  }
  const log = requests(routed(0.2), routed(0.4), routed(0.6), routed(0.8))

  test('with another threshold sends others to the strong model', () => {
    expect(predict(log).predicted).toMatchObject({ strong_share: 0.5, spend_usd: '0.022' })
    expect(predict(log, { routing: { threshold: 0.7 } }).predicted).toMatchObject({
      strong_share: 0.25,
      spend_usd: '0.013',
    })
    expect(predict(log, { routing: { threshold: 0 } }).predicted).toMatchObject({ strong_share: 1, spend_usd: '0.04' })
  })
  test('leaves those that no score decided', () => {
    const forced = requests(routed(0.2, 'strategy'), routed(0.8, 'unscored'))
    expect(predict(forced, { routing: { threshold: 0.9 } }).predicted.strong_share).toBe(0.5)
  })
  test('with other models has their prices, or none that is known', () => {
    expect(predict(log, { routing: { strong: 'cheap' } }).predicted).toMatchObject({
      strong_share: 0.5,
      spend_usd: '0.004',
    })
    expect(predict(log, { routing: { strong: 'nobody knows' } }).predicted).toMatchObject({
      spend_usd: '0.002',
      unpriced: 2,
    })
  })
  test('remembers how a copy was routed when it has to be made anew', () => {
    const again = requests({ key: 'a', ...routed(0.2) }, { key: 'a', copy: 'exact', cost: 0n })
    const cache = { isOn: false }
    expect(predict(again, { cache, routing: { threshold: 0.1 } })).toMatchObject({
      predicted: { calls: 2, strong_share: 1, spend_usd: '0.02' },
      unscored_copies: 0,
    })
    const before = requests({ key: 'a', copy: 'exact', cost: 0n })
    expect(predict(before, { cache })).toMatchObject({
      predicted: { calls: 1, spend_usd: '0.001' },
      unscored_copies: 1,
    })
  })
})

describe('a line of the log', () => {
  const line = {
    time: '2026-11-28T10:00:01.000Z',
    msg: 'request',
    path: '/v1/chat/completions',
    status: 200,
    end: 'complete',
    cache: 'MISS',
    cacheKey: 'k',
    similarity: 0.9123,
    near: { entry: 'e', bound: 0.81 },
    provider: 'p',
    model: 'm',
    durationMs: 250,
    inputTokens: 10,
    outputTokens: 2,
    cachedTokens: 4,
    costUsd: '0.0012',
  }
  test('is read', () => {
    expect(parseLogLine(JSON.stringify(line))).toEqual({
      kind: 'request',
      request: {
        startedAtMs: START + 750,
        endedAtMs: START + 1000,
        key: 'k',
        passedBy: undefined,
        copy: undefined,
        near: { entry: 'e', similarity: 0.9123, bound: 0.81 },
        provider: 'p',
        model: 'm',
        routing: undefined,
        usage: { inputTokens: 10, outputTokens: 2, cachedTokens: 4 },
        cost: 1_200_000_000n,
      },
    })
  })
  test.each([
    [
      'of a semantic hit',
      { cache: 'HIT', cacheKind: 'semantic', cacheEntry: 'e', confidence: 0.97, near: undefined },
      { copy: 'semantic', near: { entry: 'e', similarity: 0.9123, bound: 0.97 } },
    ],
    [
      'of an exact hit',
      { cache: 'HIT', cacheKind: 'exact', cacheEntry: 'k', similarity: undefined },
      { copy: 'exact', near: undefined },
    ],
    ['of one that joined', { cache: 'JOIN' }, { copy: 'joined' }],
    [
      'of one that passed by',
      { cache: 'SKIP', cacheReason: 'n > 1', cacheKey: undefined },
      { key: undefined, passedBy: 'n > 1' },
    ],
    ['of unknown cost', { costUsd: undefined }, { cost: undefined }],
  ])('%s', (_what, parts, expected) => {
    expect(parseLogLine(JSON.stringify({ ...line, ...parts }))).toMatchObject({ kind: 'request', request: expected })
  })
  test.each([
    ['unreadable', 'not JSON'],
    ['unreadable', '[]'],
    ['other', JSON.stringify({ ...line, msg: 'listening' })],
    ['other', JSON.stringify({ ...line, path: '/v1/embeddings' })],
    ['failed', JSON.stringify({ ...line, status: 502 })],
    ['failed', JSON.stringify({ ...line, end: 'client-gone' })],
    ['uncounted', JSON.stringify({ ...line, inputTokens: undefined })],
    ['uncounted', JSON.stringify({ ...line, time: 1 })],
  ])('%s: %s', (kind, text) => {
    expect(parseLogLine(text)).toEqual({ kind })
  })
})
