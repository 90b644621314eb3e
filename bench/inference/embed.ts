import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createLatencies } from '../latencies.js'
import { runPacer } from '../load/run-pacer.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { createSaturation } from './create-saturation.js'
import { done } from './done.js'
import { makeNetwork, NETWORK_NAMES, type NetworkName } from './networks.js'
import { openPool } from './open-pool.js'
import { makeTexts } from './prompts.js'

const ALONE = 'one prompt after the other through 1 thread: hop, tokens, network'
const TOKEN_COUNTS = [16, 64, 128, 256]
const PACED = '100 prompts/s of 32 tokens at fixed times through 1 thread, from the time each was due'
const BEHIND = 'the same while the pool has more to embed than it can'
const PACED_TOKENS = 32
const PER_SECOND = 100
/** So that nothing can be remembered from the prompt before. */
const TEXTS = 64
const WARM_UPS = 100

const P50 = { label: 'p50 ms', digits: 2 }
const P99 = { label: 'p99 ms', digits: 2 }
const LATE_P50 = { label: 'asked late p50 ms', digits: 2 }
const LATE_P99 = { label: 'asked late p99 ms', digits: 2 }

/** What an answer waits for, when the pool has nothing else to do and when prompts come by themselves. */
export const embedPart: BenchPart = {
  name: 'embed',
  about: 'how long a prompt takes through the pool, by length, and at a fixed rate',
  async run(context) {
    for (const name of NETWORK_NAMES) {
      const pool = await openPool(makeNetwork(name), 1)
      for (const tokens of TOKEN_COUNTS) await askInTurn(pool, tokens, WARM_UPS)
      for (let round = 0; round < context.rounds; round++) {
        for (const tokens of TOKEN_COUNTS) await measureAlone(pool, name, tokens, context)
        await measurePaced(pool, name, PACED, context)
        await measureBehind(pool, name, context)
      }
      await pool.close()
    }
    for (const subject of ['bundled fp32', 'bundled int8']) {
      context.figures.expect({ table: PACED, subject, column: P50, sense: 'at most', limit: 2 })
      context.figures.expect({ table: PACED, subject, column: P99, sense: 'at most', limit: 6 })
    }
  },
}

async function measureAlone(
  pool: InferencePool,
  name: NetworkName,
  tokens: number,
  { quick, figures }: PartContext,
): Promise<void> {
  const { p50, p99 } = (await askInTurn(pool, tokens, quick ? 100 : 400)).percentiles()
  figures.add(ALONE, name, { label: `${tokens}: p50 ms`, digits: 2 }, p50 / 1000)
  figures.add(ALONE, name, { label: `${tokens}: p99 ms`, digits: 2 }, p99 / 1000)
}

async function askInTurn(pool: InferencePool, tokens: number, count: number) {
  const latencies = createLatencies()
  const texts = makeTexts(TEXTS, tokens)
  for (let n = 0; n < count; n++) {
    const askedMs = performance.now()
    const { tokenCount } = done(await pool.analyse(texts[n % TEXTS] ?? ''))
    latencies.record(performance.now() - askedMs)
    if (tokenCount !== tokens) throw new Error(`A text of ${tokenCount} tokens instead of ${tokens}.`)
  }
  return latencies
}

/** Prompts go before embeddings, and wait for what has been started. */
async function measureBehind(pool: InferencePool, name: NetworkName, context: PartContext): Promise<void> {
  const saturation = createSaturation(pool, 1)
  saturation.begin()
  await measurePaced(pool, name, BEHIND, context)
  context.figures.add(BEHIND, name, { label: 'texts/s besides', digits: 0 }, await saturation.end())
}

async function measurePaced(
  pool: InferencePool,
  name: NetworkName,
  table: string,
  { quick, figures }: PartContext,
): Promise<void> {
  const latencies = createLatencies()
  const askedLate = createLatencies()
  const texts = makeTexts(TEXTS, PACED_TOKENS)
  const intervalMs = 1000 / PER_SECOND
  const startMs = performance.now() + 100
  const answers: Promise<void>[] = []

  async function ask(n: number): Promise<void> {
    const dueMs = startMs + n * intervalMs
    askedLate.record(performance.now() - dueMs)
    done(await pool.analyse(texts[n % TEXTS] ?? ''))
    latencies.record(performance.now() - dueMs)
  }

  const count = PER_SECOND * (quick ? 3 : 10)
  await runPacer({ startMs, intervalMs, count }, (n) => void answers.push(ask(n)))
  await Promise.all(answers)
  const { p50, p99 } = latencies.percentiles()
  figures.add(table, name, P50, p50 / 1000)
  figures.add(table, name, P99, p99 / 1000)
  figures.add(table, name, LATE_P50, askedLate.percentiles().p50 / 1000)
  figures.add(table, name, LATE_P99, askedLate.percentiles().p99 / 1000)
}
