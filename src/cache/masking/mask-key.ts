import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const BYTES = 32

/** From the key that entries are encrypted with: all gateways that share it can compare each other's prompts. */
export const maskKeyFrom = (encryptionKey: Buffer): Buffer =>
  createHmac('sha256', encryptionKey).update('llmrouter: masks of prompts').digest()

/**
 * The key of this installation, made at the first time.
 * @throws Error of the file system, or one that says that the file is no key
 */
export function readOrMakeMaskKey(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true })
  try {
    // Whoever comes first makes it; nobody replaces it.
    writeFileSync(file, randomBytes(BYTES), { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const key = readFileSync(file)
  if (key.length === BYTES) return key
  throw new Error(`${file} is not a key of ${BYTES} bytes: delete it to have one made.`)
}
