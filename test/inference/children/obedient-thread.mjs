// A thread that speaks the contract without models, and does what a text says: `sleep 20` (blocks so many ms),
// `throw`, `exit`, `crash` (an exception nobody catches), `hoard` (runs out of heap). `embedder.onnxFile` steers the load.
import { existsSync } from 'node:fs'
import Piscina from 'piscina'

const { workerData } = Piscina
const { dimension, onnxFile } = workerData.embedder

async function load() {
  // As every thread does when its modules are loaded.
  await new Promise((resolve) => setImmediate(resolve))
  Atomics.sub(new Int32Array(workerData.gate), 0, 1)
  if (onnxFile === 'broken.onnx') throw new Error('broken.onnx: the file is cut off')
  if (onnxFile === 'exits.onnx') process.exit(3)
  if (onnxFile.endsWith('.broken-if-present') && existsSync(onnxFile)) throw new Error(`${onnxFile} is there`)
  if (onnxFile === 'slow.onnx') await new Promise((resolve) => setTimeout(resolve, 300))
  return handle
}

async function handle(task) {
  if (task.kind === 'ping') return { kind: 'ping' }
  const start = performance.now()
  if (task.kind === 'verify') {
    for (const pair of task.pairs) await obey(pair.a)
    return { kind: 'verify', probabilities: task.pairs.map((pair) => pair.cosine), runMs: performance.now() - start }
  }
  const inputs = task.kind === 'analyse' ? task.texts : task.inputs
  for (const input of inputs) await obey(input)
  const vectors = new Float32Array(inputs.length * dimension)
  inputs.forEach((input, row) => {
    vectors.fill(fingerprint(input), row * dimension, (row + 1) * dimension)
  })
  const tokenCounts = inputs.map((input) => input.length)
  const ms = performance.now() - start
  const result =
    task.kind === 'embed'
      ? { kind: 'embed', vectors, tokenCounts, runMs: ms }
      : { kind: 'analyse', vectors, tokenCounts, complexities: complexities(inputs), embedMs: ms, classifyMs: 0 }
  return Piscina.move({ [Piscina.transferableSymbol]: [vectors.buffer], [Piscina.valueSymbol]: result })
}

function complexities(inputs) {
  return workerData.classifier === null ? null : inputs.map((input) => (input.length % 100) / 100)
}

function obey(input) {
  if (typeof input !== 'string') return
  const [word, argument] = input.split(' ')
  if (word === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(argument))
  if (word === 'throw') throw new RangeError('told to throw')
  if (word === 'exit') process.exit(7)
  if (word === 'hoard') hoard()
  if (word !== 'crash') return undefined
  setImmediate(() => {
    throw new Error('told to crash')
  })
  return new Promise(() => {})
}

function hoard() {
  const all = []
  for (;;) all.push(new Array(1e5).fill(Math.random()))
}

/** The number every element of an input's vector has. */
function fingerprint(input) {
  const codes = typeof input === 'string' ? Array.from(input, (letter) => letter.charCodeAt(0)) : input
  return codes.reduce((sum, code) => (sum * 31 + code) % 65_521, 7)
}

export default load()
