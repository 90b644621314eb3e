import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { choosePrior } from '../../src/cache/choose-prior.js'
import { readKnownWords } from '../../src/cache/masking/known-words.js'
import { createPromptMasker, type PromptMasker } from '../../src/cache/masking/prompt-masker.js'
import { ownPriorFile, PriorError, readPriorFile, shippedPriorFile } from '../../src/cache/prior-file.js'
import { type CalibrationModelOptions, openCalibrationModels } from '../../src/cli/calibration-models.js'
import type { HitModel } from '../../src/core/hit-model/hit-model.js'
import { promptText } from '../../src/core/prompt-text.js'
import { createAnalyser } from '../../src/inference/analyse-request.js'
import type { PromptPair } from '../../src/inference/contract.js'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { packageRoot } from '../../src/package-root.js'
import type { Analyser } from '../../src/pipeline/deps.js'
import { requestOf } from './request-of.js'

/** The models as the gateway uses them. What a text or a pair was found to be once is not asked again. */
export interface EvalModels {
  readonly analyser: Analyser
  readonly embedder: {
    readonly name: string
    readonly fingerprint: string
    readonly dimension: number
    readonly maxTokens: number
  }
  readonly hasVerifier: boolean
  /** Looks at many prompts side by side: one after the other they would take several times as long. */
  prepare(prompts: readonly string[]): Promise<void>
  verify(pairs: readonly PromptPair[]): Promise<readonly number[] | null>
  cosineOf(a: string, b: string): Promise<number>
  /** Ready. */
  readonly masker: PromptMasker
  readonly prior: HitModel
  readonly priorKind: string
  close(): Promise<void>
}

/** @throws ConfigError, ModelError or PriorError */
export async function openEvalModels(options: CalibrationModelOptions): Promise<EvalModels> {
  const { dataDir, embedder, pool, verifier } = await openCalibrationModels(options)
  const files = [ownPriorFile(dataDir), shippedPriorFile(packageRoot())].flatMap((file) => readPriorFile(file) ?? [])
  const chosen = choosePrior({ files, embedder: embedder.fingerprint, verifier: verifier?.fingerprint ?? null })
  if (chosen === undefined) {
    await pool.close()
    throw new PriorError('There is no prior for these models: fit one with "llmrouter calibrate --cache".')
  }
  const { name, fingerprint, setup } = embedder
  const masker = createPromptMasker({
    key: randomBytes(32),
    knownWords: () => readKnownWords(join(packageRoot(), 'dist', 'src', 'core')),
  })
  await masker.ready()
  const analyser = createMemorisingAnalyser(pool)
  return {
    analyser,
    async prepare(prompts) {
      for (let from = 0; from < prompts.length; from += AT_ONCE) {
        await Promise.all(prompts.slice(from, from + AT_ONCE).map((prompt) => analyser.analyse(requestOf(prompt))))
      }
    },
    embedder: { name, fingerprint, dimension: setup.dimension, maxTokens: setup.maxTokens },
    hasVerifier: verifier !== null,
    verify: createMemorisingVerifier(pool),
    cosineOf: createCosines(pool),
    masker,
    prior: chosen.model,
    priorKind: chosen.kind,
    close: () => pool.close(),
  }
}

const AT_ONCE = 256

function createMemorisingAnalyser(pool: InferencePool): Analyser {
  const known = new Map<string, Awaited<ReturnType<Analyser['analyse']>>>()
  const analyser = createAnalyser(pool)
  return {
    async analyse(request) {
      const key = promptText(request)
      const before = known.get(key)
      if (before !== undefined) return before
      const analysis = await analyser.analyse(request)
      if (analysis.kind !== 'analysed') throw new Error('The models could not look at a prompt.')
      const kept = { ...analysis, vector: analysis.vector.slice() }
      known.set(key, kept)
      return kept
    },
  }
}

function createMemorisingVerifier(pool: InferencePool): EvalModels['verify'] {
  const known = new Map<string, number>()
  const keyOf = ({ a, b, cosine }: PromptPair): string => JSON.stringify([a, b, cosine])
  return async (pairs) => {
    const fresh = pairs.filter((pair) => !known.has(keyOf(pair)))
    if (fresh.length > 0) {
      const outcome = await pool.verify(fresh)
      if (outcome.kind !== 'done') throw new Error(`The models could not verify pairs: ${outcome.reason}.`)
      for (const [at, pair] of fresh.entries()) known.set(keyOf(pair), outcome.value[at] ?? Number.NaN)
    }
    return pairs.map((pair) => known.get(keyOf(pair)) ?? Number.NaN)
  }
}

function createCosines(pool: InferencePool): EvalModels['cosineOf'] {
  const known = new Map<string, Float32Array>()
  const vectorOf = async (text: string): Promise<Float32Array> => {
    const before = known.get(text)
    if (before !== undefined) return before
    const outcome = await pool.embed([text])
    if (outcome.kind !== 'done') throw new Error(`The models could not embed an answer: ${outcome.kind}.`)
    const vector = outcome.value.vectors.slice()
    known.set(text, vector)
    return vector
  }
  return async (a, b) => {
    const [first, second] = [await vectorOf(a), await vectorOf(b)]
    return first.reduce((sum, value, i) => sum + value * (second[i] ?? 0), 0)
  }
}
