import { endsOfText } from '../src/core/ends-of-text.js'
import { readableCharacters } from '../src/core/readable-characters.js'
import type { EmbedderSetup, EmbedInput } from '../src/inference/contract.js'
import type { NativeGate } from '../src/inference/native-gate.js'
import { type Encoder, loadEncoder, warmUp } from './encoder.js'
import { fitTokens } from './fit-tokens.js'
import { groupByLength } from './length-groups.js'
import { ModelLoadError } from './load-error.js'
import { addInto, normalise, scale } from './pooling.js'
import { loadTokenizer, type Tokenizer } from './tokenizer.js'

export interface Embedder {
  /** @throws RangeError naming the place of a token id that is not in the vocabulary */
  embed(inputs: readonly EmbedInput[]): Promise<Embedded>
}

export interface Embedded {
  /** Row-major `[inputs, dimension]`. An input without any token has the zero vector. */
  readonly vectors: Float32Array<ArrayBuffer>
  /** Before tokens were cut, special ones and prefix included. */
  readonly tokenCounts: readonly number[]
}

/** What the network reads for one input. */
interface Reading {
  readonly tokenCount: number
  /** Rows for the network; the vectors are averaged. */
  readonly rows: readonly (readonly number[])[]
}

/** Loads tokenizer and network and runs them once in a few shapes. @throws ModelLoadError */
export async function loadEmbedder(setup: EmbedderSetup, gate: NativeGate): Promise<Embedder> {
  const tokenizer = loadTokenizer(setup)
  const read = createReader(setup, tokenizer)
  const encoder = await loadEncoder(setup, gate)
  for (const { rows, tokens } of warmUpShapes(encoder, setup)) {
    // The highest id fails here if the network has fewer words than the tokenizer.
    const row = new Array<number>(tokens).fill(tokenizer.vocabularySize - 1)
    await warmUp(encoder, new Array<readonly number[]>(rows).fill(row), setup)
  }
  return { embed: async (inputs) => embedAll(setup, encoder, inputs.map(read)) }
}

/** A short prompt, a batch of them, and the longest row there can be: a `maxTokens` beyond the network's fails here. */
function warmUpShapes(encoder: Encoder, { maxTokens }: EmbedderSetup) {
  const short = Math.min(16, maxTokens)
  const alone = [
    { rows: 1, tokens: short },
    { rows: 1, tokens: maxTokens },
  ]
  return encoder.canBatch ? [...alone, { rows: 8, tokens: short }] : alone
}

function createReader(setup: EmbedderSetup, tokenizer: Tokenizer): (input: EmbedInput, index: number) => Reading {
  const { before, after, vocabularySize } = tokenizer
  const { prefix, longText } = setup
  const room = setup.maxTokens - before.length - after.length
  if (room < 2) throw new ModelLoadError('embedder.maxTokens', setup.tokenizerFile, `${setup.maxTokens} leave no room`)
  const prefixIds = tokenizer.encode(prefix)
  // `fitTokens` takes its tokens from both ends.
  const readable = longText === 'windows' ? Number.POSITIVE_INFINITY : readableCharacters(setup.maxTokens)

  return (input, index) => {
    const ids =
      typeof input === 'string'
        ? tokenizer.encode(prefix + endsOfText(input, readable))
        : [...prefixIds, ...checkIds(input, index, vocabularySize)]
    const parts = fitTokens(ids, room, longText)
    return {
      tokenCount: before.length + ids.length + after.length,
      rows: parts.map((part) => [...before, ...part, ...after]),
    }
  }
}

function checkIds(ids: readonly number[], index: number, vocabularySize: number): readonly number[] {
  const wrong = ids.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize)
  if (wrong === -1) return ids
  throw new RangeError(
    `inputs[${index}][${wrong}]: ${ids[wrong]} is not a token id; they go from 0 to ${vocabularySize - 1}.`,
  )
}

async function embedAll(setup: EmbedderSetup, encoder: Encoder, readings: readonly Reading[]): Promise<Embedded> {
  const { dimension } = setup
  const vectors = new Float32Array(readings.length * dimension)
  const rows = readings.flatMap((reading, input) => reading.rows.map((ids) => ({ input, ids })))
  const vectorOf = (input: number) => vectors.subarray(input * dimension, (input + 1) * dimension)

  for (const group of groupRows(encoder, rows)) {
    const encoded = await encoder.run(group.map(({ ids }) => ids))
    for (const [place, { input }] of group.entries()) {
      const vector = encoded.subarray(place * dimension, (place + 1) * dimension)
      addInto(vectorOf(input), vector)
    }
  }
  for (const [input, reading] of readings.entries()) finish(vectorOf(input), reading, setup)
  return { vectors, tokenCounts: readings.map((reading) => reading.tokenCount) }
}

/** Rows without a token are left out: there is nothing to run. */
function groupRows<Row extends { readonly ids: readonly number[] }>(encoder: Encoder, rows: readonly Row[]): Row[][] {
  const filled = rows.filter(({ ids }) => ids.length > 0)
  if (!encoder.canBatch) return filled.map((row) => [row])
  const groups = groupByLength(filled.map(({ ids }) => ids.length))
  return groups.map((group) => group.flatMap((index) => filled[index] ?? []))
}

function finish(vector: Float32Array, reading: Reading, setup: EmbedderSetup): void {
  scale(vector, 1 / reading.rows.length)
  if (setup.normalise) normalise(vector)
}
