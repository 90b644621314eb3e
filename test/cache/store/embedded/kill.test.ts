import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { openEmbeddedStore } from '../../../../src/cache/store/embedded/embedded-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'
import { storeFolder } from './store-folder.js'
import { startStoreProcess } from './store-process.js'

const ROUNDS = 5
const ENTRIES_A_ROUND = 400

test('every entry whose write had resolved outlives a kill -9 under load, and none is damaged', async () => {
  const dataDir = storeFolder()
  const warnings: string[] = []
  const kept: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const writer = startStoreProcess(dataDir, round * 1_000_000)
    // Killed at another point of a transaction each time.
    await writer.printed(1 + ENTRIES_A_ROUND + round * 37)
    await writer.kill()
    kept.push(...writer.lines.slice(1).map(Number))
  }
  const store = await openEmbeddedStore({ dataDir, clock: systemClock, warn: (message) => warnings.push(message) })
  try {
    expect(warnings).toEqual([])
    expect(kept.length).toBeGreaterThanOrEqual(ROUNDS * ENTRIES_A_ROUND)
    const missing = []
    for (const number of kept) {
      const id = createHash('md5').update(String(number)).digest('hex')
      if (!(await store.read(id))?.equals(Buffer.alloc(200 + ((number * 7919) % 20_000), id))) missing.push(number)
    }
    expect(missing).toEqual([])
    // What was being written at the end is there as a whole or not at all.
    for await (const page of store.scan()) {
      for (const { id, bytes } of page) expect(bytes.equals(Buffer.alloc(bytes.length, id))).toBe(true)
    }
  } finally {
    await store.close()
  }
})
