import { describe, expect, test } from 'vitest'
import type { ModelSpec } from '../../src/core/model-spec.js'
import { picoUsdOf } from '../../src/core/money/money.js'
import { chooseRoute, type RouteRequest } from '../../src/routing/choose-route.js'
import { renderRoute } from '../../src/routing/render-route.js'
import type { Capability, RequestNeeds } from '../../src/routing/request-needs.js'

const model = (id: string, provider: string, price?: number): ModelSpec => ({
  id,
  provider,
  upstreamName: id,
  listed: true,
  ...(price !== undefined && { prices: [{ inputPerMTok: price, outputPerMTok: price * 5 }] }),
})
const candidates = [model('middle', 'a', 2), model('large', 'a', 8), model('small', 'b', 0.1), model('unpriced', 'b')]
const nothing: RequestNeeds = { capabilities: new Map(), promptTokens: 10, outputTokens: undefined }
const request: RouteRequest = {
  strategy: 'auto',
  provider: undefined,
  cheap: null,
  strong: null,
  candidates,
  mayUse: () => true,
  needs: nothing,
  insight: { kind: 'unavailable' },
  threshold: 0.5,
}

describe('the choice of a model', () => {
  test.each([
    ['an unscored prompt goes to the strong model', {}, 'large', 'strategy=auto; reason=unscored'],
    ['cheapest', { strategy: 'cheapest' }, 'small', 'strategy=cheapest; reason=strategy'],
    ['quality', { strategy: 'quality' }, 'large', 'strategy=quality; reason=strategy'],
    ['only one provider', { strategy: 'cheapest', provider: 'a' }, 'middle', 'strategy=cheapest; reason=strategy'],
    ['one model left', { provider: 'b' }, 'small', 'strategy=auto; reason=only-model'],
    ['the configured pair', { strong: 'middle' }, 'middle', 'strategy=auto; reason=unscored'],
    [
      'a score at the threshold is strong',
      { insight: { kind: 'scored', complexity: 0.5 } },
      'large',
      'strategy=auto; score=0.50; threshold=0.50; reason=score',
    ],
    [
      'a score below it is cheap',
      { insight: { kind: 'scored', complexity: 0.49 } },
      'small',
      'strategy=auto; score=0.49; threshold=0.50; reason=score',
    ],
    [
      'a score just below it is cheap, and the header does not say otherwise',
      { insight: { kind: 'scored', complexity: 0.496 } },
      'small',
      'strategy=auto; score=0.496; threshold=0.500; reason=score',
    ],
    [
      'what differs only beyond the fourth decimal is the same',
      { insight: { kind: 'scored', complexity: 0.49996 } },
      'large',
      'strategy=auto; score=0.50; threshold=0.50; reason=score',
    ],
  ] as const)('%s', (_name, change, target, header) => {
    const decision = chooseRoute({ ...request, ...change })
    expect(decision.target.id).toBe(target)
    expect(renderRoute({ ...decision, selected: decision.target.id, strong: decision.strong.id })).toBe(header)
  })

  test('a recommended model comes before a dearer or cheaper one', () => {
    const recommended = candidates.map((spec) => (spec.id === 'middle' ? { ...spec, tier: 'strong' as const } : spec))
    expect(chooseRoute({ ...request, candidates: recommended }).target.id).toBe('middle')
    expect(chooseRoute({ ...request, candidates: recommended, strategy: 'cheapest' }).target.id).toBe('small')
  })

  test('nothing to choose from is a 404', () => {
    expect(() => chooseRoute({ ...request, provider: 'c' })).toThrow("The provider 'c' has no listed chat model")
  })

  test('is said plainly when no provider has any', () => {
    expect(() => chooseRoute({ ...request, candidates: [] })).toThrow('No provider that is on has a listed chat model')
  })

  test.each([{ cheap: 'smal' }, { strong: 'smal', strategy: 'cheapest' }, { cheap: 'smal', provider: 'a' }] as const)(
    'a configured model that is not there is a 404 that names it: %j',
    (change) => {
      expect(() => chooseRoute({ ...request, ...change })).toThrow(
        expect.objectContaining({ code: 'model_not_found', message: expect.stringContaining("'smal'") }),
      )
    },
  )

  test('a configured model that this request may not go to is passed over', () => {
    expect(chooseRoute({ ...request, strong: 'large', provider: 'b' }).target.id).toBe('small')
    expect(chooseRoute({ ...request, strong: 'large', mayUse: (id) => id !== 'large' }).target.id).toBe('middle')
  })
})

