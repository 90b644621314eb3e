import { chooseNextStep, type NextStep } from '../../attempts/choose-next-step.js'
import { isWorse } from '../../attempts/why-inadequate.js'
import { GatewayError } from '../../core/errors.js'
import type { AttemptReason } from '../../core/request-record.js'
import type { PipelineDeps, Runtime } from '../deps.js'
import { type Entrance, enterPlace, type OpenEntrance } from './enter-place.js'
import { type HedgedKind, startHedging } from './hedging.js'
import type { AttemptOutcome, Call, CallOutcome, Go, Occasion, Place, RejectedAnswer } from './place.js'
import { type Runner, race } from './race.js'
import { attemptRunner } from './run-attempt.js'
import { pause, type Waiting } from './waiting.js'

/** How an answer is to be got. */
export interface AttemptPlan<Answer> {
  readonly deps: Pick<PipelineDeps, 'attempts' | 'clock'>
  readonly runtime: Runtime
  readonly waiting: Waiting
  /** The one that was chosen, and what may stand in for it, in order. */
  readonly places: readonly [Place, ...Place[]]
  /** Who is asked once more when an answer is plainly not good enough, unless it has been asked before. */
  readonly escalation?: Place | undefined
  /**
   * Writes the request for a place, once for all attempts there.
   * @throws GatewayError when it cannot be said there
   */
  readonly prepare: (place: Place) => Call<Answer>
  /** How it is given, since that decides how long it usually takes. Absent: it must not be asked for twice at once. */
  readonly hedged?: HedgedKind | undefined
}

/** A place with the request written for it, and those that are left after it. */
interface Stop<Answer> {
  readonly place: Place
  readonly call: Call<Answer>
  readonly later: readonly Place[]
}

/** Nothing more is to be had at this place, but there may be others. */
interface Leave {
  readonly kind: 'leave'
  readonly reason: AttemptReason
  readonly error: GatewayError
}

/**
 * Asks one place after the other, and the same one again where that may help, until an answer has begun or nothing more
 * can be done. Fails with what the chosen place said, whatever those that stand in for it say.
 * @throws GatewayError when the request cannot be said at the chosen place
 */
