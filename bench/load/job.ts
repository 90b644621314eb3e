import type { Percentiles } from '../latencies.js'
import type { ClientDialect } from './answer-check.js'
import type { AnswerPlan } from './answer-plan.js'

/** What the load generator is told to do, as one message between processes. */
export interface Job {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly dialect: ClientDialect
  readonly model: string
  readonly stream: boolean
  readonly plan: Omit<AnswerPlan, 'seed'>
  readonly promptBytes: number
  /** No two prompts are the same, counted from this number: nothing can be answered from a cache. */
  readonly distinctFrom?: number
  readonly load: Load
}

export type Load =
  /** Every connection sends its next request when it has the answer to the last. */
  | { readonly kind: 'closed'; readonly connections: number; readonly seconds: number }
  /** Requests begin at fixed times, whether or not earlier ones have been answered. */
  | { readonly kind: 'open'; readonly connections: number; readonly perSecond: number; readonly count: number }

export interface JobResult {
  /** What came back whole within the window, and how long that was. With an open load: until the last answer. */
  readonly windowSeconds: number
  readonly windowRequests: number
  /** Answers still coming at the window's end count by their share. */
  readonly windowTokens: number
  /** The window and the drain behind it: what the target's processor time is shared among. */
  readonly allRequests: number
  readonly allTokens: number
  readonly failures: number
  /** The first few, in words. */
  readonly failureExamples: readonly string[]
  /** From the intended start to the last byte. */
  readonly latency: Percentiles
  /** From the intended start to the first text event. */
  readonly firstToken: Percentiles
  /** Between text events of one answer. */
  readonly tokenGap: Percentiles
  /** How late the generator itself was; it is part of the latencies. */
  readonly sendDelay: Percentiles
}
