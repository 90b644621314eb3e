import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PromptPair, WorkerSetup } from '../../src/inference/contract.js'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { chooseModels } from '../../src/model-registry/choose-models.js'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'
import { createLatencies } from '../latencies.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { done } from './done.js'
import { openPool } from './open-pool.js'

const TABLE = 'the shipped verifier, one call after the other through 1 thread: hop, features, network'
/** A lookup verifies its nearest neighbours in one call. */
const PAIRS_A_CALL = [1, 4, 16]
const WARM_UPS = 500

/** What a semantic lookup pays for reading the two prompts word by word. */
export const verifyPart: BenchPart = {
  name: 'verify',
  about: 'how long a look at pairs of prompts takes, by the number of pairs',
  async run(context) {
    const { embedder, verifier } = await shippedModels()
    const pool = await openPool(embedder, 1, { verifier })
    const pairs = readPairs()
    await measure(pool, pairs, 1, WARM_UPS)
    for (let round = 0; round < context.rounds; round++)
      for (const size of PAIRS_A_CALL) await measureCalls(pool, pairs, size, context)
    await pool.close()
  },
}

async function shippedModels(): Promise<Pick<WorkerSetup, 'embedder' | 'verifier'>> {
  const places = { packageRoot: packageRoot(), dataDir: '' }
  const choice = await chooseModels({
    embedder: 'llmrouter-embedder',
    manifest: readManifest(packageRoot()),
    places,
  })
  if (choice.kind !== 'chosen') throw new Error(`${choice.model.name} is ${choice.status}.`)
  return { embedder: choice.embedder.setup, verifier: choice.verifier?.setup ?? null }
}

/** Prompts of about ten words. */
function readPairs(): readonly PromptPair[] {
  const file = join(packageRoot(), 'models/training/adversarial/pairs.jsonl')
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const { a, b }: { a: string; b: string } = JSON.parse(line)
    return { a, b, cosine: 0.9 }
  })
}

async function measureCalls(
  pool: InferencePool,
  pairs: readonly PromptPair[],
  size: number,
  { quick, figures }: PartContext,
): Promise<void> {
  const { p50, p99 } = (await measure(pool, pairs, size, quick ? 300 : 2000)).percentiles()
  const subject = `${size} ${size === 1 ? 'pair' : 'pairs'}`
  figures.add(TABLE, subject, { label: 'p50 ms', digits: 3 }, p50 / 1000)
  figures.add(TABLE, subject, { label: 'p99 ms', digits: 3 }, p99 / 1000)
}

async function measure(pool: InferencePool, pairs: readonly PromptPair[], size: number, calls: number) {
  const latencies = createLatencies()
  for (let call = 0; call < calls; call++) {
    const start = (call * size) % (pairs.length - size)
    const askedMs = performance.now()
    done(await pool.verify(pairs.slice(start, start + size)))
    latencies.record(performance.now() - askedMs)
  }
  return latencies
}
