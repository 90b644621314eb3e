import { afterAll, describe, expect, test } from 'vitest'
import { readableCharacters } from '../../src/core/readable-characters.js'
import type { EmbedInput } from '../../src/inference/contract.js'
import { type Embedder, loadEmbedder } from '../../workers/embedder.js'
import { loadEncoder } from '../../workers/encoder.js'
import { loadTokenizer } from '../../workers/tokenizer.js'
import { bertTokenizerJson } from './support/bert-vocabulary.js'
import { createModelFolder, DIMENSION, openGate, vocabulary } from './support/model-folder.js'
import { contextNetwork, type Precision } from './support/networks.js'
import { createRandom } from './support/random.js'
import { variedTexts } from './support/varied-texts.js'

const folder = createModelFolder()
afterAll(() => folder.remove())

const PRECISIONS: readonly Precision[] = ['fp32', 'int8 weights', 'dynamic int8']

async function vectorsOf(embedder: Embedder, inputs: readonly EmbedInput[]): Promise<number[][]> {
  const { vectors } = await embedder.embed(inputs)
  return inputs.map((_, row) => Array.from(vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION)))
}

async function vectorOf(embedder: Embedder, input: EmbedInput): Promise<number[]> {
  return (await vectorsOf(embedder, [input]))[0] ?? []
}

function distance(a: readonly number[] = [], b: readonly number[] = []): number {
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? Number.NaN))))
}

describe.each(PRECISIONS)('a network in %s', (precision) => {
  const loading = loadEmbedder(folder.embedder(precision), openGate)

  test('gives a text the same vector alone and in any batch', async () => {
    const embedder = await loading
    const random = createRandom(1)
    const texts = variedTexts(300).slice(-120)
    const alone = new Map<string, number[]>()
    for (const text of texts) alone.set(text, await vectorOf(embedder, text))
    for (const size of [2, 3, 8, 31, 120]) {
      const batch = Array.from({ length: size }, () => random.pick(texts))
      const vectors = await vectorsOf(embedder, batch)
      const distances = batch.map((text, row) => distance(vectors[row], alone.get(text)))
      expect(Math.max(...distances)).toBeLessThanOrEqual(1e-5)
    }
  })

  test('gives vectors of length 1 for all kinds of text', async () => {
    const vectors = await vectorsOf(await loading, variedTexts(200))
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })

  test('gives token ids the vector of their text', async () => {
    const embedder = await loading
    const tokenizer = loadTokenizer(folder.embedder(precision))
    for (const text of ['What is the capital of France?', '', 'the '.repeat(200)]) {
      const [ofText, ofIds] = await vectorsOf(embedder, [text, tokenizer.encode(text)])
      expect(distance(ofText, ofIds)).toBeLessThanOrEqual(1e-5)
    }
  })
})

test('a network that quantises its activations would not do so in a batch', async () => {
  const encoder = await loadEncoder(folder.embedder('dynamic int8'), openGate)
  const distances: number[] = []
  for (let id = 5; id < 50; id++) {
    const row = [2, id, id + 1, 3]
    const together = await encoder.run([row, [2, 7 * id, 5 * id, 3]])
    distances.push(distance([...(await encoder.run([row]))], [...together].slice(0, DIMENSION)))
  }
  expect(encoder.canBatch).toBe(false)
  expect(Math.max(...distances)).toBeGreaterThan(1e-3)
})

