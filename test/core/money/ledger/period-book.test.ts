import { expect, test } from 'vitest'
import { decodeOf, encodeOf, type LedgerOf, OTHER } from '../../../../src/core/money/ledger/ledger-row.js'
import { createPeriodBook } from '../../../../src/core/money/ledger/period-book.js'

const traffic = (model: string, key = 'k'): LedgerOf => ({
  kind: 'traffic',
  tenant: 't',
  key,
  provider: 'p',
  model,
  cause: 'answer',
})
const tag = (name: string, value: string): LedgerOf => ({ kind: 'tag', tenant: 't', tag: name, value })

test('rows are written and read back, and what is none is none', () => {
  for (const of of [traffic('m "x" \u00e9'), tag('a', ''), { ...traffic('m'), cause: 'audit' as const }]) {
    expect(decodeOf(encodeOf(of))).toEqual(of)
  }
  for (const text of ['', '[]', '{}', '["t","a"]', '["t","a","b","c","d","unknown"]', '["g","a","b",1]', 'null']) {
    expect(decodeOf(text)).toBeUndefined()
  }
  expect(encodeOf(traffic('x'.repeat(100_000))).length).toBeLessThan(300)
})

test('a key has room for 200 models; the rest is one row', () => {
  const book = createPeriodBook([])
  for (let i = 0; i < 200; i++) expect(book.place(traffic(`m${i}`))).toEqual(traffic(`m${i}`))
  expect(book.place(traffic('one more'))).toEqual({ ...traffic(OTHER), provider: OTHER })
  expect(book.place(traffic('m7'))).toEqual(traffic('m7'))
  expect(book.place(traffic('one more', 'other key'))).toEqual(traffic('one more', 'other key'))
})

test('a tag has room for 100 values, a tenant for 1,000 rows of tags', () => {
  const book = createPeriodBook([])
  const placed = new Set<string>()
  for (let name = 0; name < 30; name++) {
    for (let value = 0; value < 150; value++) placed.add(encodeOf(book.place(tag(`n${name}`, `v${value}`))))
  }
  expect(placed.size).toBeLessThanOrEqual(1001)
  expect(placed.has(encodeOf(tag('n0', 'v99')))).toBe(true)
  expect(placed.has(encodeOf(tag('n0', 'v100')))).toBe(false)
  expect(placed.has(encodeOf(tag('n0', OTHER)))).toBe(true)
  expect(placed.has(encodeOf(tag(OTHER, OTHER)))).toBe(true)
})

test('what the period has already counts', () => {
  const book = createPeriodBook(Array.from({ length: 200 }, (_, i) => traffic(`old ${i}`)))
  expect(book.place(traffic('new'))).toEqual({ ...traffic(OTHER), provider: OTHER })
  expect(book.place(traffic('old 3'))).toEqual(traffic('old 3'))
})
