import { Worker } from 'node:worker_threads'
import type { PacerData } from './pacer.js'

export interface Pace {
  /** On the clock of `performance.now()`, as of this thread. */
  readonly startMs: number
  readonly intervalMs: number
  readonly count: number
}

/** Calls `onDue` for each number when its time has come; resolves when all have been. */
export function runPacer(pace: Pace, onDue: (n: number) => void): Promise<void> {
  const workerData: PacerData = { ...pace, startMs: pace.startMs + hrtimeAheadMs() }
  return new Promise((resolve, reject) => {
    const pacer = new Worker(new URL('./pacer.js', import.meta.url), { workerData })
    pacer.on('message', onDue)
    pacer.on('error', reject)
    pacer.on('exit', () => resolve())
  })
}

/** Threads share this clock, while each counts `performance.now()` from its own beginning. */
function hrtimeAheadMs(): number {
  // An interruption between the two readings makes the difference smaller, so the largest is right.
  const readings = Array.from({ length: 16 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now())
  return Math.max(...readings)
}
