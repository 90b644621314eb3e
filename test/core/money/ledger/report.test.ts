import { describe, expect, test } from 'vitest'
import type { LedgerOf } from '../../../../src/core/money/ledger/ledger-row.js'
import type { LedgerSums } from '../../../../src/core/money/ledger/ledger-sums.js'
import { buildReport, type ReportQuestion } from '../../../../src/core/money/ledger/report.js'

const USD = 10n ** 12n
const DAY = 'd2026-11-27'

function traffic(parts: Partial<Extract<LedgerOf, { kind: 'traffic' }>>, sums: LedgerSums, period = DAY) {
  const of = { kind: 'traffic', tenant: 'a', key: 'k', provider: 'p', model: 'm', cause: 'answer', ...parts } as const
  return { of, sums, period }
}
function tag(name: string, value: string, sums: LedgerSums, tenant = 'a') {
  return { of: { kind: 'tag', tenant, tag: name, value } as const, sums, period: DAY }
}

const ROWS = [
  traffic(
    { model: 'cheap' },
    { requests: 10n, calls: 8n, spend: 2n * USD, 'saved:routing': 6n * USD, 'saved:exact': USD },
  ),
  traffic(
    { model: 'strong', tenant: 'b' },
    { requests: 2n, calls: 3n, spend: 5n * USD, unusedSpend: USD },
    'h2026-11-28T10',
  ),
  traffic({ tenant: '', key: '', model: 'strong', cause: 'audit' }, { calls: 1n, spend: USD / 2n }),
  tag('team', 'x', { requests: 4n, calls: 4n, spend: USD }),
  tag('team', 'y', { requests: 1n, calls: 1n, spend: USD / 4n }),
  tag('job', 'z', { requests: 9n, spend: USD }),
]
const report = (question: Partial<ReportQuestion> = {}) =>
  buildReport(
    { rows: ROWS, sinceMs: Date.parse('2026-11-27'), untilMs: Date.parse('2026-11-29') },
    { by: { kind: 'dimensions', names: [] }, ...question },
  )

test('the totals are of everything, each thing once', () => {
  expect(report().totals).toMatchObject({
    requests: 12,
    calls: 12,
    spend_usd: '7.5',
    unused_usd: '1',
    background_usd: { audit: '0.5', judge: '0', shadow: '0' },
    saved_usd: { exact: '1', semantic: '0', joined: '0', routing: '6', 'prompt-cache': '0' },
  })
})

test('without the gateway there would be no unused answers, no audits and no savings', () => {
  const { counterfactual_usd, net_saved_share, net_saved_usd } = report().totals
  expect([counterfactual_usd, net_saved_usd]).toEqual(['13', '5.5'])
  expect(net_saved_share).toBeCloseTo(5.5 / 13)
})

test('of nothing there is no share', () => {
  const { totals } = buildReport({ rows: [], sinceMs: 0, untilMs: 0 }, { by: { kind: 'dimensions', names: [] } })
  expect(totals).toMatchObject({
    requests: 0,
    spend_usd: '0',
    counterfactual_usd: '0',
    net_saved_share: null,
    quality: [],
  })
})

describe('lines', () => {
  const lines = (question: Partial<ReportQuestion>) =>
    report(question).rows.map(({ of, requests, spend_usd }) => [...Object.values(of), requests, spend_usd])

  test('by one thing, dearest first, the gateway itself among them', () => {
    expect(lines({ by: { kind: 'dimensions', names: ['tenant'] } })).toEqual([
      ['b', 2, '5'],
      ['a', 10, '2'],
      ['(none)', 0, '0.5'],
    ])
  })
  test('by two', () => {
    expect(lines({ by: { kind: 'dimensions', names: ['model', 'day'] } })).toEqual([
      ['strong', '2026-11-28', 2, '5'],
      ['cheap', '2026-11-27', 10, '2'],
      ['strong', '2026-11-27', 0, '0.5'],
    ])
  })
  test('only of some', () => {
    expect(lines({ by: { kind: 'dimensions', names: ['model'] }, tenant: 'a' })).toEqual([['cheap', 10, '2']])
    expect(report({ tenant: 'a' }).totals.spend_usd).toBe('2')
  })
  test('by a tag, and what has none is what is left', () => {
    expect(lines({ by: { kind: 'tag', name: 'team' } })).toEqual([
      ['(none)', 7, '6.25'],
      ['x', 4, '1'],
      ['y', 1, '0.25'],
    ])
    expect(lines({ by: { kind: 'tag', name: 'team' }, tenant: 'b' })).toEqual([['(none)', 2, '5']])
  })
})

describe('quality', () => {
  const quality = (sums: LedgerSums) =>
    buildReport({ rows: [traffic({}, sums)], sinceMs: 0, untilMs: 0 }, { by: { kind: 'dimensions', names: [] } }).totals
      .quality

  test('is the share of the judged, with its interval, and the unjudged beside it', () => {
    const [audit] = quality({ semantic: 90n, 'audit:right': 40n, 'audit:wrong': 11n, 'audit:unsure': 3n })
    expect(audit).toMatchObject({ source: 'audit', right: 40, wrong: 11, unsure: 3, unjudged: 39 })
    expect(audit?.share_right).toBeCloseTo(0.784, 3)
    // Wilson's interval of 40 of 51, from a table.
    expect(audit?.low).toBeCloseTo(0.6537, 3)
    expect(audit?.high).toBeCloseTo(0.8751, 3)
  })
  test('of hits that nobody judged is anything between nothing and all', () => {
    expect(quality({ semantic: 5n })).toEqual([
      { source: 'audit', right: 0, wrong: 0, unsure: 0, share_right: null, low: 0, high: 1, unjudged: 5 },
    ])
  })
  test('of what people say has no number of the unjudged', () => {
    expect(quality({ 'client:wrong': 2n })).toMatchObject([{ source: 'client', right: 0, wrong: 2, unjudged: null }])
  })
  test('of cheap answers is counted against all that were routed away', () => {
    expect(quality({ routedCheaper: 8n, 'shadow:right': 3n })).toMatchObject([
      { source: 'shadow', right: 3, unjudged: 5 },
    ])
  })
})
