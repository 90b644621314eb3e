import { createLatencies } from '../latencies.js'
import { type AnswerCheck, createStreamCheck, createWholeCheck } from './answer-check.js'
import { SEED_COUNT } from './answer-plan.js'
import type { AnswerSink } from './http-connection.js'
import type { Job, JobResult } from './job.js'

const MAX_EXAMPLES = 5
/** A target that fails so often is not measured but broken. */
const MAX_FAILURES = 200

/** Everything one job counts. Times are milliseconds of `performance.now()`. */
export interface Measure {
  /** The sink of the next answer. `onDone` is called once, after it has been counted. */
  exchange(n: number, intendedMs: number, onDone: (ok: boolean) => void): AnswerSink
  readonly outstanding: number
  readonly hopeless: boolean
  fail(reason: string): void
  /** The window ends now. */
  closeWindow(nowMs: number): void
  result(): JobResult
}

export function createMeasure(job: Job, startMs: number): Measure {
  const latency = createLatencies()
  const firstToken = createLatencies()
  const tokenGap = createLatencies()
  const sendDelay = createLatencies()
  const running = new Set<AnswerCheck>()
  const examples: string[] = []
  let failures = 0
  let requests = 0
  let window: { readonly seconds: number; readonly requests: number; readonly tokens: number } | undefined
  const recordsGaps = job.stream && job.plan.gapMs > 0

  function fail(reason: string): void {
    failures++
    if (examples.length < MAX_EXAMPLES) examples.push(reason)
  }

  return {
    exchange(n, intendedMs, onDone) {
      const plan = { ...job.plan, seed: n % SEED_COUNT }
      const check = job.stream ? createStreamCheck(job.dialect, plan) : createWholeCheck(job.dialect, plan)
      let status = 0
      let wrongHead: string | undefined
      let lastTokenMs: number | undefined
      running.add(check)
      sendDelay.record(performance.now() - intendedMs)

      function done(problem: string | undefined, nowMs: number): void {
        running.delete(check)
        if (problem === undefined) {
          requests++
          latency.record(nowMs - intendedMs)
        } else {
          fail(problem)
        }
        onDone(problem === undefined)
      }

      return {
        onHead(answered, contentType) {
          status = answered
          const wanted = job.stream ? 'text/event-stream' : 'application/json'
          if (status !== 200) wrongHead = `status ${status}`
          else if (!contentType.startsWith(wanted)) wrongHead = `content-type ${contentType}`
        },
        onBody(text, nowMs) {
          if (wrongHead !== undefined) {
            if (wrongHead.length < 300) wrongHead += ` ${text.slice(0, 300)}`
            return
          }
          const events = check.push(text)
          if (events === 0) return
          if (lastTokenMs === undefined) firstToken.record(nowMs - intendedMs)
          if (recordsGaps) {
            if (lastTokenMs !== undefined) tokenGap.record(nowMs - lastTokenMs)
            // What arrived together has no gap between.
            if (events > 1) tokenGap.record(0, events - 1)
          }
          lastTokenMs = nowMs
        },
        onEnd: (nowMs) => done(wrongHead ?? check.end(), nowMs),
        onFailure: (reason) => done(reason, 0),
      }
    },
    get outstanding() {
      return running.size
    },
    get hopeless() {
      return failures >= MAX_FAILURES
    },
    fail,
    closeWindow(nowMs) {
      let partial = 0
      for (const check of running) partial += check.progress
      window = {
        seconds: (nowMs - startMs) / 1000,
        requests,
        tokens: (requests + partial) * job.plan.tokens,
      }
    },
    result() {
      return {
        windowSeconds: window?.seconds ?? 0,
        windowRequests: window?.requests ?? 0,
        windowTokens: window?.tokens ?? 0,
        allRequests: requests,
        allTokens: requests * job.plan.tokens,
        failures,
        failureExamples: examples,
        latency: latency.percentiles(),
        firstToken: firstToken.percentiles(),
        tokenGap: tokenGap.percentiles(),
        sendDelay: sendDelay.percentiles(),
      }
    },
  }
}
