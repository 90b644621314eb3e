import { createHash } from 'node:crypto'
import type { EmbedInput } from '../../src/inference/contract.js'
import type { EmbedOutcome } from '../../src/inference/inference-pool.js'
import type { LocalEmbedder, LocalEmbedderModel } from '../../src/pipeline/deps.js'

/** Its vocabulary is `w0`, `w1` …; every word is one token, and any other word is the last id. */
const VOCABULARY_SIZE = 1000
const SPECIAL_TOKENS = 2

export interface HashingEmbedder extends LocalEmbedder {
  /** How many inputs each call had. */
  readonly calls: number[]
}

/**
 * A small embedder without a network: a vector is the normalised sum of its words' own vectors, so that the same text
 * always gets the same one and a word's id the same as the word.
 */
export function createHashingEmbedder(overrides: Partial<LocalEmbedderModel> = {}): HashingEmbedder {
  const model: LocalEmbedderModel = {
    id: 'llmrouter-embedder',
    dimension: 32,
    dimensions: [8, 16],
    maxTokens: 64,
    vocabularySize: VOCABULARY_SIZE,
    longInputs: 'refuse',
    ...overrides,
  }
  const calls: number[] = []
  return {
    model,
    calls,
    async embed(inputs, { mostTokens = Number.POSITIVE_INFINITY }): Promise<EmbedOutcome> {
      calls.push(inputs.length)
      const rows = inputs.map(tokensOf)
      const position = rows.findIndex((ids) => ids.length + SPECIAL_TOKENS > mostTokens)
      const tooLong = rows[position]
      if (tooLong !== undefined) return { kind: 'too-long', position, tokenCount: tooLong.length + SPECIAL_TOKENS }
      const vectors = new Float32Array(rows.length * model.dimension)
      rows.forEach((ids, row) => {
        const sum = sumOf(ids.slice(0, model.maxTokens - SPECIAL_TOKENS), model.dimension)
        const norm = Math.hypot(...sum)
        vectors.set(
          sum.map((value) => value / norm),
          row * model.dimension,
        )
      })
      const tokenCounts = rows.map((ids) => ids.length + SPECIAL_TOKENS)
      return { kind: 'done', value: { vectors, dimension: model.dimension, tokenCounts } }
    },
  }
}

function tokensOf(input: EmbedInput): readonly number[] {
  if (typeof input !== 'string') return input
  return input.split(/\s+/).map((word) => {
    const id = /^w(\d{1,3})$/.exec(word)?.[1]
    return id === undefined ? VOCABULARY_SIZE - 1 : Number(id)
  })
}

const digests = new Map<number, Buffer>()

function digestOf(id: number, dimension: number): Buffer {
  const known = digests.get(id)
  if (known?.length === dimension) return known
  const digest = createHash('shake256', { outputLength: dimension }).update(String(id)).digest()
  digests.set(id, digest)
  return digest
}

function sumOf(ids: readonly number[], dimension: number): number[] {
  const sum = Array.from({ length: dimension }, () => 0)
  for (const id of ids) {
    const digest = digestOf(id, dimension)
    for (let index = 0; index < dimension; index += 1) sum[index] = (sum[index] ?? 0) + (digest[index] ?? 0) - 127.5
  }
  return sum
}
