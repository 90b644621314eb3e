import { describe, expect, test } from 'vitest'
import { type CacheObserver, createAnswerCache } from '../../src/cache/answer-cache.js'
import type { CacheEntry } from '../../src/cache/entry/cache-entry.js'
import { createEntryCodec } from '../../src/cache/entry/entry-codec.js'
import { checksumSeal } from '../../src/cache/entry/seal.js'
import type { EntryStore, StoreChange } from '../../src/cache/store/entry-store.js'
import { createMemoryStore } from '../../src/cache/store/memory-store.js'

const codec = createEntryCodec(checksumSeal)
const id = (number: number): string => number.toString(16).padStart(32, '0')

/** A cache in memory, its store, its clock, and what its observer saw. */
function open({ maxEntries = 100, store = createMemoryStore() }: { maxEntries?: number; store?: EntryStore } = {}) {
  const live = new Set<string>()
  const observer: CacheObserver = {
    added: (entry) => live.add(entry.id),
    removed: (gone) => live.delete(gone),
    cleared: () => live.clear(),
  }
  let nowMs = 1_000_000
  const cache = createAnswerCache({
    store,
    codec,
    clock: { now: () => nowMs, epochMs: () => nowMs },
    maxEntries: () => maxEntries,
    maxEntryBytes: () => 10_000,
    observer,
  })
  const entry = (number: number, text = 'Hello', tenant = 'a'): CacheEntry => ({
    id: id(number),
    about: {
      tenant,
      namespace: null,
      modelClass: 'm',
      provider: 'p',
      model: 'm',
      storedAtMs: nowMs,
      expiresAtMs: nowMs + 60_000,
    },
    answer: {
      response: {
        id: undefined,
        model: 'm',
        choices: [{ index: 0, parts: [{ type: 'text', text, path: '' }], finishReason: 'stop' }],
        usage: undefined,
      },
      origin: 'openai',
      upstreamName: 'm',
      pace: null,
    },
    semantic: null,
  })
  const pass = (ms: number): void => {
    nowMs += ms
  }
  return { cache, entry, live, pass, store }
}

const FOREVER = Number.POSITIVE_INFINITY

describe('an entry', () => {
  test('is found until its time is over', async () => {
    const { cache, entry, pass } = open()
    expect(await cache.keep(entry(1))).toBe('kept')
    expect((await cache.find(id(1), FOREVER))?.id).toBe(id(1))
    pass(60_000)
    expect(await cache.find(id(1), FOREVER)).toBeUndefined()
  })

  test('older than wanted is not found', async () => {
    const { cache, entry, pass } = open()
    await cache.keep(entry(1))
    pass(5000)
    expect(await cache.find(id(1), 4999)).toBeUndefined()
    expect(await cache.find(id(1), 5000)).toBeDefined()
  })

  test('too large is not kept', async () => {
    const { cache, entry } = open()
    expect(await cache.keep(entry(1, 'x'.repeat(20_000)))).toBe('too-large')
    expect(cache.stats().entries).toBe(0)
  })

  test('that was served goes after those that were not', async () => {
    const { cache, entry, live } = open({ maxEntries: 2 })
    await cache.keep(entry(1))
    await cache.keep(entry(2))
    cache.served(id(1))
    await cache.keep(entry(3))
    expect([...live].sort()).toEqual([id(1), id(3)])
    expect(await cache.find(id(2), FOREVER)).toBeUndefined()
  })
})

describe('a flush', () => {
  test('removes what the filter accepts, and only counts in a dry run', async () => {
    const { cache, entry, live } = open()
    await cache.keep(entry(1, 'x', 'a'))
    await cache.keep(entry(2, 'x', 'b'))
    const accept = ({ about }: CacheEntry): boolean => about.tenant === 'a'
    expect(await cache.flush({ accept, dryRun: true })).toBe(1)
    expect(live.size).toBe(2)
    expect(await cache.flush({ accept })).toBe(1)
    expect([...live]).toEqual([id(2)])
    expect(await cache.flush()).toBe(1)
    expect(cache.stats().entries).toBe(0)
  })

  test('without a filter removes what cannot be read as well', async () => {
    const { cache, store } = open()
    await store.write(id(9), Buffer.from('not an entry'), FOREVER)
    expect(await cache.find(id(9), FOREVER)).toBeUndefined()
    expect(cache.stats().unreadable).toBe(1)
    expect(await cache.flush()).toBe(1)
  })
})

