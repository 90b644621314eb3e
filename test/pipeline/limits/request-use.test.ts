import { describe, expect, test } from 'vitest'
import { type SettledRequest, useOf } from '../../../src/pipeline/limits/request-use.js'

const USAGE = { inputTokens: 100, outputTokens: 20 }

type Attempt = SettledRequest['attempts'][number]

const attempt = (more: Partial<Attempt>): Attempt => ({
  ttftMs: undefined,
  usage: undefined,
  writtenCharacters: 0,
  outcome: 'failed',
  ...more,
})

const use = (record: Partial<SettledRequest>) =>
  useOf(
    { attempts: [], cache: 'MISS', cost: undefined, usage: undefined, ...record },
    { assumedPerToken: 10n, expected: () => ({ prompt: 300, answer: 200 }) },
  )

const COMPLETE = attempt({ outcome: 'complete', ttftMs: 5, usage: USAGE })

describe('a request counts', () => {
  test('the tokens and the money its provider reports', () => {
    expect(use({ attempts: [COMPLETE], usage: USAGE, cost: 77n })).toEqual({ tokens: 120, cost: 77n })
    expect(use({ attempts: [COMPLETE], usage: USAGE, cost: 0n })).toEqual({ tokens: 120, cost: 0n })
  })

  test('an assumed amount when its cost is not known', () => {
    expect(use({ attempts: [COMPLETE], usage: USAGE })).toEqual({ tokens: 120, cost: 1200n })
  })

  test('nothing when it was answered with a copy', () => {
    expect(use({ cache: 'HIT', usage: USAGE, cost: 0n })).toEqual({ tokens: 0, cost: 0n })
    expect(use({ cache: 'JOIN', usage: USAGE })).toEqual({ tokens: 0, cost: 0n })
  })

  test('nothing when it was never sent, or nobody began to answer it', () => {
    expect(use({})).toEqual({ tokens: 0, cost: 0n })
    expect(use({ attempts: [attempt({}), attempt({})] })).toEqual({ tokens: 0, cost: 0n })
  })

  test('all its attempts', () => {
    const attempts = [attempt({}), COMPLETE, COMPLETE]
    expect(use({ attempts, usage: USAGE, cost: 5n })).toEqual({ tokens: 240, cost: 5n })
  })

  test('what was expected when it broke off, or its client went, before all was counted', () => {
    const partial = { inputTokens: 100, outputTokens: 1 }
    for (const broken of [
      attempt({ outcome: 'broken', ttftMs: 5 }),
      attempt({ outcome: 'client-gone', ttftMs: 5, usage: partial }),
      attempt({ outcome: 'client-gone' }),
      attempt({ outcome: 'complete', ttftMs: 5 }),
    ]) {
      expect(use({ attempts: [broken] })).toEqual({ tokens: 500, cost: 5000n })
    }
    const long = attempt({ outcome: 'broken', ttftMs: 5, usage: { inputTokens: 900, outputTokens: 1 } })
    expect(use({ attempts: [long], cost: 3n })).toEqual({ tokens: 901, cost: 3n })
  })

  test('what came when that is more than was expected: nobody reads a long answer and hangs up before it is counted', () => {
    const long = { ttftMs: 5, writtenCharacters: 40_000 } as const
    for (const outcome of ['client-gone', 'broken'] as const) {
      expect(use({ attempts: [attempt({ outcome, ...long })] })).toEqual({ tokens: 10_300, cost: 103_000n })
      const usage = { inputTokens: 900, outputTokens: 1 }
      expect(use({ attempts: [attempt({ outcome, ...long, usage })] }).tokens).toBe(10_900)
    }
  })

  test('what its provider reported of an answer that was not good enough', () => {
    expect(use({ attempts: [attempt({ outcome: 'rejected', ttftMs: 5, usage: USAGE }), COMPLETE] }).tokens).toBe(240)
  })

  test('the tokens of the gateway’s own model, which cost nothing', () => {
    expect(use({ usage: { inputTokens: 30, outputTokens: 0 }, cost: 0n })).toEqual({ tokens: 30, cost: 0n })
  })
})
