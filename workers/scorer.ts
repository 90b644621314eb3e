import { Tensor } from 'onnxruntime-node'
import type { ScorerSetup } from '../src/inference/contract.js'
import type { NativeGate } from '../src/inference/native-gate.js'
import { ModelLoadError, reasonOf } from './load-error.js'
import { type Feeds, type OnnxSession, openSession, tensorInfo } from './onnx-session.js'

/** The features of one row, by name. */
export type Features = Readonly<Record<string, number>>

export interface Scorer {
  /** A probability in [0, 1] of each row. `extra` feeds the graph's other inputs, with as many rows. */
  score(rows: readonly Features[], extra?: Feeds): Promise<number[]>
}

export interface ScorerKind {
  /** Where the setup stands in the worker's: `classifier` or `verifier`. */
  readonly field: string
  /** The features that can be computed. */
  readonly known: readonly string[]
  /** What the graph reads besides the features. */
  readonly extraInputs?: readonly ExtraInput[]
  /** One row of it, for the first run. */
  readonly extraWarmUp?: Feeds
}

export interface ExtraInput {
  /** Where its name stands below the scorer's setup. */
  readonly setting: string
  readonly name: string
  readonly type: 'int64' | 'float32'
}

/** Loads the graph and runs it once on zeros. @throws ModelLoadError that says which setting does not suit it. */
export async function loadScorer(setup: ScorerSetup, kind: ScorerKind, gate: NativeGate): Promise<Scorer> {
  const { field, known, extraInputs = [], extraWarmUp = {} } = kind
  checkFeatures(setup, field, known)
  const session = await openSession(gate, `${field}.onnxFile`, setup.onnxFile)
  checkTensors(session, setup, field)
  for (const input of extraInputs) checkExtraInput(session, input, { field, file: setup.onnxFile })
  try {
    await runGraph(session, setup, new Float32Array(setup.features.length), extraWarmUp)
  } catch (error) {
    const reason = `cannot run a row of ${setup.features.length} features: ${reasonOf(error)}`
    throw new ModelLoadError(`${field}.features`, setup.onnxFile, reason)
  }
  return { score: (rows, extra = {}) => score(session, setup, rows, extra) }
}

function checkFeatures({ features, onnxFile }: ScorerSetup, field: string, known: readonly string[]): void {
  const unknown = features.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const reason = `unknown: ${unknown.join(', ')}; known are ${known.join(', ')}`
  throw new ModelLoadError(`${field}.features`, onnxFile, reason)
}

function checkTensors(session: OnnxSession, setup: ScorerSetup, field: string): void {
  const { onnxFile: file, features } = setup
  const input = tensorInfo(session.inputs, setup.input, { field: `${field}.input`, file })
  tensorInfo(session.outputs, setup.output, { field: `${field}.output`, file })
  const columns = input.shape.at(-1)
  if (typeof columns === 'number' && columns !== features.length) {
    const reason = `the graph reads ${columns} features, ${features.length} are named`
    throw new ModelLoadError(`${field}.features`, file, reason)
  }
}

function checkExtraInput(
  session: OnnxSession,
  { setting, name, type }: ExtraInput,
  { field, file }: { readonly field: string; readonly file: string },
): void {
  const asked = { field: `${field}.${setting}`, file }
  const found = tensorInfo(session.inputs, name, asked)
  if (found.type !== type) throw new ModelLoadError(asked.field, file, `"${name}" is ${found.type}; ${type} is needed`)
}

async function score(
  session: OnnxSession,
  setup: ScorerSetup,
  rows: readonly Features[],
  extra: Feeds,
): Promise<number[]> {
  if (rows.length === 0) return []
  const matrix = Float32Array.from(rows.flatMap((row) => setup.features.map((name) => row[name] ?? 0)))
  return runGraph(session, setup, matrix, extra)
}

/** `matrix` is row-major `[rows, features]`. */
async function runGraph(
  session: OnnxSession,
  setup: ScorerSetup,
  matrix: Float32Array,
  extra: Feeds,
): Promise<number[]> {
  const rows = matrix.length / setup.features.length
  const input = new Tensor('float32', matrix, [rows, setup.features.length])
  const { data } = await session.run({ ...extra, [setup.input]: input }, setup.output)
  if (!(data instanceof Float32Array) || data.length !== rows) {
    throw new Error(`"${setup.output}" is not one float for each row`)
  }
  if (data.some(Number.isNaN)) throw new Error(`"${setup.output}" is not a number`)
  return Array.from(data, (value) => Math.min(1, Math.max(0, value)))
}
