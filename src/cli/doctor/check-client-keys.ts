import type { Config } from '../../config/schema.js'
import { type Diagnosis, ok, warn } from './diagnosis.js'

const DAY_MS = 86_400_000
const SOON_DAYS = 7

/** Keys of clients that are over, or soon will be. */
export function checkClientKeys({ keys }: Config['auth'], nowEpochMs: number): readonly Diagnosis[] {
  if (keys.length === 0) return []
  const noted = keys.flatMap(({ expires, name }) => {
    const daysLeft = expires === null ? Number.POSITIVE_INFINITY : (Date.parse(expires) - nowEpochMs) / DAY_MS
    if (daysLeft > SOON_DAYS) return []
    const message = daysLeft > 0 ? `ends on ${expires}` : `has ended on ${expires} and is refused`
    return [warn(`client key ${name}`, message, `Make another with "llmrouter keys", or change expires in auth.keys.`)]
  })
  return noted.length > 0 ? noted : [ok('client keys', `${keys.length} in force`)]
}
