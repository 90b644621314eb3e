import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Embeddings, InferencePool } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { shippedModels } from '../support/shipped-models.js'

/** Written for this project, and shown to no training. */
const SAMPLE = readFileSync(new URL('../fixtures/everyday-pairs.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): { readonly a: string; readonly b: string; readonly same: boolean } => JSON.parse(line))

let pool: InferencePool
beforeAll(async () => {
  pool = createInferencePool({
    setup: await shippedModels(),
    threads: 1,
    limits: () => ({ maxQueue: 100, deadlineMs: 10_000 }),
    workerFile: join(packageRoot(), 'dist', 'workers', 'inference.js'),
    clock: systemClock,
  })
  await pool.ready()
})
afterAll(() => pool.close())

async function embed(texts: readonly string[]): Promise<Embeddings> {
  const outcome = await pool.embed(texts)
  if (outcome.kind !== 'done') throw new Error(outcome.kind)
  return outcome.value
}

function cosine(first: Embeddings, row: number, second: Embeddings, other: number): number {
  const { dimension } = first
  const vector = first.vectors.subarray(row * dimension, (row + 1) * dimension)
  return vector.reduce((sum, value, i) => sum + value * (second.vectors[other * dimension + i] ?? 0), 0)
}

describe('the shipped embedder in a real thread', () => {
  test.each([
    ['How do I reset my password?', 'I want to change my password', 'What is the capital of France?'],
    ['What is the capital of France?', "france's capital city", 'How do I boil an egg?'],
    ['Write a Python function that sorts a list', 'sort a list in python', 'Write a poem about autumn'],
    ['Convert 10 miles to kilometers', 'how many kilometers are 10 miles', 'How tall is Mount Everest?'],
  ])('"%s" is nearer to "%s" than to "%s"', async (text, near, far) => {
    const vectors = await embed([text, near, far])
    expect(cosine(vectors, 0, vectors, 1)).toBeGreaterThan(cosine(vectors, 0, vectors, 2) + 0.2)
  })

  test('finds at least nine in ten everyday rewordings among two hundred prompts', async () => {
    const same = SAMPLE.filter((pair) => pair.same)
    const [asked, kept] = [await embed(same.map(({ a }) => a)), await embed(same.map(({ b }) => b))]
    const found = same.filter((_, row) => {
      const cosines = same.map((__, other) => cosine(asked, row, kept, other))
      return cosines.indexOf(Math.max(...cosines)) === row
    })
    expect(found.length / same.length).toBeGreaterThanOrEqual(0.9)
  })

  test('alone cannot tell near-opposites from rewordings', async () => {
    // The reason for verifier, rules and bounds: should this ever fail, the cache can be made simpler.
    const [asked, kept] = [await embed(SAMPLE.map(({ a }) => a)), await embed(SAMPLE.map(({ b }) => b))]
    const meanOf = (same: boolean): number => {
      const rows = SAMPLE.flatMap((pair, row) => (pair.same === same ? [cosine(asked, row, kept, row)] : []))
      return rows.reduce((sum, value) => sum + value, 0) / rows.length
    }
    expect(meanOf(false)).toBeGreaterThan(meanOf(true) - 0.1)
  })
})
