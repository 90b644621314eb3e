import { join } from 'node:path'
import { Piscina } from 'piscina'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { PAIR_FEATURES, pairFeatures } from '../../src/core/pair-features.js'
import { PROMPT_TRAITS, promptTraits } from '../../src/core/prompt-traits.js'
import type { InferenceResult, InferenceTask, ThreadData } from '../../src/inference/contract.js'
import { createOccupiedGateMemory } from '../../src/inference/native-gate.js'
import { packageRoot } from '../../src/package-root.js'
import { createModelFolder, DIMENSION } from './support/model-folder.js'
import { sumNetwork } from './support/networks.js'

const folder = createModelFolder()
const pools: Piscina<InferenceTask, InferenceResult>[] = []
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})
afterAll(() => folder.remove())

function scorer(features: readonly string[]) {
  const onnxFile = folder.write(`${features.length}.onnx`, sumNetwork(features.length))
  return { onnxFile, input: 'features', output: 'probability', features }
}

const SETUP = {
  embedder: folder.embedder('fp32'),
  classifier: scorer(PROMPT_TRAITS),
  verifier: scorer(PAIR_FEATURES),
}

/** A thread from the build, as the pool starts it. */
function startThread(change: Partial<ThreadData> = {}): Piscina<InferenceTask, InferenceResult> {
  const pool = new Piscina<InferenceTask, InferenceResult>({
    filename: join(packageRoot(), 'dist/workers/inference.js'),
    workerData: { ...SETUP, gate: createOccupiedGateMemory(), ...change },
    minThreads: 0,
    maxThreads: 1,
    concurrentTasksPerWorker: 4,
    atomics: 'disabled',
  })
  pools.push(pool)
  return pool
}

const sigmoid = (values: readonly number[]) => 1 / (1 + Math.exp(-values.reduce((sum, value) => sum + value, 0)))

describe('a thread', () => {
  test('answers a ping when its models are loaded', async () => {
    expect(await startThread().run({ kind: 'ping' })).toEqual({ kind: 'ping' })
  })

  test('embeds a batch', async () => {
    const result = await startThread().run({ kind: 'embed', inputs: ['the of', [5, 6], ''] })
    if (result.kind !== 'embed') throw new Error(result.kind)
    expect(result.vectors).toHaveLength(3 * DIMENSION)
    expect(result.vectors.buffer.byteLength).toBe(3 * DIMENSION * 4)
    expect(result.tokenCounts).toEqual([4, 4, 2])
    expect(result.runMs).toBeGreaterThan(0)
  })

  test('analyses a batch: vectors as embedded, complexity from the traits', async () => {
    const thread = startThread()
    const texts = ['Why is the sky blue?', 'write a proof']
    const [analysed, embedded] = await Promise.all([
      thread.run({ kind: 'analyse', texts }),
      thread.run({ kind: 'embed', inputs: texts }),
    ])
    if (analysed.kind !== 'analyse' || embedded.kind !== 'embed') throw new Error(analysed.kind)
    expect(analysed.vectors).toEqual(embedded.vectors)
    expect(analysed.tokenCounts).toEqual(embedded.tokenCounts)
    expect(analysed.complexities).toHaveLength(2)
    for (const [row, text] of texts.entries()) {
      expect(analysed.complexities?.[row]).toBeCloseTo(sigmoid(Object.values(promptTraits(text))), 5)
    }
  })

  test('leaves complexity out without a classifier', async () => {
    const result = await startThread({ classifier: null }).run({ kind: 'analyse', texts: ['the'] })
    expect(result).toMatchObject({ kind: 'analyse', complexities: null })
  })

  test('verifies pairs from their features', async () => {
    const pairs = [
      { a: 'one two', b: 'one three', cosine: 0.9 },
      { a: 'do', b: 'do not', cosine: -1 },
    ]
    const result = await startThread().run({ kind: 'verify', pairs })
    if (result.kind !== 'verify') throw new Error(result.kind)
    for (const [row, { a, b, cosine }] of pairs.entries()) {
      expect(result.probabilities[row]).toBeCloseTo(sigmoid(Object.values(pairFeatures(a, b, cosine))), 5)
    }
  })

  test('says that it has no verifier, and goes on', async () => {
    const thread = startThread({ verifier: null })
    await expect(thread.run({ kind: 'verify', pairs: [] })).rejects.toThrow('there is no verifier')
    expect(await thread.run({ kind: 'ping' })).toEqual({ kind: 'ping' })
  })

  test('names the token id that is not in the vocabulary, and goes on', async () => {
    const thread = startThread()
    const wrong = thread.run({ kind: 'embed', inputs: ['the', [1, 99_999]] })
    await expect(wrong).rejects.toThrow(/^inputs\[1\]\[1\]: 99999 is not a token id/)
    await expect(wrong).rejects.toBeInstanceOf(RangeError)
    expect(await thread.run({ kind: 'ping' })).toEqual({ kind: 'ping' })
  })
})

test('a thread whose models cannot be loaded ends with the reason', async () => {
  const thread = startThread({ embedder: { ...SETUP.embedder, onnxFile: '/nowhere/a.onnx' } })
  const failure = new Promise((resolve) => thread.once('error', resolve))
  const greeting = thread.run({ kind: 'ping' }).catch((error: unknown) => error)
  expect(String(await failure)).toContain('embedder.onnxFile (/nowhere/a.onnx): cannot be read')
  pools.splice(0)
  await thread.destroy()
  await greeting
})
