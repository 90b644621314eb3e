import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EmbedRefusal, InferencePool, Outcome } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { TINY_DIMENSION } from '../support/tiny-models.js'
import { REAL_THREAD, realSetup } from './real-pool.js'

const limits = () => ({ maxQueue: 1024, deadlineMs: 60_000 })
const setup = realSetup()

let pool: InferencePool
beforeAll(async () => {
  pool = createInferencePool({ setup, threads: 2, limits, workerFile: REAL_THREAD, clock: systemClock })
  await pool.ready()
})
afterAll(() => pool.close())

function given<T>(outcome: Outcome<T> | EmbedRefusal): T {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.value
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))
}

describe('a pool with real networks', () => {
  test('gives a prompt its unit vector and its complexity', async () => {
    const { vector, tokenCount, complexity } = given(await pool.analyse('How do I sort a list?'))
    expect(vector).toHaveLength(TINY_DIMENSION)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    expect(tokenCount).toBeGreaterThan(2)
    expect(complexity).toBeGreaterThan(0)
    expect(complexity).toBeLessThan(1)
  })

  test('gives a text the same vector alone, in a batch and in the other lane', async () => {
    const texts = Array.from({ length: 150 }, (_, i) => `number ${i} of the texts ${'and more '.repeat(i % 40)}`)
    const alone: Float32Array[] = []
    for (const text of texts) alone.push(given(await pool.embed([text])).vectors)
    const together = given(await pool.embed(texts)).vectors
    const prompts = await Promise.all(texts.map((text) => pool.analyse(text)))
    for (const [i, vector] of alone.entries()) {
      const row = together.subarray(i * TINY_DIMENSION, (i + 1) * TINY_DIMENSION)
      expect(largestDifference(vector, row)).toBeLessThan(1e-5)
      expect(
        largestDifference(vector, given(prompts[i] ?? { kind: 'unavailable', reason: 'failed' }).vector),
      ).toBeLessThan(1e-5)
    }
  })

  test('scores pairs in their order', async () => {
    const pairs = [
      { a: 'How do I sort a list?', b: 'how can I sort a list', cosine: 0.95 },
      { a: 'What is 5 times 3?', b: 'What is 5 times 4?', cosine: 0.95 },
    ]
    const [same, different] = given(await pool.verify(pairs))
    expect(same).toBeGreaterThan(Number(different))
  })

  test('refuses the request with a token that is not in the vocabulary, and no other', async () => {
    const before = pool.status()
    const outcomes = await Promise.all([pool.embed(['good']), pool.embed([[1_000_000_000]]), pool.embed([[5, 6]])])
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['done', 'unavailable', 'done'])
    expect(outcomes[1]).toEqual({ kind: 'unavailable', reason: 'failed' })
    expect(pool.status().restarts).toBe(before.restarts)
  })

  test('says which file it could not load', async () => {
    const broken = { ...setup, embedder: { ...setup.embedder, onnxFile: '/nowhere/model.onnx' } }
    const other = createInferencePool({
      setup: broken,
      threads: 2,
      limits,
      workerFile: REAL_THREAD,
      clock: systemClock,
    })
    await expect(other.ready()).rejects.toThrow('/nowhere/model.onnx')
    await other.close()
  })
})
