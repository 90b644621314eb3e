import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { shippedModels } from '../support/shipped-models.js'

const LOW = 0.3
const HIGH = 0.5

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

/** What the shipped verifier makes of two prompts and the cosine that the shipped embedder gives them. */
async function probability(a: string, b: string): Promise<number> {
  const [first, second] = [await vectorOf(a), await vectorOf(b)]
  const cosine = first.reduce((sum, value, index) => sum + value * (second[index] ?? 0), 0)
  const outcome = await pool.verify([{ a, b, cosine }])
  if (outcome.kind === 'unavailable') throw new Error(outcome.reason)
  return outcome.value[0] ?? Number.NaN
}

async function vectorOf(text: string): Promise<Float32Array> {
  const outcome = await pool.analyse(text)
  if (outcome.kind === 'unavailable') throw new Error(outcome.reason)
  return outcome.value.vector
}

describe('the shipped verifier in a real thread', () => {
  test.each([
    ['How do I reset my password', 'how can i reset my password?'],
    ['How do I boil an egg?', 'how to boil eggs'],
    ['turn on dark mode', 'Turn dark mode on!'],
    ['flights from Paris to Rome', 'Flights to Rome from Paris'],
  ])('believes that one answer serves %j and %j', async (a, b) => {
    expect(await probability(a, b)).toBeGreaterThan(HIGH)
  })

  test.each([
    ['enable 2FA', 'disable 2FA'],
    ['convert 10 km', 'convert 100 km'],
    ['turn dark mode on', 'turn dark mode off'],
    ['Why do dogs chase cats?', 'Why do cats chase dogs?'],
    ['flights from Paris to Rome', 'flights from Rome to Paris'],
    ['Is Python better than Java?', 'Is Java better than Python?'],
    ['Should I eat before a run?', 'Should I eat after a run?'],
    ['pancakes with milk', 'pancakes without milk'],
    ['What is the weather in Paris?', 'What is the weather in Rome?'],
    ['How do I install Python 3.9?', 'How do I install Python 3.11?'],
    ['How do I reset my password', 'What is the capital of France?'],
  ])('doubts that one answer serves %j and %j, either way round', async (a, b) => {
    expect(await probability(a, b)).toBeLessThan(LOW)
    expect(await probability(b, a)).toBeLessThan(LOW)
  })
})
