import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { observeDecision, type RoutingBelief, startTarget } from '../../../src/routing/target/target-state.js'

/** Scores of real prompts, by the classifier that comes with llmrouter. */
const mixes = JSON.parse(
  readFileSync(new URL('../../fixtures/routing/scores.json', import.meta.url), 'utf8'),
) as Readonly<Record<'everyday' | 'schoolMaths' | 'work', readonly number[]>>
type Mix = keyof typeof mixes

const belief: RoutingBelief = {
  curve: [
    { score: 0, cheap: 1, strong: 1 },
    { score: 1, cheap: 0, strong: 0.8 },
  ],
  reference: Array.from({ length: 200 }, (_, at) => 0.05 + (at / 200) * 0.6),
}

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function draw(scores: readonly number[], count: number, next: () => number): number[] {
  return Array.from({ length: count }, () => scores[Math.floor(next() * scores.length)] ?? 0)
}

/** 1 for each strong call; every decision is checked against its threshold. */
function route(stream: readonly number[], strongShare: number): readonly number[] {
  let state = startTarget({ strongShare }, belief)
  return stream.map((score) => {
    const isStrong = score >= state.threshold
    state = observeDecision(state, { score, isStrong }, { strongShare }, belief)
    return isStrong ? 1 : 0
  })
}

const shareOf = (calls: readonly number[]): number => calls.reduce((sum, call) => sum + call, 0) / calls.length
const parts = (calls: readonly number[], size: number): readonly number[] =>
  Array.from({ length: calls.length / size }, (_, at) => shareOf(calls.slice(at * size, (at + 1) * size)))

describe.each([0.05, 0.3, 0.5, 0.9])('a share of %d strong calls', (goal) => {
  const orders: readonly (readonly Mix[])[] = [
    ['everyday', 'work', 'schoolMaths'],
    ['work', 'everyday', 'schoolMaths'],
    ['schoolMaths', 'everyday', 'work'],
  ]
  test.each(orders)('is held through three mixes of prompts: %s, %s, %s', (...order) => {
    const next = random(7)
    const calls = route(
      order.flatMap((mix) => draw(mixes[mix], 5000, next)),
      goal,
    )
    for (const share of parts(calls, 5000)) expect(Math.abs(share - goal)).toBeLessThanOrEqual(0.02)
    for (const share of parts(calls, 1000)) expect(Math.abs(share - goal)).toBeLessThanOrEqual(0.05)
  })

  test('is held on scores that no threshold can part', () => {
    const next = random(3)
    const lumps = [...Array(5000).fill(0.3), ...draw([0.2, 0.4], 5000, next), ...Array(5000).fill(0.1)] as number[]
    const calls = route(lumps, goal)
    for (const share of parts(calls, 1000)) expect(Math.abs(share - goal)).toBeLessThanOrEqual(0.05)
  })
})

test('prompts that nobody could score are strong calls too, and the others make up for them', () => {
  let state = startTarget({ strongShare: 0.3 }, belief)
  const next = random(5)
  const calls = draw(mixes.everyday, 4000, next).map((real, at) => {
    const score = at % 10 === 0 ? undefined : real
    const isStrong = score === undefined || score >= state.threshold
    state = observeDecision(state, { score, isStrong }, { strongShare: 0.3 }, belief)
    return isStrong ? 1 : 0
  })
  expect(Math.abs(shareOf(calls.slice(1000)) - 0.3)).toBeLessThan(0.02)
})

test.each([
  [0, 1],
  [1, 0],
])('a share of %d is a threshold of %d', (strongShare, threshold) => {
  expect(startTarget({ strongShare }, belief).threshold).toBe(threshold)
})

test('a plain threshold stays what it is', () => {
  let state = startTarget({ threshold: 0.28 }, belief)
  for (const score of mixes.work) state = observeDecision(state, { score, isStrong: true }, { threshold: 0.28 }, belief)
  expect(state).toMatchObject({ threshold: 0.28, debt: 0 })
})
