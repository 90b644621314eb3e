import { describe, expect, test } from 'vitest'
import type { ModelSpec } from '../../src/core/model-spec.js'
import { type FollowUp, stayOrMove } from '../../src/routing/stay-or-move.js'

const model = (id: string, input: number, output: number, cached?: number): ModelSpec => ({
  id,
  provider: id,
  upstreamName: id,
  listed: true,
  prices: [{ inputPerMTok: input, outputPerMTok: output, ...(cached !== undefined && { cachedInputPerMTok: cached }) }],
})
const cheap = model('cheap', 0.1, 0.5, 0.01)
const strong = model('strong', 4, 20, 0.2)
const third = model('third', 3, 15)
const minutes = 60_000

const followUp: FollowUp = {
  conversation: { model: 'cheap', promptTokens: 1000, answeredAtMs: 0, moves: 0 },
  current: cheap,
  pair: { cheap, strong },
  score: 0.3,
  threshold: 0.3,
  promptTokens: 1200,
  standsAlone: () => true,
  nowMs: minutes,
  epochMs: Date.UTC(2026, 10, 1),
}
const decide = (change: Partial<FollowUp>) => {
  const { reason, target } = stayOrMove({ ...followUp, ...change })
  return [target.id, reason]
}

describe('on the cheap model', () => {
  test.each<[string, Partial<FollowUp>, string, string]>([
    ['it stays for a turn above the threshold', { score: 0.39 }, 'cheap', 'sticky'],
    ['it goes up for one that is much harder', { score: 0.4 }, 'strong', 'harder'],
    ['it stays for one that nobody could score', { score: undefined }, 'cheap', 'sticky'],
    ['it stays for an easy one', { score: 0 }, 'cheap', 'sticky'],
  ])('%s', (_name, change, id, reason) => {
    expect(decide(change)).toEqual([id, reason])
  })
})

describe('on the strong model', () => {
  const long = { model: 'strong', promptTokens: 50_000, answeredAtMs: 0, moves: 0 }
  const cold = { current: strong, conversation: long, promptTokens: 50_000, score: 0.1, nowMs: 10 * minutes }
  test.each<[string, Partial<FollowUp>, string, string]>([
    ['an easy turn of a long conversation that nobody holds any more goes down', cold, 'cheap', 'economics'],
    ['but not while the provider holds the prompt', { ...cold, nowMs: minutes }, 'strong', 'sticky'],
    ['nor for less than a cent', { ...cold, promptTokens: 100 }, 'strong', 'sticky'],
    ['nor when the turn leans on what was said', { ...cold, standsAlone: () => false }, 'strong', 'sticky'],
    ['nor when it is hardly easier', { ...cold, score: 0.25 }, 'strong', 'sticky'],
    ['nor when it had moved before', { ...cold, conversation: { ...long, moves: 1 } }, 'strong', 'sticky'],
    ['nor when nobody knows what it would save', { ...cold, current: { ...strong, prices: [] } }, 'strong', 'sticky'],
    ['nor when nobody could score it', { ...cold, score: undefined }, 'strong', 'sticky'],
    ['a hard one stays', { ...cold, score: 0.9 }, 'strong', 'sticky'],
  ])('%s', (_name, change, id, reason) => {
    expect(decide(change)).toEqual([id, reason])
  })
})

test('what a provider holds counts as uncached where it has no price for it', () => {
  const change = { current: third, promptTokens: 50_000, score: 0.1, pair: { cheap, strong: third } }
  expect(decide({ ...change, conversation: { ...followUp.conversation, promptTokens: 50_000 } })).toEqual([
    'cheap',
    'economics',
  ])
})

test('a model that stood in for either stays, however hard the turn is', () => {
  expect(decide({ current: third, score: 0.9 })).toEqual(['third', 'sticky'])
})

test('no sequence of turns moves a conversation more than twice', () => {
  let state = 7
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  for (let round = 0; round < 200; round += 1) {
    let conversation = { model: 'strong', promptTokens: 90_000, answeredAtMs: 0, moves: 0 }
    let current = next() < 0.5 ? cheap : strong
    let moves = 0
    for (let turn = 1; turn < 40; turn += 1) {
      const nowMs = turn * 10 * minutes
      const { reason, target } = stayOrMove({
        ...followUp,
        conversation,
        current,
        score: next(),
        promptTokens: 90_000,
        nowMs,
      })
      if (target !== current) moves += 1
      current = target
      conversation = { ...conversation, answeredAtMs: nowMs, moves: conversation.moves + (reason === 'sticky' ? 0 : 1) }
    }
    expect(moves).toBeLessThanOrEqual(2)
  }
})
