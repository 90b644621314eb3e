import { type AnswerCache, createAnswerCache } from '../../src/cache/answer-cache.js'
import { createEntryCodec } from '../../src/cache/entry/entry-codec.js'
import { checksumSeal } from '../../src/cache/entry/seal.js'
import { createMemoryStore } from '../../src/cache/store/memory-store.js'
import { systemClock } from '../../src/telemetry/system-clock.js'

/** A real cache in the memory of this process. */
export function memoryCache({ maxEntries = 1000, maxEntryBytes = 1_048_576 } = {}): AnswerCache {
  return createAnswerCache({
    store: createMemoryStore(),
    codec: createEntryCodec(checksumSeal),
    clock: systemClock,
    maxEntries: () => maxEntries,
    maxEntryBytes: () => maxEntryBytes,
  })
}
