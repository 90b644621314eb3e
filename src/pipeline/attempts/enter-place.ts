import type { Permit } from '../../attempts/circuit-breaker.js'
import type { PickedKey } from '../../attempts/key-ring.js'
import { GatewayError } from '../../core/errors.js'
import type { AttemptReason } from '../../core/request-record.js'
import type { PipelineDeps, Runtime } from '../deps.js'
import type { CallOutcome, Place } from './place.js'

/** Whether a place may be asked just now, and with which key. */
export type Entrance =
  | OpenEntrance
  | { readonly kind: 'closed'; readonly reason: AttemptReason; readonly error: GatewayError }

export interface OpenEntrance {
  readonly kind: 'open'
  readonly key: PickedKey | undefined
  readonly permit: Permit
}

type Deps = Pick<PipelineDeps, 'attempts' | 'clock'>

export interface EnterOptions {
  readonly deps: Deps
  readonly place: Place
  readonly runtime: Runtime
  /** Without another place a key that rests is tried all the same: it costs nothing, and may go well. */
  readonly hasAlternative: boolean
}

export function enterPlace({ deps, hasAlternative, place, runtime }: EnterOptions): Entrance {
  const { provider, target } = place
  const now = deps.clock.now()
  const key = provider.keys.pick(target.upstreamName, now)
  if (hasAlternative && key !== undefined && key.restsForMs > 0) {
    return { kind: 'closed', reason: 'keys-resting', error: restError(key) }
  }
  // Its failures are ordered by the prompt and tell nothing about it.
  if (provider.adapter.type === 'simulator') return { kind: 'open', key, permit: UNCOUNTED }
  const { breakers } = deps.attempts
  const permit = breakers.enter(target, runtime.attempts.breaker, now)
  if (permit !== undefined) return { kind: 'open', key, permit }
  return { kind: 'closed', reason: 'breaker-open', error: openError(place, breakers.openForMs(target, now)) }
}

const UNCOUNTED: Permit = { answering() {}, succeed() {}, fail() {}, release() {} }

function restError({ reason, restsForMs }: PickedKey): GatewayError {
  return reason === 'refused'
    ? new GatewayError('upstream_auth_failed', "The provider refuses the gateway's credentials.")
    : new GatewayError('rate_limit_exceeded', "The provider's rate limit is reached.", {
        retryAfterSeconds: restsForMs / 1000,
      })
}

function openError({ provider, target }: Place, openForMs: number): GatewayError {
  return new GatewayError(
    'overloaded',
    `The model '${target.id}' of the provider '${provider.name}' has failed too often just now, so the gateway leaves it alone for a moment.`,
    { retryAfterSeconds: openForMs / 1000 },
  )
}

/** A key whose limit is reached rests so long when the provider does not say how long. */
const LIMITED_MS = 2000
/** A quota is that of a day or a month. */
const QUOTA_MS = 5 * 60_000

/** What an attempt's end says of the key it was made with, and of the upstream. */
export function leavePlace(
  deps: Deps,
  { provider, target }: Place,
  { key, permit }: OpenEntrance,
  outcome: CallOutcome<unknown>,
): void {
  const now = deps.clock.now()
  if (outcome.kind === 'client-gone') return permit.release()
  if (!('error' in outcome)) return permit.succeed(now)
  const { error } = outcome
  if (error.row.unwell === true) permit.fail(now)
  else permit.succeed(now)
  if (key === undefined) return
  const { keys } = provider
  if (error.code === 'rate_limit_exceeded') {
    const { retryAfterSeconds } = error
    const forMs = retryAfterSeconds === undefined ? LIMITED_MS : retryAfterSeconds * 1000
    keys.limited(key, target.upstreamName, forMs, now)
  } else if (error.code === 'insufficient_quota') {
    keys.limited(key, target.upstreamName, QUOTA_MS, now)
  } else if (error.code === 'upstream_auth_failed') {
    keys.refused(key, now)
  }
}
