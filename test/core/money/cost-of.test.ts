import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readShippedModels } from '../../../src/catalogue/shipped-models.js'
import type { PriceBand } from '../../../src/core/model-spec.js'
import { chooseBand } from '../../../src/core/money/choose-band.js'
import { costOf } from '../../../src/core/money/cost-of.js'
import { formatUsd } from '../../../src/core/money/money.js'
import type { Usage } from '../../../src/core/usage.js'
import { packageRoot } from '../../../src/package-root.js'

interface GoldenRow {
  readonly model: string
  readonly day: string
  readonly prices: string
  readonly usage: string
  readonly working: string
  readonly usd: string
  readonly what: string
}

const shipped = new Map(readShippedModels(packageRoot()).map((model) => [model.id, model.prices]))

const PRICES: Readonly<Record<string, keyof PriceBand>> = {
  in: 'inputPerMTok',
  out: 'outputPerMTok',
  cached: 'cachedInputPerMTok',
  write: 'cacheWritePerMTok',
  long: 'cacheWriteLongPerMTok',
  audio: 'audioInputPerMTok',
}

const COUNTS: Readonly<Record<string, keyof Usage>> = {
  input: 'inputTokens',
  output: 'outputTokens',
  cached: 'cachedTokens',
  written: 'cacheWriteTokens',
  long: 'cacheWriteLongTokens',
  thinking: 'reasoningTokens',
  audio: 'audioTokens',
  tier: 'tier',
}

const rows = readFileSync(new URL('golden-costs.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| [a-z]+-/.test(line) || line.startsWith('| o3'))
  .map((line): GoldenRow => {
    const [model = '', day = '', prices = '', usage = '', working = '', usd = '', what = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim())
    return { model, day, prices, usage, working, usd, what }
  })

test('the table has at least sixty usages', () => {
  expect(rows.length).toBeGreaterThanOrEqual(60)
})

describe.each(rows)('$model on $day: $usage ($what)', (row) => {
  const at = Date.parse(`${row.day}T12:00:00Z`)
  const usage = parseUsage(row.usage)
  const bands = shipped.get(row.model) ?? []

  test(`costs $${row.usd}`, () => {
    const cost = costOf(usage, bands, at)
    expect(cost === undefined ? undefined : formatUsd(cost)).toBe(row.usd)
  })
  test('has the prices of the catalogue', () => {
    expect(chooseBand(bands, usage.inputTokens, at)).toMatchObject(parsePrices(row.prices))
  })
  test('was added up right', () => {
    const sum = row.working.split(' + ').reduce((total, product) => {
      const [count = Number.NaN, price = Number.NaN] = product.split('×').map(Number)
      return total + count * price
    }, 0)
    expect(sum / 1e6).toBeCloseTo(Number(row.usd), 10)
  })
})

describe('a cost is not known', () => {
  const day = Date.parse('2026-11-23T12:00:00Z')
  const whole = { inputPerMTok: 1, outputPerMTok: 2 }
  const plain: Usage = { inputTokens: 10, outputTokens: 5 }
  test.each<[string, Usage, readonly PriceBand[]]>([
    ['without any price', plain, []],
    ['without a price of the output', plain, [{ inputPerMTok: 1 }]],
    ['when cached tokens have no price', { ...plain, cachedTokens: 1 }, [whole]],
    ['when written tokens have no price', { ...plain, cacheWriteTokens: 1 }, [{ ...whole, cachedInputPerMTok: 0.1 }]],
    [
      'when what was written for long has no price',
      { ...plain, cacheWriteTokens: 2, cacheWriteLongTokens: 1 },
      [{ ...whole, cacheWritePerMTok: 1 }],
    ],
    ['before the first price', plain, [{ ...whole, effectiveFrom: '2026-11-24' }]],
    ['after the last price', plain, [{ ...whole, effectiveUntil: '2026-11-23' }]],
    ['when the band for long prompts leaves a price out', plain, [whole, { abovePromptTokens: 9, inputPerMTok: 2 }]],
    ['in a tier without a price', { ...plain, tier: 'scale' }, [{ ...whole, tierFactors: { flex: 0.5 } }]],
    ['in a tier that an object has by nature', { ...plain, tier: 'constructor' }, [{ ...whole, tierFactors: {} }]],
    ['when the provider searched the web', { ...plain, searches: 1 }, [whole]],
    ['when more was cached than sent', { ...plain, cachedTokens: 11 }, [{ ...whole, cachedInputPerMTok: 0.1 }]],
    [
      'when nobody knows how much of the cached was sound',
      { ...plain, audioTokens: 5, cachedTokens: 5 },
      [{ ...whole, cachedInputPerMTok: 0.1, audioInputPerMTok: 3 }],
    ],
  ])('%s', (_when, usage, bands) => {
    expect(costOf(usage, bands, day)).toBeUndefined()
  })

  test('is never said of parts that were not used', () => {
    expect(costOf({ inputTokens: 1_000_000, outputTokens: 0 }, [{ inputPerMTok: 1 }], day)).toBe(10n ** 12n)
    expect(costOf({ ...plain, cachedTokens: 0, cacheWriteTokens: 0 }, [whole], day)).toBe(20_000_000n)
  })
})

function parsePrices(text: string): PriceBand {
  return Object.fromEntries(
    pairs(text.replaceAll(/ (?=[a-z])/g, ',')).map(([name, value]) => [PRICES[name], Number(value)]),
  )
}

function parseUsage(text: string): Usage {
  const counts = pairs(text).map(([name, value]) => [COUNTS[name], name === 'tier' ? value : Number(value)])
  return { inputTokens: 0, outputTokens: 0, ...Object.fromEntries(counts) }
}

function pairs(text: string): readonly (readonly [string, string])[] {
  return text.split(',').map((pair) => {
    const [name = '', value = ''] = pair.trim().split(' ')
    return [name, value]
  })
}
