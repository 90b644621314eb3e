const STAMP_BYTES = 8

/**
 * An entry with the moment it expires before it (epoch in milliseconds, float64 LE), so that the store can drop what
 * nobody above it can read: entries of another version, or sealed with another key. A copy: LMDB reads it later.
 */
export function stampExpiry(bytes: Buffer, expiresAtMs: number): Buffer {
  const stamped = Buffer.allocUnsafe(STAMP_BYTES + bytes.length)
  stamped.writeDoubleLE(expiresAtMs)
  bytes.copy(stamped, STAMP_BYTES)
  return stamped
}

/** Undefined: expired, or not stamped. */
export function unstamp(stamped: Buffer, nowMs: number): Buffer | undefined {
  if (stamped.length < STAMP_BYTES) return undefined
  return stamped.readDoubleLE() > nowMs ? stamped.subarray(STAMP_BYTES) : undefined
}
