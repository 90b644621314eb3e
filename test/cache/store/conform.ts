import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { EntryStore } from '../../../src/cache/store/entry-store.js'

/** What is true of every store. `open` gives an empty one, which the suite closes. */
export function conform(name: string, open: () => Promise<EntryStore>): void {
  const HOUR_MS = 3_600_000
  const later = (): number => Date.now() + HOUR_MS
  const newId = (): string => randomBytes(16).toString('hex')

  async function withStore(work: (store: EntryStore) => Promise<void>): Promise<void> {
    const store = await open()
    try {
      await work(store)
    } finally {
      await store.close()
    }
  }

  async function everything(store: EntryStore): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for await (const page of store.scan()) {
      for (const { id, bytes } of page) found.set(id, bytes.toString('hex'))
    }
    return found
  }

  describe(`the ${name} store`, () => {
    test('gives back the very bytes, of any length and value', () =>
      withStore(async (store) => {
        for (const bytes of [Buffer.from([0]), randomBytes(17), randomBytes(5000), randomBytes(1_048_576)]) {
          const id = newId()
          expect(await store.write(id, bytes, later())).toBe(true)
          expect((await store.read(id))?.equals(bytes)).toBe(true)
        }
      }))

    test('knows nothing of an id that was never written', () =>
      withStore(async (store) => {
        expect(await store.read(newId())).toBeUndefined()
        expect(await store.remove([newId()])).toBe(0)
      }))

    test('replaces what was there', () =>
      withStore(async (store) => {
        const id = newId()
        await store.write(id, Buffer.from('longer than the new one'), later())
        expect(await store.write(id, Buffer.from('new'), later())).toBe(true)
        expect((await store.read(id))?.toString()).toBe('new')
        expect(await everything(store)).toEqual(new Map([[id, Buffer.from('new').toString('hex')]]))
      }))

    test('the last of many writes of one id, started at once, is the one that stays', () =>
      withStore(async (store) => {
        const id = newId()
        const writes = Array.from({ length: 20 }, (_, n) => store.write(id, Buffer.from(`answer ${n}`), later()))
        expect(await Promise.all(writes)).toEqual(writes.map(() => true))
        expect((await store.read(id))?.toString()).toBe('answer 19')
      }))

    test('removes what is there, and says how many those were', () =>
      withStore(async (store) => {
        const ids = Array.from({ length: 700 }, newId)
        await Promise.all(ids.map((id) => store.write(id, Buffer.from(id), later())))
        const kept = ids[0] ?? ''
        expect(await store.remove([...ids.slice(1), newId()])).toBe(699)
        expect(await store.remove(ids.slice(1))).toBe(0)
        expect([...(await everything(store)).keys()]).toEqual([kept])
        expect((await store.read(kept))?.toString()).toBe(kept)
      }))

    test('removing nothing removes nothing', () => withStore(async (store) => expect(await store.remove([])).toBe(0)))

    test('scans every entry, in pages', () =>
      withStore(async (store) => {
        const ids = Array.from({ length: 1000 }, newId)
        await Promise.all(ids.map((id) => store.write(id, Buffer.from(`of ${id}`), later())))
        const expected = new Map(ids.map((id) => [id, Buffer.from(`of ${id}`).toString('hex')]))
        expect(await everything(store)).toEqual(expected)
        let pages = 0
        for await (const page of store.scan()) pages += page.length > 0 ? 1 : 0
        expect(pages).toBeGreaterThan(1)
      }))

    test('a scan goes on while entries come and go', () =>
      withStore(async (store) => {
        const ids = Array.from({ length: 600 }, newId)
        await Promise.all(ids.map((id) => store.write(id, Buffer.from(id), later())))
        const staying = new Set(ids.slice(300))
        const seen = new Set<string>()
        for await (const page of store.scan()) {
          for (const { id } of page) seen.add(id)
          await store.remove(ids.slice(0, 300))
          await store.write(newId(), Buffer.from('new'), later())
        }
        expect([...staying].filter((id) => !seen.has(id))).toEqual([])
      }))

    test('an empty store has nothing to scan', () =>
      withStore(async (store) => expect(await everything(store)).toEqual(new Map())))

    test('an entry whose time is over is what it was or gone, and can be written anew', () =>
      withStore(async (store) => {
        const id = newId()
        await store.write(id, Buffer.from('before'), later())
        await store.write(id, Buffer.from('late'), Date.now() - 1)
        expect(['late', undefined]).toContain((await store.read(id))?.toString())
        await everything(store)
        expect(await store.write(id, Buffer.from('after'), later())).toBe(true)
        expect((await store.read(id))?.toString()).toBe('after')
      }))

    test('is well, and does not report its own changes', () =>
      withStore(async (store) => {
        const changes: unknown[] = []
        store.follow((change) => changes.push(change))
        const id = newId()
        await store.write(id, Buffer.from('own'), later())
        await store.remove([id])
        expect(await everything(store)).toEqual(new Map())
        expect(store.health()).toEqual({ state: 'ok' })
        expect(changes).toEqual([])
      }))

    test('after it was closed it has nothing, keeps nothing, and rejects nothing', async () => {
      const store = await open()
      const id = newId()
      await store.write(id, Buffer.from('x'), later())
      await store.close()
      expect(await store.read(id)).toBeUndefined()
      expect(await store.write(id, Buffer.from('y'), later())).toBe(false)
      expect(await store.remove([id])).toBe(0)
      await store.close()
    })
  })
}
