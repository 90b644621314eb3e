import { endianness } from 'node:os'
import type { CacheEntry, EntryMeaning } from './cache-entry.js'
import type { Seal } from './seal.js'

/** Entry → bytes of a store, and back. */
export interface EntryCodec {
  encode(entry: CacheEntry): Buffer
  /** Undefined: damaged, foreign, of another version, or sealed with another key. */
  decode(id: string, bytes: Buffer): CacheEntry | undefined
}

/** `LRC` and the version. A reader that meets another version leaves the entry alone: it expires. */
const MAGIC = Buffer.from('LRC1', 'latin1')

/** Layout: magic, seal of (JSON length as u32 LE, JSON in UTF-8, vector as float32 LE). */
export function createEntryCodec(seal: Seal): EntryCodec {
  return {
    encode: (entry) => Buffer.concat([MAGIC, seal.close(entry.id, payloadOf(entry))]),
    decode(id, bytes) {
      if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
      const payload = seal.open(id, bytes.subarray(MAGIC.length))
      return payload && entryOf(id, payload)
    },
  }
}

interface Written {
  readonly about: CacheEntry['about']
  readonly answer: CacheEntry['answer']
  readonly semantic: (Pick<EntryMeaning, 'partition' | 'prompt'> & Partial<Pick<EntryMeaning, 'masked'>>) | null
}

function payloadOf({ about, answer, semantic }: CacheEntry): Buffer {
  const meaning = semantic && { partition: semantic.partition, prompt: semantic.prompt, masked: semantic.masked }
  const written: Written = { about, answer, semantic: meaning }
  const json = Buffer.from(JSON.stringify(written))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, semantic === null ? Buffer.alloc(0) : vectorBytes(semantic.vector)])
}

/** What the seal let through was written by `payloadOf`. */
function entryOf(id: string, payload: Buffer): CacheEntry {
  const end = 4 + payload.readUInt32LE()
  const { about, answer, semantic }: Written = JSON.parse(payload.toString('utf8', 4, end))
  if (semantic === null) return { id, about, answer, semantic }
  // Entries of earlier versions have no masks.
  const { partition, prompt, masked = null } = semantic
  return { id, about, answer, semantic: { partition, prompt, masked, vector: vectorOf(payload.subarray(end)) } }
}

export function vectorBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32()
}

/** A copy: what a store returns may lie anywhere in its memory. */
export function vectorOf(bytes: Buffer): Float32Array {
  const own = new Uint8Array(bytes)
  if (endianness() === 'BE') Buffer.from(own.buffer).swap32()
  return new Float32Array(own.buffer)
}
