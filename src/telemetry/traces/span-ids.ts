import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4096
const NO_ID = /^0+$/

/** Random ids in hexadecimal, of so many bytes. Randomness is fetched in bulk: one call for each would cost more. */
export function createIds(): (bytes: 8 | 16) => string {
  const pool = Buffer.alloc(POOL_BYTES)
  let at = POOL_BYTES
  return function next(bytes): string {
    if (at + bytes > POOL_BYTES) {
      randomFillSync(pool)
      at = 0
    }
    const id = pool.toString('hex', at, at + bytes)
    at += bytes
    // The one id that means none.
    return NO_ID.test(id) ? next(bytes) : id
  }
}
