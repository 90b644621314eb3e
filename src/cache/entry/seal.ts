import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * Makes sure that what comes back from a store is what was put there under this very id: a torn write, a foreign value or
 * an entry moved to another id does not open.
 */
export interface Seal {
  close(id: string, payload: Buffer): Buffer
  /** Undefined: not sealed by this seal (another key, another kind), or damaged. */
  open(id: string, sealed: Buffer): Buffer | undefined
}

const CHECKSUM_BYTES = 16
const IV_BYTES = 12
const TAG_BYTES = 16

/** Damage is noticed; whoever can read the store can read the entries. */
export const checksumSeal: Seal = {
  close: (id, payload) => Buffer.concat([checksum(id, payload), payload]),
  open(id, sealed) {
    if (sealed.length < CHECKSUM_BYTES) return undefined
    const payload = sealed.subarray(CHECKSUM_BYTES)
    return checksum(id, payload).equals(sealed.subarray(0, CHECKSUM_BYTES)) ? payload : undefined
  },
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce for each entry; the id is authenticated along with it.
 *
 * @param key 32 bytes
 */
export function createEncryptingSeal(key: Buffer): Seal {
  return {
    close(id, payload) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id))
      const body = [cipher.update(payload), cipher.final()]
      return Buffer.concat([iv, cipher.getAuthTag(), ...body])
    },
    open(id, sealed) {
      if (sealed.length < IV_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES))
      decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

function checksum(id: string, payload: Buffer): Buffer {
  return createHash('sha256').update(id).update(payload).digest().subarray(0, CHECKSUM_BYTES)
}