describe('a prompt', () => {
  test('is counted before it is cut, special tokens included', async () => {
    const embedder = await loadEmbedder(folder.embedder('fp32'), openGate)
    const { tokenCounts } = await embedder.embed(['', 'the', 'the '.repeat(1000), [5, 6, 7]])
    expect(tokenCounts).toEqual([2, 3, 1002, 5])
  })

  test('gets the prefix of its model, as text and as ids', async () => {
    const plain = await loadEmbedder(folder.embedder('fp32'), openGate)
    const prefixed = await loadEmbedder(folder.embedder('fp32', { prefix: 'query: ' }), openGate)
    const wanted = await vectorOf(plain, 'query: some other time')
    const ids = loadTokenizer(folder.embedder('fp32')).encode('some other time')
    expect(distance(await vectorOf(prefixed, 'some other time'), wanted)).toBe(0)
    expect(distance(await vectorOf(prefixed, ids), wanted)).toBe(0)
  })

  const LONG = variedTexts(400).join(' ')

  test('longer than the network reads is cut to its head', async () => {
    const embedder = await loadEmbedder(folder.embedder('fp32', { longText: 'head' }), openGate)
    const [whole, other] = await vectorsOf(embedder, [LONG, `${LONG} and more`])
    expect(distance(whole, other)).toBe(0)
  })

  test('longer than the network reads is cut to head and tail', async () => {
    const embedder = await loadEmbedder(folder.embedder('fp32'), openGate)
    const [whole, middle, tail] = await vectorsOf(embedder, [LONG, `${LONG} ${LONG}`, `${LONG} and more`])
    expect(distance(whole, middle)).toBe(0)
    expect(distance(whole, tail)).toBeGreaterThan(1e-3)
  })

  test.each(['head', 'head-tail'] as const)(
    'of a megabyte is read only where its %s is taken from',
    async (longText) => {
      const setup = folder.embedder('fp32', { longText })
      const embedder = await loadEmbedder(setup, openGate)
      const text = LONG.repeat(Math.ceil(1e6 / LONG.length))
      const { tokenCounts } = await embedder.embed([text])
      expect(
        distance(await vectorOf(embedder, text), await vectorOf(embedder, loadTokenizer(setup).encode(text))),
      ).toBe(0)
      expect(tokenCounts[0]).toBeLessThanOrEqual(readableCharacters(setup.maxTokens))
    },
  )

  test('longer than the network reads is the mean of its windows', async () => {
    const setup = folder.embedder('fp32', { longText: 'windows', normalise: false })
    const embedder = await loadEmbedder(setup, openGate)
    const ids = loadTokenizer(setup).encode(LONG).slice(0, 100)
    const [whole, first, last] = await vectorsOf(embedder, [ids, ids.slice(0, 62), ids.slice(38)])
    const mean = (first ?? []).map((value, index) => (value + (last?.[index] ?? 0)) / 2)
    expect(distance(whole, mean)).toBeLessThanOrEqual(1e-5)
  })

  test('takes the first token for the sentence if the model says so', async () => {
    const setup = folder.embedder('fp32', { pooling: 'cls', normalise: false })
    const states = await (await loadEncoder({ ...setup, pooling: 'mean' }, openGate)).run([[2]])
    const vector = await vectorOf(await loadEmbedder(setup, openGate), 'the')
    expect(vector).toHaveLength(DIMENSION)
    expect(distance(vector, [...states])).toBeGreaterThan(0) // `the` is in the context of the first token
    expect(Math.hypot(...vector)).not.toBeCloseTo(1, 2)
  })

  test('without a token is the zero vector, where a tokenizer adds none', async () => {
    const setup = folder.embedder('fp32')
    const bare = { ...bertTokenizerJson(vocabulary), post_processor: null }
    const tokenizerFile = folder.write('bare.json', JSON.stringify(bare))
    const embedder = await loadEmbedder({ ...setup, tokenizerFile }, openGate)
    const [nothing, something] = await vectorsOf(embedder, [' ', 'the'])
    expect(nothing?.every((value) => value === 0)).toBe(true)
    expect(Math.hypot(...(something ?? []))).toBeCloseTo(1, 5)
  })

  test('none at all is none', async () => {
    const embedder = await loadEmbedder(folder.embedder('fp32'), openGate)
    expect(await embedder.embed([])).toEqual({ vectors: new Float32Array(0), tokenCounts: [] })
  })

  test.each([-1, 1.5, Number.NaN, vocabulary.length, 2 ** 40])('with the token id %s is refused', async (id) => {
    const embedder = await loadEmbedder(folder.embedder('fp32'), openGate)
    await expect(embedder.embed(['fine', [1, 2, id]])).rejects.toThrow(
      `inputs[1][2]: ${id} is not a token id; they go from 0 to ${vocabulary.length - 1}.`,
    )
  })
})

describe('an embedder that cannot be loaded says why', () => {
  const load = (change: Parameters<typeof folder.embedder>[1]) =>
    loadEmbedder(folder.embedder('fp32', change), openGate)
  const shape = { vocabularySize: 400, dimension: DIMENSION, precision: 'fp32' } as const
  const tensor = (name: string, type: 'float32' | 'int32' | 'int64') => ({ name, type, shape: ['batch', 'tokens'] })

  test('a file that is missing', async () => {
    await expect(load({ onnxFile: '/nowhere/a.onnx' })).rejects.toThrow(
      /^embedder\.onnxFile \(\/nowhere\/a\.onnx\): cannot be read: ENOENT/,
    )
  })

  test.each([
    ['empty', new Uint8Array(0)],
    ['no ONNX', new TextEncoder().encode('<html>not found</html>')],
    ['cut short', contextNetwork(shape).subarray(0, 5000)],
  ])('a file that is %s', async (name, content) => {
    const onnxFile = folder.write(`${name}.onnx`, content)
    await expect(load({ onnxFile })).rejects.toThrow(`embedder.onnxFile (${onnxFile}): not a usable ONNX model`)
  })

  test('an output that is not there', async () => {
    await expect(load({ output: 'sentence_embedding' })).rejects.toThrow(
      /embedder\.output .* no tensor "sentence_embedding", only last_hidden_state/,
    )
  })

  test('another dimension', async () => {
    await expect(load({ dimension: 47 })).rejects.toThrow(
      /embedder\.dimension .* "last_hidden_state" is \[batch, tokens, 48\]; \[batch, tokens, 47\] is needed/,
    )
  })

  test('token vectors where a sentence vector is expected', async () => {
    await expect(load({ pooling: 'none' })).rejects.toThrow(/embedder\.pooling .* \[batch, 48\] is needed/)
  })

  test('an input nobody can give', async () => {
    const inputs = ['input_ids', 'attention_mask', 'token_type_ids', 'pixels'].map((name) => tensor(name, 'int64'))
    const onnxFile = folder.write('input.onnx', contextNetwork(shape, { inputs }))
    await expect(load({ onnxFile })).rejects.toThrow(/embedder\.onnxFile .* asks for an input "pixels"/)
  })

  test('a limit that leaves no room for a token', async () => {
    await expect(load({ maxTokens: 2 })).rejects.toThrow(/embedder\.maxTokens .* 2 leave no room/)
  })

  test('a network of fewer words than the tokenizer', async () => {
    const onnxFile = folder.write('small.onnx', contextNetwork({ ...shape, vocabularySize: 100 }))
    await expect(load({ onnxFile })).rejects.toThrow(/embedder\.onnxFile .* cannot run/)
  })
})
