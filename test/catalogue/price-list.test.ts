import { describe, expect, test, vi } from 'vitest'
import { billedPrices } from '../../src/catalogue/billed-prices.js'
import { buildCatalogue, type CatalogueProvider, type ConfiguredModel } from '../../src/catalogue/build-catalogue.js'
import { createPriceList } from '../../src/catalogue/price-list.js'
import { createModelDirectory, findModel } from '../../src/catalogue/resolve-model.js'
import { readShippedModels } from '../../src/catalogue/shipped-models.js'
import { pricesOfSpec } from '../../src/core/model-spec.js'
import { costOf } from '../../src/core/money/cost-of.js'
import { formatUsd } from '../../src/core/money/money.js'
import { packageRoot } from '../../src/package-root.js'

const shipped = readShippedModels(packageRoot())
const provider = (name: string, type: CatalogueProvider['type'], more: Partial<CatalogueProvider> = {}) => ({
  name,
  type,
  official: true,
  models: [],
  ...more,
})
const PROVIDERS: readonly CatalogueProvider[] = [
  provider('anthropic', 'anthropic'),
  provider('google', 'gemini', { official: false }),
  provider('openai', 'openai', { official: false }),
  provider('vllm', 'openai', { official: false, models: ['gpt-6-luna', 'gpt-4o', 'llama-4'] }),
  provider('mirror', 'anthropic', { official: false, models: ['claude-haiku-5-5'] }),
  provider('simulator', 'simulator'),
]
const at = Date.parse('2026-11-23')

/** What a thousand tokens each way cost at the model of this name; undefined: not known. */
function price(name: string, configured: readonly ConfiguredModel[] = []): string | undefined {
  const listPrices = createPriceList(shipped, PROVIDERS)
  const catalogue = buildCatalogue(shipped, PROVIDERS, configured, listPrices)
  const names = PROVIDERS.map(({ name: provided }) => provided)
  const directory = createModelDirectory(catalogue, names, {}, listPrices)
  const found = findModel(name, directory)
  if (found?.kind !== 'pinned') throw new Error(`${name} leads nowhere`)
  const bands = billedPrices(directory, found.spec.id, found.spec.provider) ?? []
  expect(pricesOfSpec(found.spec)).toEqual(bands)
  const cost = costOf({ inputTokens: 1000, outputTokens: 1000 }, bands, at)
  return cost === undefined ? undefined : formatUsd(cost)
}

describe('a thousand tokens each way cost', () => {
  test.each([
    ['claude-haiku-5-5', '0.0006', 'by the catalogue'],
    ['anthropic/claude-haiku-5-5', '0.0006', 'by its full name'],
    ['anthropic/claude-haiku-5-5-20261001', '0.0006', 'of a certain day'],
    ['openai/gpt-6-luna-2026-09-01', '0.0006', 'of a certain day, as OpenAI writes it'],
    ['anthropic/claude-3-5-sonnet-20241022', '0.018', 'by the table of older models'],
    ['openai/gpt-4-0613', '0.09', 'by the table of older models'],
    ['google/gemini-1.5-pro-002', '0.00625', 'by the table of older models'],
    ['sim-large', '0.012', 'of the simulator'],
  ])('at %s $%s: %s', (name, usd) => {
    expect(price(name)).toBe(usd)
  })

  test.each([
    ['vllm/gpt-6-luna', 'a server that calls its model as OpenAI does'],
    ['vllm/gpt-4o', 'the same, of an older model'],
    ['vllm/gpt-3.5-turbo', 'the same, unlisted'],
    ['vllm/llama-4', 'a model nobody sells'],
    ['anthropic/claude-sonnet-5-7', 'a model newer than any list'],
    ['anthropic/claude-sonnet-9', 'a model newer than any list'],
    ['openai/gpt-4o-realtime-preview', 'a model that makes sound'],
    ['claude-mythos-5-2', 'a model without a published price'],
  ])('at %s nobody knows what: %s', (name) => {
    expect(price(name)).toBeUndefined()
  })

  test('what the configuration says, above all', () => {
    const prices = { inputPerMTok: 1, outputPerMTok: 1 }
    expect(price('claude-haiku-5-5', [{ id: 'claude-haiku-5-5', price: prices }])).toBe('0.002')
    expect(price('vllm/gpt-4o', [{ id: 'gpt-4o', provider: 'vllm', price: prices }])).toBe('0.002')
  })
  test('what the model behind a configured name costs', () => {
    expect(price('mine', [{ id: 'mine', provider: 'openai', upstreamName: 'gpt-6-sol' }])).toBe('0.012')
    expect(price('mine', [{ id: 'mine', provider: 'vllm', upstreamName: 'gpt-6-sol' }])).toBeUndefined()
    expect(price('gpt-6-sol', [{ id: 'gpt-6-sol', provider: 'vllm' }])).toBeUndefined()
  })
})

test('a server that passes Anthropic on charges its prices', () => {
  const list = createPriceList(shipped, PROVIDERS)
  expect(list('mirror', 'claude-haiku-5-5')).toEqual(list('anthropic', 'claude-haiku-5-5'))
})

test('the table of older models is asked without a network', () => {
  const fetched = vi.spyOn(globalThis, 'fetch')
  expect(price('openai/gpt-3.5-turbo')).toBe('0.002')
  expect(fetched).not.toHaveBeenCalled()
  fetched.mockRestore()
})

test('a long prompt of an older model has the price of its band, and dates are obeyed', () => {
  const list = createPriceList(shipped, PROVIDERS)
  const cost = (name: string, inputTokens: number, day: string) =>
    formatUsd(costOf({ inputTokens, outputTokens: 0 }, list('google', name) ?? [], Date.parse(day)) ?? -1n)
  expect(cost('gemini-1.5-pro', 128_000, '2026-11-23')).toBe('0.16')
  expect(cost('gemini-1.5-pro', 128_001, '2026-11-23')).toBe('0.3200025')
})

test('a name of many parts is looked up at once', () => {
  const list = createPriceList(shipped, PROVIDERS)
  expect(list('openai', `gpt-5-nano-${'20-'.repeat(80)}x`)).toBeUndefined()
})
