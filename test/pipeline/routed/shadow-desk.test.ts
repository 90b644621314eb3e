import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'
import type { ModelSpec } from '../../../src/core/model-spec.js'
import { picoUsdOf } from '../../../src/core/money/money.js'
import type { QualityLabel } from '../../../src/core/money/quality-label.js'
import { createShadowDesk, type RoutedCheaper, type ShadowPorts } from '../../../src/pipeline/routed/shadow-desk.js'
import { adequacyAt } from '../../../src/routing/target/routing-curve.js'
import type { RoutingBelief } from '../../../src/routing/target/target-state.js'
import { readShadowState, writeShadowState } from '../../../src/routing-data/shadow-file.js'

const BELIEF: RoutingBelief = {
  curve: [
    { score: 0, cheap: 0.9, strong: 0.95 },
    { score: 1, cheap: 0.3, strong: 0.8 },
  ],
  reference: [0.2],
}

const spec = (id: string): ModelSpec => ({ id, provider: 'p', upstreamName: id }) as ModelSpec // all that is looked at
const [CHEAP, STRONG, OTHER] = [spec('cheap'), spec('strong'), spec('other')]

const answer = (text: string, finishReason: 'stop' | 'length' = 'stop'): ChatResponse => ({
  id: undefined,
  model: undefined,
  choices: [{ index: 0, parts: [{ type: 'text', text, path: '' }], finishReason }],
  usage: undefined,
})

const REQUEST: ChatRequest = {
  dialect: 'openai',
  model: 'auto',
  stream: false,
  includeUsage: false,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Is it open?', path: '' }], path: '' }],
  extras: {},
  raw: '{}',
}
const ROUTED: RoutedCheaper = {
  request: REQUEST,
  target: CHEAP,
  strong: STRONG,
  complexity: 0.2,
  tenant: 'a',
  key: 'k',
}

const DAY_MS = 86_400_000

function setUp(overrides: Partial<ShadowPorts> = {}) {
  const seen = {
    epochMs: 20_000 * DAY_MS,
    asked: 0,
    verdicts: [] as string[],
    labels: [] as QualityLabel[],
    beliefs: [] as RoutingBelief[],
  }
  const desk = createShadowDesk(
    {
      clock: { now: () => 0, epochMs: () => seen.epochMs },
      random: () => 0,
      settings: () => ({ share: 0.1, budgetUsdPerDay: 1, judgeModel: null }),
      pair: () => ({ cheap: CHEAP, strong: STRONG }),
      isHealthy: () => true,
      askStrong: async () => {
        seen.asked += 1
        return { response: answer('No.'), cost: picoUsdOf(0.3) }
      },
      askJudge: async () => ({ response: answer('VERDICT: SAME'), cost: picoUsdOf(0.1) }),
      cosineOf: async () => undefined,
      store: null,
      onVerdict: (verdict) => seen.verdicts.push(verdict),
      onLabel: (label) => seen.labels.push(label),
      onBelief: (belief) => seen.beliefs.push(belief),
      ...overrides,
    },
    BELIEF,
  )
  async function compare(cheap = answer('Yes.'), routed: Partial<RoutedCheaper> = {}): Promise<void> {
    desk.draw({ ...ROUTED, ...routed })?.compare(cheap)
    await desk.idle()
  }
  async function condemn(): Promise<void> {
    desk.draw(ROUTED)?.condemn(answer('No.'))
    await desk.idle()
  }
  return { desk, seen, compare, condemn }
}

