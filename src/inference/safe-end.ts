import type { Worker } from 'node:worker_threads'
import type { NativeGate } from './native-gate.js'

/** A native call takes milliseconds; one that takes so long hangs, and the thread is ended with it. */
const TERMINATE_GRACE_MS = 10_000
/** The process must end even if a call hangs. */
const EXIT_GRACE_MS = 2_000
const POLL_MS = 1

/** Gates of the threads that live: when the process ends, Node ends them wherever they are. */
const liveGates = new Set<NativeGate>()

/**
 * However the thread is ended from outside, by `terminate()` or with the process, it is not inside native code then.
 * See `NativeGate`.
 */
export function makeEndSafe(worker: Worker, gate: NativeGate): void {
  let hasExited = false
  worker.once('exit', () => {
    hasExited = true
    liveGates.delete(gate)
    if (liveGates.size === 0) process.off('exit', emptyAllGates)
  })
  if (liveGates.size === 0) process.on('exit', emptyAllGates)
  liveGates.add(gate)

  const terminate = worker.terminate.bind(worker)
  worker.terminate = async () => {
    gate.shut()
    const deadline = performance.now() + TERMINATE_GRACE_MS
    while (!gate.isEmpty && !hasExited && performance.now() < deadline) await pause(POLL_MS)
    return terminate()
  }
}

function emptyAllGates(): void {
  for (const gate of liveGates) gate.shut()
  const deadline = performance.now() + EXIT_GRACE_MS
  for (const gate of liveGates) gate.waitUntilEmpty(Math.max(0, deadline - performance.now()))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
