import { GatewayError } from '../../core/errors.js'

/** Slows whoever guesses keys: after a few wrong ones an address has to wait, each time twice as long. */
export interface AttemptBrake {
  /** @throws GatewayError 429 with the seconds to wait */
  check(address: string, nowMs: number): void
  failed(address: string, nowMs: number): void
  succeeded(address: string): void
}

const FREE_FAILURES = 5
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000
/** An address that was quiet for so long begins anew. */
const FORGET_MS = 15 * 60_000
/** The addresses that failed longest ago are forgotten first. */
const MOST_ADDRESSES = 10_000

interface Failures {
  readonly count: number
  readonly lastAtMs: number
}

export function createAttemptBrake(): AttemptBrake {
  const failures = new Map<string, Failures>()
  return {
    check(address, nowMs) {
      const known = failures.get(neighbourhood(address))
      if (known === undefined) return
      const leftMs = known.lastAtMs + waitMs(known.count) - nowMs
      if (leftMs <= 0) return
      throw new GatewayError('rate_limit_exceeded', 'Too many wrong keys came from this address. Try again later.', {
        retryAfterSeconds: leftMs / 1000,
      })
    },
    failed(address, nowMs) {
      const key = neighbourhood(address)
      const known = failures.get(key)
      const isRecent = known !== undefined && nowMs - known.lastAtMs < FORGET_MS
      failures.delete(key)
      failures.set(key, { count: (isRecent ? known.count : 0) + 1, lastAtMs: nowMs })
      const [oldest] = failures.keys()
      if (failures.size > MOST_ADDRESSES && oldest !== undefined) failures.delete(oldest)
    },
    succeeded: (address) => void failures.delete(neighbourhood(address)),
  }
}

function waitMs(count: number): number {
  return count < FREE_FAILURES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_FAILURES), LONGEST_WAIT_MS)
}

/** IPv6: the first 64 bits, since one subscriber has all the addresses below them. */
function neighbourhood(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':')
  if (tail !== undefined) groups.push('0', '0', '0', '0')
  return groups.slice(0, 4).join(':')
}
