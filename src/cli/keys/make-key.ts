import { createHash, randomBytes } from 'node:crypto'

export interface MadeKey {
  /** Shown once and kept nowhere. */
  readonly key: string
  /** What the configuration holds of it. */
  readonly hash: string
}

const KEY_BYTES = 32

export function makeKey(): MadeKey {
  const key = `llmr-${randomBytes(KEY_BYTES).toString('base64url')}`
  return { key, hash: `sha256:${createHash('sha256').update(key).digest('hex')}` }
}