export async function makeAttempts<Answer>(plan: AttemptPlan<Answer>): Promise<AttemptOutcome<Answer>> {
  const { clock } = plan.deps
  const { attempts: rules, timeouts } = plan.runtime
  const startedAt = clock.now()
  let made = 0
  let firstFailureAt: number | undefined
  plan.deps.attempts.retries.note(startedAt)
  const hedging = startHedging(plan.deps, rules.hedge, plan.hedged)

  const [chosen, ...others] = plan.places
  let stop: Stop<Answer> = { place: chosen, call: plan.prepare(chosen), later: others }
  let occasion: Occasion = { cause: 'first' }
  let told: GatewayError | undefined
  let mayEscalate = plan.escalation !== undefined
  for (;;) {
    const outcome = await stayAt(stop, occasion)
    if (outcome.kind === 'rejected') return escalate(stop.place, outcome)
    if (outcome.kind !== 'leave' && outcome.kind !== 'failed') return outcome
    if (plan.waiting.over) return outcome.kind === 'failed' ? outcome : givenUp(plan.waiting)
    told ??= outcome.error
    const next = outcome.kind === 'leave' ? nextStop(plan, stop, outcome.error) : undefined
    if (outcome.kind === 'failed' || next === undefined) return { kind: 'failed', error: told }
    occasion = { cause: 'fallback', reason: outcome.reason, insteadOf: stop.place.target.id }
    stop = next
  }

  /** Attempts at one place, until it answers or is given up. */
  async function stayAt(at: Stop<Answer>, first: Occasion): Promise<CallOutcome<Answer> | Leave> {
    let occasion = first
    let last: GatewayError | undefined
    for (let retries = 0; ; retries += 1) {
      // A retry has waited as long as it had to.
      const hasAlternative = at.later.length > 0 && retries === 0
      const entrance = enter(at.place, hasAlternative)
      // What an attempt said is worth more than that there may not be another.
      if (entrance.kind === 'closed') return { kind: 'leave', reason: entrance.reason, error: last ?? entrance.error }
      const outcome = await attempt(at, entrance, occasion)
      if (outcome.kind !== 'failed' || plan.waiting.over) return outcome
      const { error } = outcome
      const step = nextStep(at, error, retries)
      if (step.kind === 'tell') return outcome
      if (step.kind === 'fallback') return { kind: 'leave', reason: error.code, error }
      await pause(plan.waiting, step.delayMs)
      if (plan.waiting.over) return givenUp(plan.waiting)
      occasion = { cause: 'retry', reason: error.code }
      last = error
    }
  }

  function enter(place: Place, hasAlternative: boolean): Entrance {
    return enterPlace({ deps: plan.deps, runtime: plan.runtime, place, hasAlternative })
  }

  /** One attempt, or two at once when the first one is late. */
  function attempt(at: Stop<Answer>, entrance: OpenEntrance, occasion: Occasion): Promise<CallOutcome<Answer>> {
    if (at.place.target.id === plan.escalation?.target.id) mayEscalate = false
    const first = runner(at, entrance, occasion)
    const afterMs = hedging.afterMs(at.place)
    if (afterMs === undefined) return first.start(() => true).outcome
    return race(first, afterMs, () => secondRunner(at))
  }

  function secondRunner(at: Stop<Answer>): Runner<Answer> | undefined {
    if (made >= rules.max || plan.waiting.over) return undefined
    const entrance = enter(at.place, true)
    if (entrance.kind === 'closed') return undefined
    if (hedging.take()) return runner(at, entrance, { cause: 'hedge', reason: 'late' })
    entrance.permit.release()
    return undefined
  }

  /** One more call, whatever came of the ones before: when it brings nothing better, the answer that there is does. */
  async function escalate(from: Place, rejected: RejectedAnswer<Answer>): Promise<AttemptOutcome<Answer>> {
    const instead = { kind: 'complete', answer: rejected.answer } as const
    const at = stopAt(plan, plan.escalation === undefined ? [] : [plan.escalation])
    if (at === undefined || plan.waiting.over) return instead
    const entrance = enter(at.place, true)
    if (entrance.kind === 'closed') return instead
    const occasion: Occasion = { cause: 'escalation', reason: rejected.flaw, insteadOf: from.target.id }
    const rejects: Go['rejects'] = (flaw) => isWorse(flaw, rejected.flaw)
    const outcome = await runner(at, entrance, occasion, rejects).start(() => true).outcome
    return outcome.kind === 'rejected' || (outcome.kind === 'failed' && !plan.waiting.over) ? instead : outcome
  }

  function runner(
    { call, place }: Stop<Answer>,
    entrance: OpenEntrance,
    occasion: Occasion,
    rejects: Go['rejects'] = plan.escalation && (() => mayEscalate),
  ): Runner<Answer> {
    made += 1
    const totalMs = timeouts.totalMs - (clock.now() - startedAt)
    const onFirstToken = (ms: number): void => hedging.note(place, ms)
    const { deps, waiting } = plan
    return attemptRunner({ deps, waiting, place, call, entrance, occasion, totalMs, rejects, onFirstToken })
  }

  function nextStep(at: Stop<Answer>, error: GatewayError, retries: number): NextStep {
    const now = clock.now()
    firstFailureAt ??= now
    return chooseNextStep({
      code: error.code,
      retryAfterSeconds: error.retryAfterSeconds,
      made,
      max: rules.max,
      retries,
      fallbacksLeft: usable(at, error).length,
      isFallback: at.place.detour === 'fallback',
      hasOtherKey: at.place.provider.keys.free(at.place.target.upstreamName, now) > 0,
      retryLeftMs: rules.retryBudgetMs - (now - firstFailureAt),
      totalLeftMs: timeouts.totalMs - (now - startedAt),
      takeRetry: () => plan.deps.attempts.retries.take(rules.retryShare, now),
      random: plan.deps.attempts.random(),
    })
  }
}

/** The next place where the request can be said. Those that must not lose anything of it are passed over. */
function nextStop<Answer>(plan: AttemptPlan<Answer>, at: Stop<Answer>, error: GatewayError): Stop<Answer> | undefined {
  return stopAt(plan, usable(at, error))
}

/** The first of the places where the request can be said. */
function stopAt<Answer>(plan: AttemptPlan<Answer>, places: readonly Place[]): Stop<Answer> | undefined {
  for (const [index, place] of places.entries()) {
    try {
      return { place, call: plan.prepare(place), later: places.slice(index + 1) }
    } catch (thrown) {
      if (!(thrown instanceof GatewayError)) throw thrown
    }
  }
  return undefined
}

/** What is too long for one model only a longer one can take. */
function usable({ later, place }: Stop<unknown>, { row }: GatewayError): readonly Place[] {
  if (row.recovery !== 'longer') return later
  const { contextTokens = Number.POSITIVE_INFINITY } = place.target
  return later.filter(({ target }) => (target.contextTokens ?? 0) > contextTokens)
}

const GONE = { kind: 'client-gone' } as const

/** Nobody waits any more, or they were cut off. */
function givenUp({ cut }: Waiting): AttemptOutcome<never> {
  return cut === undefined ? GONE : { kind: 'failed', error: cut }
}
