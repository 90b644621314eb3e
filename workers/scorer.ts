import { Tensor } from 'onnxruntime-node'
import type { ScorerSetup } from '../src/inference/contract.js'
import type { NativeGate } from '../src/inference/native-gate.js'
import { ModelLoadError, reasonOf } from './load-error.js'
import { type OnnxSession, openSession, tensorInfo } from './onnx-session.js'

/** The features of one row, by name. */
export type Features = Readonly<Record<string, number>>

export interface Scorer {
  /** A probability in [0, 1] of each row. */
  score(rows: readonly Features[]): Promise<number[]>
}

export interface ScorerKind {
  /** Where the setup stands in the worker's: `classifier` or `verifier`. */
  readonly field: string
  /** The features that can be computed. */
  readonly known: readonly string[]
}

/** Loads the graph and runs it once on zeros. @throws ModelLoadError that says which setting does not suit it. */
export async function loadScorer(setup: ScorerSetup, { field, known }: ScorerKind, gate: NativeGate): Promise<Scorer> {
  checkFeatures(setup, field, known)
  const session = await openSession(gate, `${field}.onnxFile`, setup.onnxFile)
  checkTensors(session, setup, field)
  try {
    await runGraph(session, setup, new Float32Array(setup.features.length))
  } catch (error) {
    const reason = `cannot run a row of ${setup.features.length} features: ${reasonOf(error)}`
    throw new ModelLoadError(`${field}.features`, setup.onnxFile, reason)
  }
  return { score: (rows) => score(session, setup, rows) }
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

async function score(session: OnnxSession, setup: ScorerSetup, rows: readonly Features[]): Promise<number[]> {
  if (rows.length === 0) return []
  const matrix = Float32Array.from(rows.flatMap((row) => setup.features.map((name) => row[name] ?? 0)))
  return runGraph(session, setup, matrix)
}

/** `matrix` is row-major `[rows, features]`. */
async function runGraph(session: OnnxSession, setup: ScorerSetup, matrix: Float32Array): Promise<number[]> {
  const rows = matrix.length / setup.features.length
  const input = new Tensor('float32', matrix, [rows, setup.features.length])
  const { data } = await session.run({ [setup.input]: input }, setup.output)
  if (!(data instanceof Float32Array) || data.length !== rows) {
    throw new Error(`"${setup.output}" is not one float for each row`)
  }
  if (data.some(Number.isNaN)) throw new Error(`"${setup.output}" is not a number`)
  return Array.from(data, (value) => Math.min(1, Math.max(0, value)))
}
