import { accessSync, constants, readFileSync } from 'node:fs'
import { InferenceSession, type Tensor } from 'onnxruntime-node'
import type { NativeGate } from '../src/inference/native-gate.js'
import { ModelLoadError, reasonOf } from './load-error.js'

const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Every thread of the pool has its own session: more threads inside would only get in each other's way.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  // Remembers a plan for every shape ever seen; texts come in all lengths.
  enableMemPattern: false,
  // An error that a run meets is thrown as well; it need not be on stderr too.
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
}

/** Tensors by the names of the graph's inputs. */
export type Feeds = Readonly<Record<string, Tensor>>

/** A session whose every entry into native code passes the gate: the thread may be terminated at any time. */
export interface OnnxSession {
  readonly inputs: readonly InferenceSession.ValueMetadata[]
  readonly outputs: readonly InferenceSession.ValueMetadata[]
  /** Runs the graph for one output. */
  run(feeds: Feeds, output: string): Promise<Tensor>
}

/** @throws ModelLoadError that names `field` and the file: missing, or not an ONNX model this runtime can run. */
export async function openSession(gate: NativeGate, field: string, file: string): Promise<OnnxSession> {
  const session = await createSession(gate, field, file)
  return {
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
    async run(feeds, output) {
      const results = await gate.pass(() => session.run(feeds, [output]))
      const tensor = results[output]
      if (tensor === undefined) throw new Error(`The graph gave no "${output}".`)
      return tensor
    },
  }
}

async function createSession(gate: NativeGate, field: string, file: string): Promise<InferenceSession> {
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new ModelLoadError(field, file, `cannot be read: ${reasonOf(error)}`)
  }
  try {
    return await gate.pass(() => InferenceSession.create(file, OPTIONS))
  } catch (error) {
    throw new ModelLoadError(field, file, `not a usable ONNX model: ${reasonOf(error)}`)
  }
}

/**
 * Whether the network quantises its activations as it runs. The scale is that of the whole batch, padding included, so
 * that a row's result depends on the rows beside it: by up to 0.05 in a component, in the network of our tests.
 */
export function quantisesActivations(file: string): boolean {
  // The names of a graph's operators stand in the file as they are.
  return readFileSync(file).includes('DynamicQuantize')
}

/** @throws ModelLoadError if the graph has no such tensor. */
export function tensorInfo(
  all: readonly InferenceSession.ValueMetadata[],
  name: string,
  asked: { readonly field: string; readonly file: string },
): InferenceSession.TensorValueMetadata {
  const found = all.find((value) => value.name === name)
  if (found?.isTensor) return found
  const names = all.map((value) => value.name).join(', ')
  throw new ModelLoadError(asked.field, asked.file, `the graph has no tensor "${name}", only ${names}`)
}
