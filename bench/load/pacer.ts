/**
 * A thread that sleeps to fractions of a millisecond and says which requests are due: timers of an event loop are up
 * to a millisecond late, as much as what is measured, and turning in circles would take the core from the upstream.
 */
import { parentPort, workerData } from 'node:worker_threads'

export interface PacerData {
  /** Of `process.hrtime`, in milliseconds. */
  readonly startMs: number
  readonly intervalMs: number
  readonly count: number
}

const { startMs, intervalMs, count }: PacerData = workerData
const sleeper = new Int32Array(new SharedArrayBuffer(4))

for (let n = 0; n < count; n++) {
  const waitMs = startMs + n * intervalMs - Number(process.hrtime.bigint()) / 1e6
  if (waitMs > 0) Atomics.wait(sleeper, 0, 0, waitMs)
  parentPort?.postMessage(n)
}
