import { createHash } from 'node:crypto'
import type { Clock } from '../../src/core/clock.js'
import { createAuthenticate } from '../../src/http/authenticate.js'
import { createAccounts } from '../../src/limits/accounts.js'
import type { KeyVisit } from '../../src/limits/limiter.js'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.js'
import { limitHeaders } from '../../src/pipeline/limits/limit-headers.js'

const KEYS = 10_000
const LIMITS = {
  requestsPerMinute: 1_000_000_000,
  tokensPerMinute: 1_000_000_000_000,
  maxConcurrent: 1_000_000,
  budgetPerDay: 10n ** 24n,
  budgetPerMonth: 10n ** 24n,
}
const CLOCK: Clock = { now: () => performance.now(), epochMs: () => Date.now() }

const keyOf = (n: number): string => `llmr-key-number-${n}`
const hashOf = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`

/** All that the limits of keys cost a request, with ten thousand keys: who it is, whether it may, and what it used. */
export function createAdmission(): { readonly admit: () => boolean; readonly refuse: () => boolean } {
  const rows = Array.from({ length: KEYS }, (_, n) => ({ name: `key-${n}`, hash: hashOf(keyOf(n)), models: ['*'] }))
  const authenticate = createAuthenticate(rows)
  const limiter = createMemoryLimiter({ accounts: createAccounts(CLOCK) })
  const spent = { ...LIMITS, budgetPerDay: 0n }
  let n = 0

  function enter(limits: typeof LIMITS): KeyVisit | undefined {
    n = (n + 7919) % KEYS
    const { keyName = '' } = authenticate({ authorization: `Bearer ${keyOf(n)}` }, CLOCK.epochMs())
    const admission = limiter.admit({ name: keyName, limits })
    if (admission instanceof Promise || admission.kind === 'refused') return undefined
    return admission.visit
  }

  return {
    admit() {
      const visit = enter(LIMITS)
      if (visit === undefined || visit.reserve(1500) !== undefined) return false
      const headers = limitHeaders(visit.standing(), 'openai', CLOCK.epochMs())
      visit.settle({ tokens: 400, cost: 1_000_000n })
      return headers['x-ratelimit-limit-requests'] !== undefined
    },
    refuse: () => enter(spent) === undefined,
  }
}
