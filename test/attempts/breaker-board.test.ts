import { expect, test } from 'vitest'
import { createBreakerBoard, worstState } from '../../src/attempts/breaker-board.js'

const RULES = { windowMs: 10_000, minRequests: 1, failureRatio: 0.5, openMs: 5000 }
const HAIKU = { provider: 'anthropic', upstreamName: 'haiku', listed: true }
const OPUS = { provider: 'anthropic', upstreamName: 'opus', listed: true }

test('each model has its own breaker, and the provider shows its worst', () => {
  const board = createBreakerBoard()
  board.enter(HAIKU, RULES, 0)?.fail(0)
  board.enter(OPUS, RULES, 0)?.succeed(0)
  expect([board.admits(HAIKU, 1), board.admits(OPUS, 1), board.openForMs(HAIKU, 1000)]).toEqual([false, true, 4000])
  expect(board.view(1000)).toEqual([
    { provider: 'anthropic', model: 'haiku', state: 'open', openForMs: 4000 },
    { provider: 'anthropic', model: 'opus', state: 'closed', openForMs: 0 },
  ])
  expect(worstState(board.view(1000), 'anthropic')).toBe('open')
  expect(worstState(board.view(5000), 'anthropic')).toBe('half-open')
  expect(worstState(board.view(0), 'openai')).toBe('closed')
})

test('names that clients make up share one breaker', () => {
  const board = createBreakerBoard()
  for (let index = 0; index < 100; index += 1) {
    board.enter({ provider: 'local', upstreamName: `model-${index}`, listed: false }, RULES, 0)?.succeed(0)
  }
  expect(board.view(0)).toHaveLength(1)
})

test('asking about a model that nobody has called creates nothing', () => {
  const board = createBreakerBoard()
  expect([board.admits(HAIKU, 0), board.openForMs(HAIKU, 0), board.view(0)]).toEqual([true, 0, []])
})
