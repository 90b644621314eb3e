import type { KeyLimits } from '../../src/core/limits/key-limits.js'
import type { KeyVisit, LimitedKey, Limiter } from '../../src/limits/limiter.js'

const FREE: KeyLimits = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxConcurrent: null,
  budgetPerDay: null,
  budgetPerMonth: null,
}

export const keyWith = (limits: Partial<KeyLimits>, name = 'team'): LimitedKey => ({
  name,
  limits: { ...FREE, ...limits },
})

/** The visit, or why there is none. */
export async function admit(limiter: Limiter, key: LimitedKey): Promise<KeyVisit | string> {
  const admission = await limiter.admit(key)
  return admission.kind === 'admitted' ? admission.visit : admission.refusal.reason
}

export async function admitted(limiter: Limiter, key: LimitedKey): Promise<KeyVisit> {
  const visit = await admit(limiter, key)
  if (typeof visit === 'string') throw new Error(`It was refused: ${visit}`)
  return visit
}

/** How many of so many requests, one after the other, are admitted. Each is over at once. */
export async function countAdmitted(limiter: Limiter, key: LimitedKey, tries: number): Promise<number> {
  let count = 0
  for (let n = 0; n < tries; n++) {
    const visit = await admit(limiter, key)
    if (typeof visit === 'string') continue
    count++
    visit.settle({ tokens: 0, cost: 0n })
  }
  return count
}
