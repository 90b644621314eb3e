import { describe, expect, test } from 'vitest'
import { buildCatalogue, type CatalogueProvider } from '../../src/catalogue/build-catalogue.js'
import { findUnknownModels } from '../../src/catalogue/find-unknown-models.js'
import { createModelDirectory, resolveModel } from '../../src/catalogue/resolve-model.js'
import { readShippedModels } from '../../src/catalogue/shipped-models.js'
import { GatewayError } from '../../src/core/errors.js'
import { picoUsdPerToken } from '../../src/core/money/money.js'
import { packageRoot } from '../../src/package-root.js'

const anyModel = () => true
const shipped = readShippedModels(packageRoot())
const anthropic: CatalogueProvider = { name: 'anthropic', type: 'anthropic', official: true, models: [] }
const vllm: CatalogueProvider = { name: 'vllm', type: 'openai', official: false, models: ['llama-4'] }
const simulator: CatalogueProvider = { name: 'simulator', type: 'simulator', official: true, models: [] }

describe('the shipped catalogue', () => {
  test('has unique ids, known vendors, and prices that are positive numbers', () => {
    expect(new Set(shipped.map((model) => model.id)).size).toBe(shipped.length)
    expect(shipped.length).toBeGreaterThan(50)
    for (const model of shipped) {
      expect(['anthropic', 'openai', 'google']).toContain(model.provider)
      for (const { effectiveFrom, effectiveUntil, tierFactors = {}, ...numbers } of model.prices) {
        for (const day of [effectiveFrom, effectiveUntil])
          if (day !== undefined) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/)
        for (const value of Object.values({ ...numbers, ...tierFactors })) expect(value).toBeGreaterThan(0)
        const { abovePromptTokens, ...prices } = numbers
        // One token costs a whole number of what we count in.
        for (const price of Object.values(prices)) expect(picoUsdPerToken(price)).toBeGreaterThan(0n)
      }
    }
  })
})

test.each(['anthropic', 'openai', 'google'])('%s has one model to recommend for each tier', (vendor) => {
  const tiers = shipped.filter((model) => model.provider === vendor).flatMap((model) => model.tier ?? [])
  expect(tiers.sort()).toEqual(['cheap', 'strong'])
})

describe('the models on offer', () => {
  test('are those of the vendors whose providers are on', () => {
    const ids = buildCatalogue(shipped, [anthropic], []).map((spec) => spec.id)
    expect(ids).toContain('claude-haiku-5-5')
    expect(ids).not.toContain('gpt-6-luna')
  })
  test('an OpenAI-compatible server of another name sells only what it lists', () => {
    expect(buildCatalogue(shipped, [vllm], []).map((spec) => spec.id)).toEqual(['llama-4'])
  })
  test('the simulator has its two models', () => {
    expect(buildCatalogue(shipped, [simulator], []).map((spec) => spec.id)).toEqual(['sim-small', 'sim-large'])
  })
  test('configuration adds and overrides', () => {
    const catalogue = buildCatalogue(
      shipped,
      [anthropic, vllm],
      [
        { id: 'claude-haiku-5-5', price: { inputPerMTok: 9 } },
        { id: 'mine', provider: 'vllm', upstreamName: 'meta/llama', contextTokens: 8192 },
        { id: 'lost', provider: 'off' },
      ],
    )
    expect(catalogue.find((spec) => spec.id === 'claude-haiku-5-5')).toMatchObject({
      contextTokens: 1_000_000,
      prices: [{ inputPerMTok: 9 }],
    })
    expect(catalogue.find((spec) => spec.id === 'mine')).toMatchObject({ upstreamName: 'meta/llama', provider: 'vllm' })
    expect(catalogue.some((spec) => spec.id === 'lost')).toBe(false)
  })
})

