import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { openEmbeddedStore } from '../../../../src/cache/store/embedded/embedded-store.js'
import { storeFolder } from './store-folder.js'

/** A small file system of its own; undefined where this user may not mount one. */
function mountSmallDisk(): string | undefined {
  const folder = storeFolder()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
  if (status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', [folder]))
  return folder
}

test('on a full disk writes are not kept, what was kept stays readable, and removals make room again', async ({
  skip,
}) => {
  const dataDir = mountSmallDisk()
  if (dataDir === undefined) return skip('NOT TESTED: no small disk, since this user may not mount a tmpfs')
  let now = 0
  const unhandled: unknown[] = []
  const note = (reason: unknown): unknown => unhandled.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const store = await openEmbeddedStore({
    dataDir,
    clock: { epochMs: () => now },
    warn: (message) => expect.fail(message),
  })

  const kept: string[] = []
  const lost: string[] = []
  for (let round = 0; round < 10; round++) {
    const ids = [0, 1, 2].map((lane) => `entry-${round}-${lane}`)
    const outcomes = await Promise.all(ids.map((id) => store.write(id, Buffer.alloc(150_000, id), Number.MAX_VALUE)))
    kept.push(...ids.filter((_, at) => outcomes[at] === true))
    lost.push(...ids.filter((_, at) => outcomes[at] === false))
    now += 5000
  }
  expect(kept.length).toBeGreaterThan(3)
  expect(lost.length).toBeGreaterThan(3)
  expect(store.health()).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('cannot be written') })
  for (const id of kept) expect((await store.read(id))?.equals(Buffer.alloc(150_000, id))).toBe(true)
  for (const id of lost) expect(await store.read(id)).toBeUndefined()

  expect(await store.remove(kept)).toBe(kept.length)
  now += 5000
  expect(await store.write('again', Buffer.alloc(150_000, 'x'), Number.MAX_VALUE)).toBe(true)
  expect(store.health()).toEqual({ state: 'ok' })
  await store.close()
  expect(unhandled).toEqual([])
})