describe('a model that cannot answer', () => {
  const able = (id: string, price: number, spec: Partial<ModelSpec> = {}): ModelSpec => ({
    ...model(id, id, price),
    ...spec,
  })
  const needing = (...capabilities: readonly Capability[]): RequestNeeds => ({
    ...nothing,
    capabilities: new Map(capabilities.map((name) => [name, `the ${name} field`])),
  })
  const seeing = { capabilities: ['vision'] }
  const blind = { capabilities: [] }
  const easy = { kind: 'scored', complexity: 0.2 } as const
  const choose = (specs: readonly ModelSpec[], change: Partial<RouteRequest>) => {
    const decision = chooseRoute({ ...request, candidates: specs, insight: easy, ...change })
    return [decision.target.id, decision.reason]
  }
  const pair = { cheap: 'small', strong: 'large' }

  test('leaves the request to the other of a configured pair, and the header says why', () => {
    const specs = [able('small', 1, blind), able('other', 2, seeing), able('large', 9, seeing)]
    const decision = chooseRoute({ ...request, ...pair, candidates: specs, insight: easy, needs: needing('vision') })
    expect(decision.target.id).toBe('large')
    expect(renderRoute({ ...decision, selected: '', strong: '' })).toBe(
      'strategy=auto; score=0.20; reason=capability:vision',
    )
  })

  test('leaves nothing to the target, even where the score would have chosen the other one', () => {
    const both = [able('small', 1), able('large', 9)]
    const onlyCheap = [able('small', 1, seeing), able('large', 9, blind)]
    const of = (specs: readonly ModelSpec[], change: Partial<RouteRequest> = {}) => {
      const { isFree, reason, tier } = chooseRoute({ ...request, candidates: specs, insight: easy, ...pair, ...change })
      return { isFree, reason, tier }
    }
    expect(of(both)).toEqual({ isFree: true, reason: 'score', tier: 'cheap' })
    expect(of(both, { threshold: 0.1 })).toEqual({ isFree: true, reason: 'score', tier: 'strong' })
    expect(of(both, { strategy: 'quality' })).toEqual({ isFree: false, reason: 'strategy', tier: 'strong' })
    const needs = needing('vision')
    expect(of(onlyCheap, { needs })).toEqual({ isFree: false, reason: 'score', tier: 'cheap' })
    const hard = { needs, threshold: 0.1 }
    expect(of(onlyCheap, hard)).toEqual({ isFree: false, reason: 'capability:vision', tier: 'cheap' })
  })

  test.each<[string, readonly ModelSpec[], Partial<RouteRequest>, string, string]>([
    ['a short window', [able('small', 1, { contextTokens: 5 }), able('large', 9)], {}, 'large', 'context'],
    [
      'short answers',
      [able('small', 1, { maxOutputTokens: 5 }), able('large', 9)],
      { needs: { ...nothing, outputTokens: 6 } },
      'large',
      'output',
    ],
    ['no health', [able('small', 1), able('large', 9)], { isHealthy: ({ id }) => id !== 'small' }, 'large', 'health'],
    [
      'a strong one without health',
      [able('small', 1), able('large', 9)],
      { strategy: 'quality', isHealthy: ({ id }) => id !== 'large' },
      'small',
      'health',
    ],
    [
      'neither of the pair: the cheapest that can',
      [able('small', 1, blind), able('large', 9, blind), able('dear', 8, seeing), able('fair', 3, seeing)],
      { needs: needing('vision') },
      'fair',
      'capability:vision',
    ],
    [
      'neither of the pair: the dearest that is no dearer',
      [able('small', 1, blind), able('large', 9, blind), able('gold', 90, seeing), able('fair', 3, seeing)],
      { needs: needing('vision'), strategy: 'quality' },
      'fair',
      'capability:vision',
    ],
    [
      'one that nobody named: the next one recommended',
      [able('a', 1, { ...blind, tier: 'cheap' }), able('b', 2, { ...seeing, tier: 'cheap' }), able('large', 9)],
      { needs: needing('vision'), cheap: null },
      'b',
      'capability:vision',
    ],
    [
      'what is not known counts as able',
      [able('small', 1), able('large', 9)],
      { needs: needing('audio') },
      'small',
      'score',
    ],
    [
      // 1,024 tokens at $45 a million are 46 thousandths of a dollar; at $5 they are 5.
      'a purse that is too light for the strong one',
      [able('small', 1), able('large', 9)],
      { strategy: 'quality', purse: { left: picoUsdOf(0.01), assumedPerToken: 0n, epochMs: 0 } },
      'small',
      'budget',
    ],
    [
      'a purse that is heavy enough for a short answer',
      [able('small', 1), able('large', 9)],
      {
        strategy: 'quality',
        needs: { ...nothing, outputTokens: 100 },
        purse: { left: picoUsdOf(0.01), assumedPerToken: 0n, epochMs: 0 },
      },
      'large',
      'strategy',
    ],
    [
      'a purse too light for all: as if it were not',
      [able('small', 1), able('large', 9)],
      { strategy: 'quality', purse: { left: 1n, assumedPerToken: 0n, epochMs: 0 } },
      'large',
      'strategy',
    ],
    [
      'a price that is not known counts as assumed',
      [able('small', 1, { prices: [] }), able('large', 9)],
      { ...pair, purse: { left: picoUsdOf(0.1), assumedPerToken: picoUsdOf(0.001), epochMs: 0 } },
      'large',
      'budget',
    ],
    [
      'all in trouble: as if none were',
      [able('small', 1), able('large', 9)],
      { isHealthy: () => false },
      'small',
      'score',
    ],
    [
      'no answer long enough: the score decides among the longest',
      [able('small', 1, { maxOutputTokens: 5 }), able('large', 9, { maxOutputTokens: 5 })],
      { needs: { ...nothing, outputTokens: 6 } },
      'small',
      'score',
    ],
    [
      'perhaps too long a prompt: the longest window is tried',
      [able('small', 1, { contextTokens: 8 }), able('large', 9, { contextTokens: 9 })],
      {},
      'large',
      'context',
    ],
  ])('%s', (_name, specs, change, id, reason) => {
    expect(choose(specs, { ...pair, ...change })).toEqual([id, reason])
  })

  test('a strong model that cannot answer is nothing to measure against', () => {
    const specs = [able('small', 1, seeing), able('large', 9, blind)]
    expect(chooseRoute({ ...request, ...pair, candidates: specs, needs: needing('vision') }).strong.id).toBe('small')
  })

  test('nobody who can is a 400 that names the capability and the field', () => {
    const specs = [able('small', 1, blind), able('large', 9, seeing)]
    expect(() => choose(specs, { ...pair, needs: needing('vision', 'audio') })).toThrow(
      expect.objectContaining({
        code: 'unsupported_parameter',
        param: 'the audio field',
        message: expect.stringContaining("'audio' (needed by 'the audio field')"),
      }),
    )
  })

  test('nobody who has both is said so', () => {
    const specs = [able('small', 1, { capabilities: ['audio'] }), able('large', 9, seeing)]
    expect(() => choose(specs, { ...pair, needs: needing('vision', 'audio') })).toThrow(
      /'vision' .* and 'audio' .* together/,
    )
  })

  test('a prompt that is surely too long for everybody is a 400', () => {
    const specs = [able('small', 1, { contextTokens: 5 }), able('large', 9, { contextTokens: 7 })]
    expect(() => choose(specs, pair)).toThrow(
      expect.objectContaining({ code: 'context_length_exceeded', param: 'messages' }),
    )
  })
})
