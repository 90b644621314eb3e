import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { tinyClassifier, tinyEmbedder, tinyVerifier } from '../support/tiny-models.js'

let pool: InferencePool

beforeAll(async () => {
  pool = createInferencePool({
    setup: { embedder: tinyEmbedder(), classifier: tinyClassifier(), verifier: tinyVerifier() },
    threads: 1,
    limits: () => ({ maxQueue: 100, deadlineMs: 10_000 }),
    workerFile: join(packageRoot(), 'dist', 'workers', 'inference.js'),
    clock: systemClock,
  })
  await pool.ready()
})
afterAll(() => pool.close())

async function complexity(text: string): Promise<number> {
  const outcome = await pool.analyse(text)
  if (outcome.kind === 'unavailable' || outcome.value.complexity === undefined) throw new Error('nobody scored it')
  return outcome.value.complexity
}

test('one analysis brings the vector and the complexity of a prompt', async () => {
  const hard = await complexity('Explain this: ```const f = (x) => x ** 2; class A { #b = () => null }```. '.repeat(5))
  const easy = await complexity('hi?')
  expect(hard).toBeGreaterThan(easy)
  expect(hard).toBeLessThanOrEqual(1)
  expect(easy).toBeGreaterThanOrEqual(0)
})

test('pairs are verified in their order', async () => {
  const outcome = await pool.verify([
    { a: 'convert 10 km', b: 'Convert 10 km!', cosine: 0.98 },
    { a: 'convert 10 km', b: 'convert 100 km', cosine: 0.98 },
  ])
  if (outcome.kind === 'unavailable') throw new Error(outcome.reason)
  const [same, other] = outcome.value
  expect(same).toBeGreaterThan(0.9)
  expect(other).toBeLessThan(0.5)
})
