import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEmbeddedStore } from '../../../../src/cache/store/embedded/embedded-store.js'
import type { EntryStore } from '../../../../src/cache/store/entry-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'
import { storeFolder } from './store-folder.js'

const PAGE_BYTES = 4096
const later = (): number => Date.now() + 3_600_000

async function filledFolder(): Promise<string> {
  const dataDir = storeFolder()
  const store = await openEmbeddedStore({ dataDir, clock: systemClock, warn: unexpected })
  const ids = Array.from({ length: 900 }, () => randomBytes(16).toString('hex'))
  await Promise.all(ids.map((id, n) => store.write(id, Buffer.alloc(n % 3 === 0 ? 300 : 6000, id), later())))
  await store.remove(ids.slice(0, 200))
  await store.close()
  return dataDir
}

function unexpected(message: string): void {
  throw new Error(message)
}

async function worksFromHere(store: EntryStore): Promise<void> {
  expect(await store.write('new', Buffer.from('answer'), later())).toBe(true)
  expect((await store.read('new'))?.toString()).toBe('answer')
}

/** Every leaf but the first of a file: pages whose loss a look at its head does not show. */
function withoutLeaves(whole: Buffer): Buffer {
  const LEAF = 2
  const damaged = Buffer.from(whole)
  for (let at = 3 * PAGE_BYTES; at < damaged.length; at += PAGE_BYTES) {
    if (damaged.readUInt16LE(at + 18) === LEAF) damaged.fill(0, at, at + PAGE_BYTES)
  }
  return damaged
}

test.each<[string, (whole: Buffer) => Buffer]>([
  ['is something else', () => Buffer.from('hello')],
  ['is noise', () => randomBytes(50_000)],
  ['is all zeros', (whole) => Buffer.alloc(whole.length)],
  ['lost its head', (whole) => Buffer.concat([Buffer.alloc(2 * PAGE_BYTES), whole.subarray(2 * PAGE_BYTES)])],
  ['was cut in the middle', (whole) => whole.subarray(0, whole.length / 2)],
  ['lost pages inside', withoutLeaves],
])('a file that %s is moved aside with a warning, and the start goes on', async (_, damage) => {
  const dataDir = await filledFolder()
  const damaged = damage(readFileSync(join(dataDir, 'cache.mdb')))
  writeFileSync(join(dataDir, 'cache.mdb'), damaged)
  const warnings: string[] = []
  const store = await openEmbeddedStore({ dataDir, clock: systemClock, warn: (message) => warnings.push(message) })
  try {
    const aside = readdirSync(dataDir).filter((name) => name.startsWith('cache.mdb.damaged-'))
    expect(aside).toHaveLength(1)
    expect(readFileSync(join(dataDir, aside[0] ?? '')).equals(damaged)).toBe(true)
    expect(warnings).toEqual([
      expect.stringMatching(/cache\.mdb is damaged \(.+\)\. It was moved to .+; the cache starts empty\./),
    ])
    await worksFromHere(store)
  } finally {
    await store.close()
  }
})

test('an empty file is a new one', async () => {
  const dataDir = storeFolder()
  writeFileSync(join(dataDir, 'cache.mdb'), '')
  const store = await openEmbeddedStore({ dataDir, clock: systemClock, warn: unexpected })
  await worksFromHere(store)
  await store.close()
})

test('a file that is whole is opened with all that was in it, and what expired meanwhile leaves it', async () => {
  const dataDir = await filledFolder()
  let now = Date.now()
  const clock = { epochMs: () => now }
  const count = async (store: EntryStore): Promise<number> => {
    let entries = 0
    for await (const page of store.scan()) entries += page.length
    return entries
  }
  const first = await openEmbeddedStore({ dataDir, clock, warn: unexpected })
  expect(await count(first)).toBe(700)
  now = later() + 1000
  expect(await count(first)).toBe(0)
  now = Date.now()
  expect(await count(first)).toBe(0)
  await first.close()
})