test('a start with much to read gives others their turn between two entries', async () => {
  const before = open()
  for (let n = 0; n < 100; n++) await before.store.write(id(n), codec.encode(before.entry(n)), FOREVER)
  let nowMs = 1_000_000
  let turns = 0
  const cache = createAnswerCache({
    store: before.store,
    codec,
    // Each look at the clock takes half a millisecond.
    clock: { now: () => (nowMs += 0.5), epochMs: () => 1_000_000 },
    maxEntries: () => 1000,
    maxEntryBytes: () => 10_000,
  })
  while (!cache.stats().hydrated) {
    await new Promise(setImmediate)
    turns++
  }
  expect(cache.stats().entries).toBe(100)
  expect(turns).toBeGreaterThanOrEqual(50)
})

test('an entry that changed in the store is read anew, however often it was asked for', async () => {
  const { cache, entry, store } = open()
  await cache.keep(entry(1, 'first'))
  const textOf = async (): Promise<unknown> => {
    const [part] = (await cache.find(id(1), FOREVER))?.answer.response.choices[0]?.parts ?? []
    return part !== undefined && 'text' in part ? part.text : undefined
  }
  expect([await textOf(), await textOf()]).toEqual(['first', 'first'])
  await store.write(id(1), codec.encode(entry(1, 'second')), FOREVER)
  expect([await textOf(), await textOf()]).toEqual(['second', 'second'])
  const damaged = Buffer.from(codec.encode(entry(1, 'second')))
  damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40)
  await store.write(id(1), damaged, FOREVER)
  expect(await textOf()).toBeUndefined()
})

test('a retracted entry is gone', async () => {
  const { cache, entry, live } = open()
  await cache.keep(entry(1))
  expect(await cache.remove(id(1))).toBe(true)
  expect(await cache.remove(id(1))).toBe(false)
  expect(live.size).toBe(0)
})

test('what lay in the store before is met at the start, but for what is over or damaged', async () => {
  const before = open()
  const { entry, store } = before
  await store.write(id(1), codec.encode(entry(1)), FOREVER)
  await store.write(id(2), Buffer.from('LRC1 damaged'), FOREVER)
  const old = entry(3)
  await store.write(id(3), codec.encode({ ...old, about: { ...old.about, expiresAtMs: 1 } }), FOREVER)
  const { cache, live } = open({ store })
  await expect.poll(() => cache.stats().hydrated).toBe(true)
  expect([...live]).toEqual([id(1)])
  expect(cache.stats()).toMatchObject({ entries: 1, unreadable: 1 })
})

describe('what other gateways do to the store', () => {
  /** A store in memory through which the test plays the others. */
  function shared() {
    const store = createMemoryStore()
    let tell: (change: StoreChange) => void = () => {}
    const follow: EntryStore['follow'] = (listener) => {
      tell = listener
    }
    return { ...open({ store: { ...store, follow } }), tell: (change: StoreChange) => tell(change) }
  }

  test('is followed', async () => {
    const { cache, entry, live, tell } = shared()
    await expect.poll(() => cache.stats().hydrated).toBe(true)
    tell({ kind: 'written', id: id(1), bytes: codec.encode(entry(1)) })
    tell({ kind: 'written', id: id(2), bytes: codec.encode(entry(2)) })
    tell({ kind: 'removed', ids: [id(1)] })
    expect([...live]).toEqual([id(2)])
  })

  test('is read again when changes were missed', async () => {
    const { cache, entry, live, store, tell } = shared()
    await expect.poll(() => cache.stats().hydrated).toBe(true)
    await cache.keep(entry(1))
    await store.remove([id(1)])
    await store.write(id(2), codec.encode(entry(2)), FOREVER)
    tell({ kind: 'lost-track' })
    await expect.poll(() => cache.stats().hydrated).toBe(true)
    expect([...live]).toEqual([id(2)])
  })
})
