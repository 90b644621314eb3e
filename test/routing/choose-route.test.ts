import { describe, expect, test } from 'vitest'
import type { ModelSpec } from '../../src/core/model-spec.js'
import { chooseRoute, type RouteRequest } from '../../src/routing/choose-route.js'
import { renderRoute } from '../../src/routing/render-route.js'

const model = (id: string, provider: string, price?: number): ModelSpec => ({
  id,
  provider,
  upstreamName: id,
  listed: true,
  ...(price !== undefined && { prices: [{ inputPerMTok: price, outputPerMTok: price * 5 }] }),
})
const candidates = [model('middle', 'a', 2), model('large', 'a', 8), model('small', 'b', 0.1), model('unpriced', 'b')]
const request: RouteRequest = {
  strategy: 'auto',
  provider: undefined,
  cheap: null,
  strong: null,
  candidates,
  mayUse: () => true,
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
