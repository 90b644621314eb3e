import { toGatewayError } from '../../core/errors.js'
import type { PipelineDeps } from '../deps.js'
import { leavePlace, type OpenEntrance } from './enter-place.js'
import type { Call, CallOutcome, Go, Occasion, Place } from './place.js'
import type { Runner } from './race.js'
import type { Waiting } from './waiting.js'

export interface AttemptOptions<Answer> {
  readonly deps: Pick<PipelineDeps, 'attempts' | 'clock'>
  readonly waiting: Waiting
  readonly place: Place
  readonly call: Call<Answer>
  readonly entrance: OpenEntrance
  readonly occasion: Occasion
  readonly totalMs: number
  readonly rejects: Go['rejects']
  /** Is told how long the answer let us wait for its beginning, at least. */
  readonly onFirstToken: (ms: number) => void
}

/** One attempt, with what its end means for key and breaker. */
export function attemptRunner<Answer>(options: AttemptOptions<Answer>): Runner<Answer> {
  const { call, deps, entrance, occasion, place, rejects, totalMs, waiting } = options
  return {
    start(mayBegin) {
      const startedAt = deps.clock.now()
      let cancelled = false
      let giveUp = (): void => {}
      let release = (): void => {}
      const noteWait = (): void => options.onFirstToken(deps.clock.now() - startedAt)

      async function run(): Promise<CallOutcome<Answer>> {
        const outcome = await call({
          occasion,
          key: entrance.key,
          totalMs,
          rejects,
          isCancelled: () => cancelled,
          begin() {
            noteWait()
            cancelled ||= !mayBegin()
            if (!cancelled) entrance.permit.answering()
            return !cancelled
          },
          onGone(listener) {
            release = waiting.watch(listener)
            giveUp = listener
          },
        }).catch(ourFault)
        release()
        leavePlace(deps, place, entrance, cancelled || waiting.over ? GONE : outcome)
        return outcome
      }

      return {
        outcome: run(),
        cancel() {
          noteWait()
          cancelled = true
          giveUp()
        },
      }
    },
  }
}

const GONE = { kind: 'client-gone' } as const

/** A mistake of our own must not leave a breaker waiting for the end of this attempt. */
function ourFault(thrown: unknown): CallOutcome<never> {
  return { kind: 'failed', error: toGatewayError(thrown) }
}
