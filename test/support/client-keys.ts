import { createHash } from 'node:crypto'

/** A row of `auth.keys` whose key is `key-of-` and its name. */
export function keyRow(name: string, more: object = {}): object {
  return { name, hash: hashOf(keyOf(name)), ...more }
}

export const keyOf = (name: string): string => `key-of-${name}`

const hashOf = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`
