import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Finds what belongs to a presented key among many, in the time of two hashes. */
export interface KeyTable<T> {
  find(presented: string): T | undefined
}

export interface KeyRow<T> {
  /** `sha256:` and 64 hex digits. */
  readonly hash: string
  readonly value: T
}

/**
 * Rows lie in a map under a keyed digest of their hash, with a secret of this table. How long a look-up takes depends on
 * what the presented key's keyed digest has in common with others, and without the secret nobody can tell what that is or
 * steer it: the time says nothing of the hashes, and need not grow with their number. The row that is found is compared
 * once more in constant time.
 */
export function createKeyTable<T>(rows: readonly KeyRow<T>[]): KeyTable<T> {
  const secret = randomBytes(32)
  const slotOf = (digest: Buffer): string => createHmac('sha256', secret).update(digest).digest('base64')
  const slots = new Map(
    rows.map(({ hash, value }) => {
      const digest = Buffer.from(hash.replace(/^sha256:/, ''), 'hex')
      return [slotOf(digest), { digest, value }]
    }),
  )
  return {
    find(presented) {
      const digest = createHash('sha256').update(presented).digest()
      const row = slots.get(slotOf(digest))
      return row !== undefined && timingSafeEqual(row.digest, digest) ? row.value : undefined
    },
  }
}
