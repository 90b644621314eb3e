import type { RequestRecord, Stage } from '../core/request-record.js'

type Noted = Pick<RequestRecord, 'stagesMs' | 'stages'>

/** Enters a stage, or one more part of it, into the request's record. */
export function noteStage(record: Noted, stage: Stage, startedAtMs: number, endedAtMs: number): void {
  const durationMs = endedAtMs - startedAtMs
  record.stagesMs[stage] = (record.stagesMs[stage] ?? 0) + durationMs
  record.stages?.push({ stage, startedAtMs, durationMs })
}
