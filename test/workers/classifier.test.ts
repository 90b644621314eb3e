import { afterAll, describe, expect, test } from 'vitest'
import { promptTraits } from '../../src/core/prompt-traits.js'
import { promptWords, WORD_BUCKETS } from '../../src/core/prompt-words.js'
import type { ClassifierSetup } from '../../src/inference/contract.js'
import { loadClassifier } from '../../workers/classifier.js'
import { createModelFolder, openGate } from './support/model-folder.js'
import { sumNetwork, wordSumNetwork } from './support/networks.js'

const folder = createModelFolder()
afterAll(() => folder.remove())

const WORDS = { buckets: 'word_buckets', counts: 'word_counts' }
const SETUP: ClassifierSetup = {
  onnxFile: folder.write('words.onnx', wordSumNetwork(WORD_BUCKETS)),
  input: 'features',
  output: 'probability',
  features: ['logWords', 'logNumbers'],
  words: WORDS,
}

const load = (change: Partial<ClassifierSetup> = {}) => loadClassifier({ ...SETUP, ...change }, openGate)

/** What `wordSumNetwork` computes: the sum of the features and of count × bucket / buckets. */
function expected(text: string): number {
  const { logWords, logNumbers } = promptTraits(text)
  const { buckets, counts } = promptWords(text)
  const words = buckets.reduce((sum, bucket, at) => sum + (bucket * (counts[at] ?? 0)) / WORD_BUCKETS, 0)
  return 1 / (1 + Math.exp(-(logWords + logNumbers + words) / 8))
}

const TEXTS = [
  '',
  '?',
  'hi',
  'Why is the sky blue?',
  'again and again and again',
  'add 12 to 7',
  'one two '.repeat(900),
]

describe('a classifier that reads words', () => {
  test.each(TEXTS)('scores %j from its traits and its words', async (text) => {
    const [probability] = await (await load()).classify([text])
    expect(probability).toBeCloseTo(expected(text), 5)
  })

  test('scores a batch of short and long prompts as each of them alone', async () => {
    const probabilities = await (await load()).classify(TEXTS)
    expect(probabilities).toHaveLength(TEXTS.length)
    for (const [row, text] of TEXTS.entries()) expect(probabilities[row]).toBeCloseTo(expected(text), 5)
  })

  test('reads of a very long prompt the beginning and the end', async () => {
    const start = 'prove the theorem '.repeat(456)
    const end = ' and show 12 steps'.repeat(456)
    const classifier = await load()
    const long = await classifier.classify([start + 'filler '.repeat(50_000) + end])
    const short = await classifier.classify([`${start.slice(0, 8192)} ${end.slice(-8192)}`])
    expect(long).toEqual(short)
  })

  test('gives nothing for no prompts', async () => {
    expect(await (await load()).classify([])).toEqual([])
  })
})

test('a classifier without words reads the traits alone', async () => {
  const { words: _, ...plain } = SETUP
  const classifier = await loadClassifier({ ...plain, onnxFile: folder.write('plain.onnx', sumNetwork(2)) }, openGate)
  const { logWords, logNumbers } = promptTraits('add 12 to 7')
  const [probability] = await classifier.classify(['add 12 to 7'])
  expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logWords - logNumbers)), 5)
})

describe('a classifier that cannot be loaded says why', () => {
  test.each<[string, Partial<ClassifierSetup>, RegExp]>([
    [
      'no such input',
      { words: { ...WORDS, buckets: 'b' } },
      /classifier\.words\.buckets .* no tensor "b", only features/,
    ],
    [
      'inputs that are mixed up',
      { words: { buckets: 'word_counts', counts: 'word_buckets' } },
      /classifier\.words\.buckets .* "word_counts" is float32; int64 is needed/,
    ],
    [
      'fewer buckets than there are',
      { onnxFile: folder.write('few.onnx', wordSumNetwork(WORD_BUCKETS / 2)) },
      /classifier\.features .* cannot run/,
    ],
  ])('%s', async (_, change, message) => {
    await expect(load(change)).rejects.toThrow(message)
  })
})
