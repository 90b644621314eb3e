import type { Clock } from '../../core/clock.js'
import type { ExpectedTokens } from '../../core/limits/expected-tokens.js'
import type { KeyLimits, Refusal } from '../../core/limits/key-limits.js'
import type { PicoUsd } from '../../core/money/money.js'
import type { RequestRecord } from '../../core/request-record.js'
import type { KeyVisit, Limiter } from '../../limits/limiter.js'
import type { ClientCall } from '../client-call.js'
import { limitError } from './limit-error.js'
import { limitHeaders } from './limit-headers.js'
import { useOf } from './request-use.js'

/** A request that the limits of its key have let in. */
export interface KeyPass {
  /**
   * Takes the tokens that the request will probably use.
   * @throws GatewayError 429 when the key has not so many left
   */
  reserve(estimate: () => ExpectedTokens): void | Promise<void>
  /** The request is over: counts what it used. The first call counts. */
  leave(record: RequestRecord): void
}

export interface KeyPassOptions {
  readonly limiter: Limiter
  readonly clock: Pick<Clock, 'epochMs'>
  readonly call: ClientCall
  /** For tokens whose cost is not known. */
  readonly assumedPerToken: PicoUsd
}

const NOTHING: ExpectedTokens = { prompt: 0, answer: 0 }

/** On an open gateway nobody is limited. */
const UNLIMITED: KeyPass = { reserve() {}, leave() {} }

/**
 * Asks whether the key may have one more request. From now on every answer to the call tells how the key stands.
 * @throws GatewayError 429 when it may not
 */
export async function passByKey(options: KeyPassOptions): Promise<KeyPass> {
  const { call, clock, limiter } = options
  const { keyName: name, limits } = call
  if (name === undefined || limits === undefined) return UNLIMITED
  const asked = limiter.admit({ name, limits })
  const admission = asked instanceof Promise ? await asked : asked
  const standing = admission.kind === 'refused' ? admission.standing : admission.visit.standing()
  Object.assign(call.headers, limitHeaders(standing, call.dialect.name, clock.epochMs()))
  if (admission.kind === 'refused') throw limitError(admission.refusal)
  return passOf(options, limits, admission.visit)
}

function passOf({ assumedPerToken, call, clock }: KeyPassOptions, limits: KeyLimits, visit: KeyVisit): KeyPass {
  let expected = (): ExpectedTokens => NOTHING

  function conclude(refusal: Refusal | undefined): void {
    Object.assign(call.headers, limitHeaders(visit.standing(), call.dialect.name, clock.epochMs()))
    if (refusal !== undefined) throw limitError(refusal)
  }

  return {
    reserve(estimate) {
      if (limits.tokensPerMinute === null) {
        expected = estimate
        return
      }
      const tokens = estimate()
      expected = () => tokens
      const refusal = visit.reserve(tokens.prompt + tokens.answer)
      return refusal instanceof Promise ? refusal.then(conclude) : conclude(refusal)
    },
    leave: (record) => visit.settle(useOf(record, { assumedPerToken, expected })),
  }
}