describe('shadow calls', () => {
  test('are drawn by lot', async () => {
    const { desk } = setUp({ random: () => 0.1 })
    expect(desk.draw(ROUTED)).toBeUndefined()
    await desk.close()
    const { desk: other } = setUp({ random: () => 0.0999 })
    expect(other.draw(ROUTED)).toBeDefined()
    await other.close()
  })

  test('stop at the budget, and begin again on the next day', async () => {
    const { compare, desk, seen } = setUp()
    for (let count = 0; count < 6; count += 1) await compare()
    expect(seen.asked).toBe(4)
    seen.epochMs += DAY_MS
    await compare()
    expect(seen.asked).toBe(5)
    await desk.close()
  })

  test('that fail count as spent, since nobody knows', async () => {
    const settings = () => ({ share: 1, budgetUsdPerDay: 0.025, judgeModel: null })
    const { compare, desk, seen } = setUp({ settings, askStrong: () => Promise.reject(new Error('down')) })
    for (let count = 0; count < 5; count += 1) await compare()
    expect(seen.verdicts).toEqual(['failed', 'failed'])
    await desk.close()
  })

  test('are two at a time, and none for an answer that was cut', async () => {
    const { compare, desk, seen } = setUp()
    await compare(answer('Yes, and', 'length'))
    expect(seen.asked).toBe(0)
    for (let count = 0; count < 3; count += 1) desk.draw(ROUTED)?.compare(answer('Yes.'))
    await desk.idle()
    expect(seen.asked).toBe(2)
    await desk.close()
  })

  test('teach what the cheap model is worth, but only of the usual pair', async () => {
    const { compare, desk, seen } = setUp()
    await compare(answer('Yes.'), { strong: OTHER })
    await compare(answer('Yes.'), { complexity: undefined })
    expect(seen.beliefs).toEqual([])
    expect(desk.estimate()).toMatchObject({ judged: 2 })
    await compare()
    const [learnt] = seen.beliefs
    expect(adequacyAt(learnt?.curve ?? BELIEF.curve, 0.2).cheap).toBeLessThan(adequacyAt(BELIEF.curve, 0.2).cheap)
    await desk.close()
  })

  test('a model may judge, and is paid for', async () => {
    const settings = () => ({ share: 1, budgetUsdPerDay: 0.45, judgeModel: 'judge' })
    const askStrong = async () => ({ response: answer('At the gate, on the left.'), cost: picoUsdOf(0.3) })
    const { compare, desk, seen } = setUp({ settings, askStrong })
    await compare(answer('It stands by the left gate.'))
    await compare(answer('It stands by the left gate.'))
    expect(seen.verdicts).toEqual(['right', 'right'])
    await compare(answer('It stands by the left gate.'))
    expect(seen.verdicts).toHaveLength(2)
    await desk.close()
  })

  test('are spared where the cheap answer was plainly not good enough: it was wrong', async () => {
    const { compare, condemn, desk, seen } = setUp()
    await condemn()
    expect(seen).toMatchObject({ asked: 0, verdicts: ['wrong'] })
    expect(seen.labels).toEqual([
      { source: 'shadow', verdict: 'wrong', tenant: 'a', key: 'k', provider: 'p', model: 'cheap' },
    ])
    expect(desk.estimate()).toMatchObject({ judged: 1, ratio: 0 })
    const [learnt] = seen.beliefs
    expect(adequacyAt(learnt?.curve ?? BELIEF.curve, 0.2).cheap).toBeLessThan(adequacyAt(BELIEF.curve, 0.2).cheap)
    // Nothing was spent, so that as many calls as ever are to be had.
    for (let count = 0; count < 6; count += 1) await compare()
    expect(seen.asked).toBe(4)
    await desk.close()
  })

  test('leave out what is plainly wrong too when what may be right could not be looked at', async () => {
    const { compare, condemn, desk, seen } = setUp()
    for (let count = 0; count < 4; count += 1) await compare()
    await condemn()
    expect(desk.estimate().judged).toBe(4)
    seen.epochMs += DAY_MS
    await condemn()
    expect(desk.estimate().judged).toBe(5)
    const { desk: busy } = setUp()
    for (let count = 0; count < 2; count += 1) busy.draw(ROUTED)?.compare(answer('Yes.'))
    busy.draw(ROUTED)?.condemn(answer('No.'))
    await busy.idle()
    expect(busy.estimate().judged).toBe(2)
    await busy.close()
    await desk.close()
    await condemn()
    expect(desk.estimate().judged).toBe(5)
  })

  test('are given up when the gateway ends', async () => {
    const askStrong: ShadowPorts['askStrong'] = (_request, _strong, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))
    const { desk, seen } = setUp({ askStrong })
    desk.draw(ROUTED)?.compare(answer('Yes.'))
    await new Promise((resolve) => setImmediate(resolve))
    await desk.close()
    expect(seen.verdicts).toEqual(['failed'])
    expect(desk.draw(ROUTED)).toBeUndefined()
  })
})

describe('what was learnt', () => {
  const warnings: string[] = []
  function storeAt(file: string): ShadowPorts['store'] {
    return {
      read: () => readShadowState(file, (message) => warnings.push(message)),
      write: (state) => writeShadowState(file, state),
    }
  }
  const cheapAt = ({ curve }: RoutingBelief): number => adequacyAt(curve, 0.2).cheap

  test('outlives the process, but not a change of models or of the curve', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'shadow-')), 'routing-learning.json')
    const first = setUp({ store: storeAt(file) })
    first.desk.believe(BELIEF)
    await first.compare()
    const learnt = cheapAt(first.desk.believe(BELIEF))
    expect(learnt).toBeLessThan(cheapAt(BELIEF))
    await first.desk.close()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, spent: { day: 20_000, usd: 0.3 } })

    const second = setUp({ store: storeAt(file) })
    expect(cheapAt(second.desk.believe(BELIEF))).toBe(learnt)
    expect(second.desk.estimate().judged).toBe(1)
    const another = { ...BELIEF, curve: BELIEF.curve.map((point) => ({ ...point, strong: 0.96 })) }
    expect(second.desk.believe(another)).toEqual(another)
    expect(second.desk.estimate().judged).toBe(0)
    await second.desk.close()

    const third = setUp({ store: storeAt(file), pair: () => ({ cheap: CHEAP, strong: OTHER }) })
    expect(third.desk.believe(BELIEF)).toEqual(BELIEF)
    await third.desk.close()
    expect(warnings).toEqual([])
  })

  test('begins anew where the file is damaged, and says so', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'shadow-')), 'routing-learning.json')
    writeFileSync(file, '{"version": 1, "learn')
    const { desk } = setUp({ store: storeAt(file) })
    expect(desk.believe(BELIEF)).toEqual(BELIEF)
    expect(warnings).toEqual([expect.stringContaining('routing-learning.json is ignored')])
    await desk.close()
  })
})
