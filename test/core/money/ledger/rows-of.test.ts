import { describe, expect, test } from 'vitest'
import { rowOfBackground, rowOfLabel, rowsOfRecord } from '../../../../src/core/money/ledger/rows-of.js'
import { attemptOf, recordOf } from '../../../support/make-record.js'

const USAGE = { inputTokens: 100, outputTokens: 50, cachedTokens: 20 }
const of = { kind: 'traffic', tenant: 'a', key: 'team', provider: 'p', model: 'cheap', cause: 'answer' }
const record = (parts: Parameters<typeof recordOf>[0]) =>
  recordOf({ tenant: 'a', keyName: 'team', provider: 'p', model: 'cheap', ...parts })
const attempt = (parts: Parameters<typeof attemptOf>[0]) =>
  attemptOf({ provider: 'p', model: 'cheap', usage: USAGE, cost: 7n, ...parts })

describe('a request is entered', () => {
  test('with its call', () => {
    expect(rowsOfRecord(record({ attempts: [attempt({})], savings: [{ cause: 'routing', amount: 5n }] }))).toEqual([
      {
        of,
        sums: {
          requests: 1n,
          'saved:routing': 5n,
          calls: 1n,
          inputTokens: 100n,
          outputTokens: 50n,
          cachedTokens: 20n,
          spend: 7n,
        },
      },
    ])
  })
  test('with every call at the model that was paid for it', () => {
    const attempts = [
      attempt({ outcome: 'failed', usage: undefined, cost: 0n }),
      attempt({ provider: 'q', model: 'strong', cost: 90n, cause: 'fallback' }),
    ]
    const rows = rowsOfRecord(record({ attempts, provider: 'q', model: 'strong' }))
    expect(rows).toMatchObject([
      { of: { ...of, provider: 'q', model: 'strong' }, sums: { requests: 1n, calls: 1n, spend: 90n } },
      { of, sums: { calls: 1n } },
    ])
  })
  test('with what was paid for an answer that nobody was given', () => {
    const attempts = [attempt({ cost: 7n }), attempt({ model: 'strong', cost: 90n, cause: 'escalation' })]
    const [, cheap] = rowsOfRecord(record({ attempts, model: 'strong' }))
    expect(cheap).toMatchObject({ of, sums: { spend: 7n, unusedSpend: 7n } })
  })
  test('as unpriced where the cost is not known', () => {
    const [row] = rowsOfRecord(record({ attempts: [attempt({ cost: undefined })] }))
    expect(row?.sums).toMatchObject({ calls: 1n, unpricedCalls: 1n, inputTokens: 100n })
    expect(row?.sums.spend).toBeUndefined()
  })
  test('as a copy, of a known saving or not', () => {
    const hit = { cache: 'HIT', cacheHit: { kind: 'semantic', entry: 'e', confidence: 0.99 } } as const
    const [known] = rowsOfRecord(record({ ...hit, savings: [{ cause: 'semantic', amount: 3n }] }))
    expect(known?.sums).toEqual({ requests: 1n, semantic: 1n, 'saved:semantic': 3n })
    const [unknown] = rowsOfRecord(record(hit))
    expect(unknown?.sums).toEqual({ requests: 1n, semantic: 1n, unpricedCopies: 1n })
    const [joined] = rowsOfRecord(record({ cache: 'JOIN', savings: [{ cause: 'joined', amount: 3n }] }))
    expect(joined?.sums).toEqual({ requests: 1n, joined: 1n, 'saved:joined': 3n })
  })
  test('as failed, also when nobody was reached', () => {
    const [row] = rowsOfRecord(record({ end: 'failed', provider: undefined, model: undefined, keyName: undefined }))
    expect(row).toEqual({ of: { ...of, key: '', provider: '', model: '' }, sums: { requests: 1n, failed: 1n } })
  })
  test('as routed away from the strong model', () => {
    const routing = { strategy: 'auto', complexity: 0.1, threshold: 0.5, reason: 'score', strong: 'strong' }
    const [away] = rowsOfRecord(record({ routing: { ...routing, selected: 'cheap' } }))
    expect(away?.sums.routedCheaper).toBe(1n)
    const [stayed] = rowsOfRecord(record({ routing: { ...routing, selected: 'strong' } }))
    expect(stayed?.sums.routedCheaper).toBeUndefined()
  })
  test('under each of its tags with all that it did', () => {
    const attempts = [attempt({}), attempt({ model: 'strong', cost: 90n, cause: 'fallback' })]
    const rows = rowsOfRecord(record({ attempts, model: 'strong', metadata: { team: 'x', job: 'y' } }))
    const tags = rows.filter((row) => row.of.kind === 'tag')
    expect(tags).toMatchObject([
      { of: { kind: 'tag', tenant: 'a', tag: 'team', value: 'x' }, sums: { requests: 1n, calls: 2n, spend: 97n } },
      { of: { kind: 'tag', tenant: 'a', tag: 'job', value: 'y' }, sums: { requests: 1n, calls: 2n, spend: 97n } },
    ])
  })
})

test('a call in the background has a cause of its own and no client', () => {
  const call = { cause: 'audit', provider: 'p', model: 'm', usage: USAGE, cost: 4n } as const
  expect(rowOfBackground(call)).toMatchObject({
    of: { kind: 'traffic', tenant: '', key: '', provider: 'p', model: 'm', cause: 'audit' },
    sums: { calls: 1n, spend: 4n },
  })
})

test('a label is counted where its answer was', () => {
  const label = { source: 'audit', verdict: 'wrong', tenant: 'a', key: 'team', provider: 'p', model: 'cheap' } as const
  expect(rowOfLabel(label)).toEqual({ of, sums: { 'audit:wrong': 1n } })
})
