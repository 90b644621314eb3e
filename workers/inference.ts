import { move, transferableSymbol, valueSymbol, workerData } from 'piscina'
import type { InferenceResult, InferenceTask, ThreadData } from '../src/inference/contract.js'
import { NativeGate } from '../src/inference/native-gate.js'
import { createHandler } from './handler.js'
import { loadModels } from './models.js'

/** A thread of the inference pool. Piscina calls it ready when this promise is kept: models loaded and warm. */
export default start(workerData)

async function start(setup: ThreadData): Promise<(task: InferenceTask) => Promise<unknown>> {
  const gate = new NativeGate(setup.gate)
  // Piscina requires this module, and Node still works on it when its body has run.
  await new Promise((resolve) => setImmediate(resolve))
  // All modules are loaded: from here on only native calls hold the gate.
  gate.leave()
  const handle = createHandler(await loadModels(setup, gate))
  return async (task) => giveAway(await handle(task))
}

/** The vectors' buffer moves to the main thread; all else is copied. */
function giveAway(result: InferenceResult): unknown {
  if (!('vectors' in result)) return result
  return move({ [transferableSymbol]: [result.vectors.buffer], [valueSymbol]: result })
}
