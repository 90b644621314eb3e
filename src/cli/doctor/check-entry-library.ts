import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../telemetry/system-clock.js'
import { type Diagnosis, fail, messageOf, ok } from './diagnosis.js'

const PROBE = Buffer.from('llmrouter doctor')

/** LMDB, by keeping something with it: in a folder of its own, since the gateway may have the real one. */
export async function checkEntryLibrary(): Promise<Diagnosis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'llmrouter-doctor-'))
  try {
    // Here and not above: where the library does not load, this says so and the other checks go on.
    const { openEmbeddedStore } = await import('../../cache/store/embedded/embedded-store.js')
    const store = await openEmbeddedStore({ dataDir, clock: systemClock, warn: () => {} })
    try {
      await store.write('probe', PROBE, systemClock.epochMs() + 60_000)
      const read = await store.read('probe')
      if (read === undefined || !read.equals(PROBE)) throw new Error('what was written could not be read')
    } finally {
      await store.close()
    }
    return ok('lmdb', 'lmdb loads, writes and reads')
  } catch (error) {
    const fix = 'Run "npm ci" again on this platform, or set cache.store to memory, redis or off.'
    return fail('lmdb', `lmdb cannot be used: ${messageOf(error)}`, fix)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}
