import { createRollingCounts } from './rolling-counts.js'

export interface BreakerRules {
  readonly windowMs: number
  readonly minRequests: number
  readonly failureRatio: number
  readonly openMs: number
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/** Leaves an upstream alone that fails too often, and lets single calls find out when it is well again. */
export interface CircuitBreaker {
  /** Undefined: not now. */
  enter(rules: BreakerRules, nowMs: number): Permit | undefined
  /** Would `enter` let a call through? */
  admits(nowMs: number): boolean
  state(nowMs: number): BreakerState
  /** Until the next trial; 0 when calls are let through. */
  openForMs(nowMs: number): number
}

/** One call that was let through. The first word about its end counts. */
export interface Permit {
  /** An answer has begun: a trial is over, since its stream may take minutes. */
  answering(): void
  succeed(nowMs: number): void
  fail(nowMs: number): void
  /** It ended without telling anything about the upstream. */
  release(): void
}

type Phase =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'half-open'; trial: boolean }

export function createCircuitBreaker(): CircuitBreaker {
  let phase: Phase = { kind: 'closed' }
  let counts: ReturnType<typeof createRollingCounts<'calls' | 'failures'>> | undefined
  let countedMs = 0

  /** A changed configuration begins to count anew. */
  function countsOf({ windowMs }: BreakerRules) {
    if (counts === undefined || countedMs !== windowMs) counts = createRollingCounts(['calls', 'failures'], windowMs)
    countedMs = windowMs
    return counts
  }

  function open(rules: BreakerRules, nowMs: number): void {
    phase = { kind: 'open', untilMs: nowMs + rules.openMs }
  }

  function close(): void {
    phase = { kind: 'closed' }
    counts?.clear()
  }

  function count(failed: boolean, rules: BreakerRules, nowMs: number): void {
    const window = countsOf(rules)
    window.add('calls', nowMs)
    if (!failed) return
    window.add('failures', nowMs)
    const calls = window.count('calls', nowMs)
    const failures = window.count('failures', nowMs)
    if (calls >= rules.minRequests && failures >= rules.failureRatio * calls) open(rules, nowMs)
  }

  /** Calls that began in an earlier phase tell nothing about this one. */
  function closedPermit(rules: BreakerRules, began: Phase): Permit {
    let over = false
    const end = (failed: boolean, nowMs: number): void => {
      if (!over && phase === began) count(failed, rules, nowMs)
      over = true
    }
    return {
      answering() {},
      succeed: (nowMs) => end(false, nowMs),
      fail: (nowMs) => end(true, nowMs),
      release() {
        over = true
      },
    }
  }

  function trialPermit(rules: BreakerRules, began: { readonly kind: 'half-open'; trial: boolean }): Permit {
    const ifTrial = (step: () => void): void => {
      if (phase === began) step()
    }
    return {
      answering: () => ifTrial(close),
      succeed: () => ifTrial(close),
      fail: (nowMs) => ifTrial(() => open(rules, nowMs)),
      release() {
        began.trial = false
      },
    }
  }

  return {
    enter(rules, nowMs) {
      if (phase.kind === 'closed') return closedPermit(rules, phase)
      if (phase.kind === 'open') {
        if (nowMs < phase.untilMs) return undefined
        phase = { kind: 'half-open', trial: false }
      }
      if (phase.trial) return undefined
      phase.trial = true
      return trialPermit(rules, phase)
    },
    admits(nowMs) {
      if (phase.kind === 'open') return nowMs >= phase.untilMs
      return phase.kind === 'closed' || !phase.trial
    },
    state: (nowMs) => (phase.kind === 'open' && nowMs >= phase.untilMs ? 'half-open' : phase.kind),
    openForMs: (nowMs) => (phase.kind === 'open' ? Math.max(0, phase.untilMs - nowMs) : 0),
  }
}
