import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createAnswerScript } from '../../bench/savings/answer-script.js'
import { makeStream } from '../../bench/savings/make-stream.js'
import { always, costMatchedShuffle, exactCacheAlone, oracle } from '../../bench/savings/policies.js'
import type { Replayed } from '../../bench/savings/replay-stream.js'
import { readSample, type StreamPrompt } from '../../bench/savings/stream-prompts.js'
import { packageRoot } from '../../src/package-root.js'

const prompt = (text: string, group: string, cheap: number, strong: number): StreamPrompt => ({
  prompt: text,
  group,
  isMarked: true,
  cheap,
  strong,
  promptTokens: 10,
  answerTokens: 10,
})
const easy = prompt('easy one', 'easy', 1, 1)
const easyToo = prompt('easy, in other words', 'easy', 1, 1)
const hard = prompt('hard one', 'hard', 0, 1)
const hopeless = prompt('hopeless one', 'hopeless', 0, 0)
const stream = [easy, hard, easy, easyToo, hopeless, hard]
const costOf = (_prompt: StreamPrompt, tier: 'cheap' | 'strong') => (tier === 'cheap' ? 1 : 10)

describe('what a stream costs and brings', () => {
  test('with one model alone', () => {
    expect(always('strong', stream, costOf)).toMatchObject({ spentUsd: 60, right: [1, 1, 1, 1, 0, 1] })
    expect(always('cheap', stream, costOf)).toMatchObject({ spentUsd: 6, right: [1, 0, 1, 1, 0, 0] })
  })

  test('with an exact cache', () => {
    expect(exactCacheAlone(stream, costOf)).toMatchObject({ spentUsd: 40, right: [1, 1, 1, 1, 0, 1] })
  })

  test('at best', () => {
    expect(oracle(stream, costOf)).toMatchObject({ spentUsd: 12, right: [1, 1, 1, 1, 0, 1] })
  })

  test('by lot, with the hits that the gateway had', () => {
    const script = createAnswerScript(stream)
    const answers: readonly (readonly [model: string, cache: string, kind?: string])[] = [
      ['cheap', 'MISS'],
      ['strong', 'MISS'],
      ['cheap', 'HIT', 'exact'],
      ['cheap', 'HIT', 'semantic'],
      ['cheap', 'MISS'],
      ['strong', 'HIT', 'exact'],
    ]
    const replayed: Replayed[] = answers.map(([model, cache, kind], at) => ({
      ...{ id: String(at), model, cache, kind },
      text: script.textOf(stream[at] ?? easy, model === 'strong' ? 'strong' : 'cheap'),
    }))
    const { right, spentUsd } = costMatchedShuffle(
      { stream, replayed, strongModel: 'strong', groupOf: script.groupOf },
      costOf,
      1,
    )
    // Three calls, one of them strong: the hard prompt gets it in a third of the lots, and so does its repetition.
    expect(spentUsd).toBeCloseTo(12, 10)
    expect(right[1]).toBeCloseTo(1 / 3, 1)
    expect(right[5]).toBe(right[1])
    for (const at of [0, 2, 3]) expect(right[at]).toBeCloseTo(1, 10)
    expect(right[4]).toBe(0)
  })
})

test('answers tell whether they are right, and for which group', () => {
  const script = createAnswerScript(stream)
  expect(script.isRight(easyToo, script.textOf(easy, 'cheap'))).toBe(true)
  expect(script.isRight(hard, script.textOf(hard, 'strong'))).toBe(true)
  expect(script.isRight(hard, script.textOf(hard, 'cheap'))).toBe(false)
  expect(script.isRight(hard, script.textOf(easy, 'cheap'))).toBe(false)
  expect(script.groupOf(script.textOf(easyToo, 'strong'))).toBe('easy')
  expect(script.groupOf(script.textOf(hopeless, 'strong'))).toBeUndefined()
})

test('a stream repeats some groups often and most once, from every source', async () => {
  const sources = await readSample(1)
  const options = { requests: 600, groupShare: 0.5, exponent: 0.8, seed: 1 }
  const made = makeStream(sources, options)
  expect(made).toEqual(makeStream(sources, options))
  const times = new Map<string, number>()
  for (const { group } of made) times.set(group, (times.get(group) ?? 0) + 1)
  expect(times.size).toBe(300)
  expect(made).toHaveLength(600)
  const counts = [...times.values()].sort((a, b) => b - a)
  expect(counts[0]).toBeGreaterThan(15)
  expect(counts.filter((count) => count === 1).length).toBeGreaterThan(100)
  expect(new Set(made.filter(({ isMarked }) => isMarked).map(({ group }) => group)).size).toBe(150)
})

test('the script runs a real gateway on the shipped sample, and both accounts of the money agree', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(packageRoot(), 'dist/bench/savings.js'),
    ...['--requests', '150', '--rounds', '20', '--delay', '5'],
  ])
  expect(stdout).toMatch(/\n150 requests of 78 groups in \d+ wordings; \d+ with marks/)
  for (const name of ['always strong', 'always cheap', 'this gateway', 'same cache, shuffled routing', 'oracle']) {
    expect(stdout).toContain(`\n| ${name} `)
  }
  expect(stdout).toMatch(/\| exact +\| [1-9]\d* /)
  expect(stdout).toMatch(/: equal\.\n$/)
}, 120_000)
