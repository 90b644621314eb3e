import { readFileSync } from 'node:fs'

/** Milliseconds as a client saw them: 600 streams of the simulator, 60 at a time, on a busy machine. */
export interface LatencyTrace {
  readonly gaps: readonly number[]
  readonly firstTokens: readonly number[]
}

export function readTrace(): LatencyTrace {
  return JSON.parse(readFileSync(new URL('../../fixtures/latency-trace.json', import.meta.url), 'utf8'))
}