describe('what a model name means', () => {
  const providers = [anthropic, vllm]
  const directory = createModelDirectory(
    buildCatalogue(shipped, providers, []),
    providers.map((provider) => provider.name),
    { fast: 'claude-haiku-5-5', smart: 'auto' },
  )
  test.each([
    ['claude-haiku-5-5', { kind: 'pinned', spec: { provider: 'anthropic', upstreamName: 'claude-haiku-5-5' } }],
    ['fast', { kind: 'pinned', spec: { id: 'claude-haiku-5-5' } }],
    ['auto', { kind: 'routed', name: 'auto' }],
    ['smart', { kind: 'routed', name: 'smart' }],
    ['anthropic/claude-haiku-5-5', { kind: 'pinned', spec: { id: 'claude-haiku-5-5', listed: true } }],
    ['anthropic/claude-9', { kind: 'pinned', spec: { upstreamName: 'claude-9', listed: false } }],
    ['vllm/meta/llama-3', { kind: 'pinned', spec: { provider: 'vllm', upstreamName: 'meta/llama-3' } }],
  ])('%s', (name, expected) => {
    expect(resolveModel(name, directory, anyModel)).toMatchObject(expected)
  })

  test.each(['claude-haiku-5-6', 'nobody/x', 'anthropic/', '', '__proto__', 'constructor'])(
    '%j is not found',
    (name) => {
      expect(() => resolveModel(name, directory, anyModel)).toThrow(
        expect.objectContaining({ code: 'model_not_found', param: 'model' }),
      )
    },
  )

  test('the nearest names are shown', () => {
    expect(() => resolveModel('claude-haiku-5-6', directory, anyModel)).toThrow("Did you mean 'claude-haiku-5-5'")
  })

  test('the nearest names are those the client may use', () => {
    const message = messageOf(() => resolveModel('claude-haiku-5-6', directory, (id) => id === 'claude-sonnet-5-5'))
    expect(message).toContain("Did you mean 'claude-sonnet-5-5'?")
    expect(messageOf(() => resolveModel('claude-haiku-5-6', directory, () => false))).not.toContain('Did you mean')
  })

  test('prices of a model that nobody lists are looked for once, and names that lead nowhere are not kept', () => {
    const asked: string[] = []
    const own = createModelDirectory([], ['vllm', 'other'], {}, (_, name) => {
      asked.push(name)
      return undefined
    })
    const first = resolveModel('vllm/llama', own, () => true)
    expect(resolveModel('vllm/llama', own, () => true)).toEqual(first)
    expect(resolveModel('other/llama', own, () => true)).toMatchObject({ spec: { provider: 'other' } })
    for (let n = 0; n < 2; n++) expect(() => resolveModel('nowhere/llama', own, () => true)).toThrow('does not exist')
    expect(asked).toEqual(['llama', 'llama'])
  })

  test('an unlisted bare name goes to the only provider', () => {
    const alone = createModelDirectory([], ['vllm'], {})
    expect(resolveModel('llama', alone, anyModel)).toMatchObject({
      kind: 'pinned',
      spec: { provider: 'vllm', upstreamName: 'llama' },
    })
    expect(() => resolveModel('', alone, anyModel)).toThrow(GatewayError)
  })
})

describe('names in the configuration that lead nowhere', () => {
  const providers = [anthropic, vllm]
  const aliases = { fast: 'claude-haiku-5-5', smart: 'auto', lost: 'claude-haiku-5-6' }
  const directory = createModelDirectory(buildCatalogue(shipped, providers, []), ['anthropic', 'vllm'], aliases)

  test('are found wherever a model is named', () => {
    const routing = {
      auto: { cheap: 'claude-haiku-5-6', strong: 'vllm/unlisted' },
      fallbacks: { 'gpt-6-luna': ['claude-haiku-5-5', 'nobody/x'] },
    }
    expect(findUnknownModels({ aliases, routing }, directory)).toMatchObject([
      {
        path: ['routing', 'auto', 'cheap'],
        name: 'claude-haiku-5-6',
        near: expect.arrayContaining(['claude-haiku-5-5']),
      },
      { path: ['routing', 'auto', 'strong'], name: 'vllm/unlisted' },
      { path: ['aliases', 'lost'], name: 'claude-haiku-5-6', near: expect.arrayContaining(['claude-haiku-5-5']) },
      { path: ['routing', 'fallbacks', 'gpt-6-luna'], name: 'gpt-6-luna' },
      { path: ['routing', 'fallbacks', 'gpt-6-luna', 1], name: 'nobody/x' },
    ])
  })
  test('are none where all is listed, or can be reached', () => {
    const routing = { auto: { cheap: 'fast', strong: null }, fallbacks: { fast: ['vllm/unlisted'] } }
    expect(findUnknownModels({ aliases: { smart: 'auto', fast: 'claude-haiku-5-5' }, routing }, directory)).toEqual([])
  })
})

function messageOf(step: () => unknown): string {
  try {
    step()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}
