import { Tensor } from 'onnxruntime-node'
import type { EmbedderSetup } from '../src/inference/contract.js'
import type { NativeGate } from '../src/inference/native-gate.js'
import { ModelLoadError, reasonOf } from './load-error.js'
import { type OnnxSession, openSession, quantisesActivations, tensorInfo } from './onnx-session.js'
import { meanPool } from './pooling.js'

/** The network of an embedder: rows of token ids, special tokens included, to vectors that are not normalised yet. */
export interface Encoder {
  /**
   * Whether a row's vector is the same whatever rows it runs with. Else they run one at a time, unpadded: the cache
   * must not lose an entry because of what else was asked at that moment.
   */
  readonly canBatch: boolean
  /** One run of the network. Rows must not be empty. Row-major `[rows, dimension]`. */
  run(rows: readonly (readonly number[])[]): Promise<Float32Array>
}

const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids']

/** @throws ModelLoadError that says which setting does not suit the graph. */
export async function loadEncoder(setup: EmbedderSetup, gate: NativeGate): Promise<Encoder> {
  const session = await openSession(gate, 'embedder.onnxFile', setup.onnxFile)
  checkInputs(session, setup)
  checkOutput(session, setup)
  const canBatch =
    session.inputs.some((input) => input.name === 'attention_mask') && !quantisesActivations(setup.onnxFile)
  return { canBatch, run: (rows) => runNetwork(session, setup, rows) }
}

function checkInputs(session: OnnxSession, { onnxFile }: EmbedderSetup): void {
  for (const input of session.inputs) {
    if (!KNOWN_INPUTS.includes(input.name)) {
      const reason = `the graph asks for an input "${input.name}", and only ${KNOWN_INPUTS.join(', ')} can be given`
      throw new ModelLoadError('embedder.onnxFile', onnxFile, reason)
    }
    if (input.isTensor && input.type !== 'int64') {
      const reason = `the input "${input.name}" is ${input.type}; int64 is needed`
      throw new ModelLoadError('embedder.onnxFile', onnxFile, reason)
    }
  }
  tensorInfo(session.inputs, 'input_ids', { field: 'embedder.onnxFile', file: onnxFile })
}

function checkOutput(session: OnnxSession, { onnxFile, output, pooling, dimension }: EmbedderSetup): void {
  const { type, shape } = tensorInfo(session.outputs, output, { field: 'embedder.output', file: onnxFile })
  if (type !== 'float32') {
    throw new ModelLoadError('embedder.output', onnxFile, `"${output}" is ${type}; float32 is needed`)
  }
  checkShape(shape, { onnxFile, output, pooling, dimension })
}

type OutputSetup = Pick<EmbedderSetup, 'onnxFile' | 'output' | 'pooling' | 'dimension'>

/** Graphs need not declare a shape, and may give sizes a name; what a run gives is certain. */
function checkShape(shape: readonly (number | string)[], setup: OutputSetup): void {
  const { onnxFile, output, pooling, dimension } = setup
  if (shape.length === 0) return
  const wanted = pooling === 'none' ? ['batch', dimension] : ['batch', 'tokens', dimension]
  const last = shape.at(-1)
  const described = `"${output}" is [${shape.join(', ')}]; [${wanted.join(', ')}] is needed with pooling "${pooling}"`
  if (shape.length !== wanted.length) throw new ModelLoadError('embedder.pooling', onnxFile, described)
  if (typeof last === 'number' && last !== dimension) {
    throw new ModelLoadError('embedder.dimension', onnxFile, described)
  }
}

async function runNetwork(
  session: OnnxSession,
  setup: EmbedderSetup,
  rows: readonly (readonly number[])[],
): Promise<Float32Array> {
  const lengths = rows.map((row) => row.length)
  const names = session.inputs.map((input) => input.name)
  const output = await session.run(feedsFor(names, rows, Math.max(...lengths)), setup.output)
  if (!(output.data instanceof Float32Array)) throw new Error(`The network gave no floats as "${setup.output}".`)
  checkShape(output.dims, setup)
  return setup.pooling === 'none' ? output.data : poolRows(output.data, lengths, setup)
}

function poolRows(states: Float32Array, lengths: readonly number[], setup: EmbedderSetup): Float32Array {
  const { dimension, pooling } = setup
  const rowSize = states.length / lengths.length
  const vectors = new Float32Array(lengths.length * dimension)
  for (const [row, length] of lengths.entries()) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension)
    // `cls` is the mean of the first token alone.
    meanPool(states, row * rowSize, pooling === 'cls' ? 1 : length, vector)
  }
  return vectors
}

/** Padded with token 0: which token it is does not matter, the mask hides it. */
function feedsFor(inputs: readonly string[], rows: readonly (readonly number[])[], width: number) {
  const ids = new BigInt64Array(rows.length * width)
  const mask = new BigInt64Array(rows.length * width)
  for (const [row, tokens] of rows.entries()) {
    for (const [column, id] of tokens.entries()) ids[row * width + column] = BigInt(id)
    mask.fill(1n, row * width, row * width + tokens.length)
  }
  const feeds: Record<string, Tensor> = {}
  for (const input of inputs) feeds[input] = new Tensor('int64', pick(input), [rows.length, width])
  return feeds

  function pick(input: string): BigInt64Array {
    if (input === 'input_ids') return ids
    // One text alone is segment 0.
    return input === 'attention_mask' ? mask : new BigInt64Array(rows.length * width)
  }
}

/** @throws ModelLoadError if the network cannot run such rows. */
export async function warmUp(encoder: Encoder, rows: readonly (readonly number[])[], setup: EmbedderSetup) {
  try {
    const vectors = await encoder.run(rows)
    if (!vectors.every(Number.isFinite)) throw new Error('gives values that are not finite')
  } catch (error) {
    if (error instanceof ModelLoadError) throw error
    const shape = `[${rows.length}, ${rows[0]?.length ?? 0}]`
    throw new ModelLoadError('embedder.onnxFile', setup.onnxFile, `cannot run tokens ${shape}: ${reasonOf(error)}`)
  }
}
