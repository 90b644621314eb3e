/**
 * Does the gateway's runtime see what the training saw? Same token ids for every text, same vectors to 1e-4, length one.
 *
 *     node models/training/check-runtime.mjs reference.json models/embedder
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const TOLERANCE = 1e-4
const LONGEST = 512
const [referenceFile, folder] = process.argv.slice(2)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const reference = readJson(referenceFile)
const tokenizer = new Tokenizer(
  readJson(join(folder, 'tokenizer.json')),
  readJson(join(folder, 'tokenizer_config.json')),
)
const session = await InferenceSession.create(join(folder, 'model.onnx'), { intraOpNumThreads: 1 })

const differing = reference.texts.filter(
  (text, index) => !sameTokens(tokenizer.encode(text).ids, reference.tokens[index]),
)
process.stdout.write(`${reference.texts.length} texts, ${differing.length} tokenised differently\n`)
for (const text of differing.slice(0, 5)) {
  const expected = reference.tokens[reference.texts.indexOf(text)]
  process.stdout.write(`  ${JSON.stringify(text.slice(0, 200))}\n  ${tokenizer.encode(text).ids}\n  ${expected}\n`)
}

let largest = 0
let longest = 0
for (const [index, expected] of reference.vectors.entries()) {
  const vector = await embed([reference.tokens[index]])
  const difference = Math.max(...expected.map((value, column) => Math.abs(value - vector[column])))
  largest = Math.max(largest, difference)
  longest = Math.max(longest, Math.abs(Math.hypot(...vector) - 1))
}
process.stdout.write(
  `largest difference ${largest.toExponential(1)}, largest |length − 1| ${longest.toExponential(1)}\n`,
)

for (const [texts, tokens] of [
  [1, 16],
  [1, 32],
  [1, 512],
  [32, 32],
]) {
  const batch = Array.from({ length: texts }, (_, row) =>
    Array.from({ length: tokens }, (_, t) => 5 + ((row * 31 + t * 97) % 4000)),
  )
  const micros = await medianMicros(() => embed(batch), 300)
  process.stdout.write(`${texts} × ${tokens} tokens: ${micros.toFixed(0)} µs on one thread, median of 300\n`)
}
process.exitCode = differing.length > 0 || largest > TOLERANCE || longest > TOLERANCE ? 1 : 0

/** The runtime cuts long texts itself; the reference is cut already. */
function sameTokens(whole, cut) {
  const ids = whole.length > LONGEST ? [...whole.slice(0, LONGEST - 1), whole.at(-1)] : whole
  return ids.length === cut.length && ids.every((id, index) => id === cut[index])
}

/** Rows of equal length → their vectors one after another. */
async function embed(rows) {
  const shape = [rows.length, rows[0].length]
  const ids = new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), shape)
  const mask = new Tensor('int64', new BigInt64Array(rows.flat().length).fill(1n), shape)
  const { sentence_embedding: embedding } = await session.run({ input_ids: ids, attention_mask: mask })
  return embedding.data
}

async function medianMicros(action, rounds) {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const start = process.hrtime.bigint()
    await action()
    times.push(Number(process.hrtime.bigint() - start) / 1000)
  }
  return times.sort((a, b) => a - b)[rounds >> 1]
}
