import { expect, test } from 'vitest'
import type { EntryStore } from '../../../../src/cache/store/entry-store.js'
import { describeWithRedis, freePort, startRedis, until } from '../../../support/redis-server.js'
import { changesOf, idsOf, inAnHour, openStore } from './open-store.js'

const isWell = (store: EntryStore): boolean => store.health().state === 'ok'
const SAVING = ['--appendonly', 'yes', '--appendfsync', 'always']

describeWithRedis('when Redis', () => {
  test('is not there at the start, the store opens, says so, and reports when it is there', async () => {
    const port = await freePort()
    const store = await openStore({ url: `redis://127.0.0.1:${port}` })
    const seen = changesOf(store)
    expect(store.health()).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('ECONNREFUSED') })
    expect(await store.read('a')).toBeUndefined()
    expect(await store.write('a', Buffer.from('x'), inAnHour())).toBe(false)
    expect(await store.remove(['a'])).toBe(0)
    await expect(idsOf(store)).rejects.toThrow('ECONNREFUSED')
    await startRedis({ port })
    await until(() => seen.length > 0)
    expect(seen[0]).toEqual({ kind: 'lost-track' })
    expect(await idsOf(store)).toEqual([])
    expect(await store.write('a', Buffer.from('x'), inAnHour())).toBe(true)
    expect(isWell(store)).toBe(true)
  })

  test('is killed and restarted under load, nothing is wrong or lost, and both gateways read everything again', async () => {
    const server = await startRedis({ args: SAVING })
    const [one, other] = [await openStore({ url: server.url }), await openStore({ url: server.url })]
    const [seenByOne, seenByOther] = [changesOf(one), changesOf(other)]
    const kept: string[] = []
    const answers: (string | undefined)[] = []
    let isLoaded = true
    const lane = async (name: string): Promise<void> => {
      for (let n = 0; isLoaded; n++) {
        const id = `${name}-${n}`
        if (await one.write(id, Buffer.from(`answer ${id}`), inAnHour())) kept.push(id)
        const bytes = await other.read(id)
        if (bytes !== undefined && bytes.toString() !== `answer ${id}`) answers.push(bytes.toString())
        await new Promise(setImmediate)
      }
    }
    const load = Promise.all(['a', 'b', 'c', 'd'].map(lane))
    await until(() => kept.length > 300)
    for (let round = 0; round < 3; round++) {
      const before = kept.length
      await server.kill()
      await until(() => !isWell(one) && !isWell(other))
      await server.start()
      await until(() => kept.length > before + 200)
    }
    isLoaded = false
    await load
    expect(answers).toEqual([])
    await until(() => [seenByOne, seenByOther].every((seen) => seen.some(({ kind }) => kind === 'lost-track')))
    // Each gateway finds the server again in its own time: that one writes does not say that the other reads.
    await until(() => isWell(other))
    for (const id of kept) expect((await other.read(id))?.toString()).toBe(`answer ${id}`)
    let found = new Set<string>()
    await until(async () => {
      // Rejects until the place to follow from is known again.
      found = new Set(await idsOf(other).catch(() => []))
      return found.size > 0
    })
    expect(kept.filter((id) => !found.has(id))).toEqual([])
  })

  test('is down, what is removed is not given again once it is back, and the others learn of it', async () => {
    const server = await startRedis({ args: SAVING })
    const [one, other] = [await openStore({ url: server.url }), await openStore({ url: server.url })]
    await one.write('wrong', Buffer.from('x'), inAnHour())
    await one.write('right', Buffer.from('x'), inAnHour())
    const [seenByOne, seenByOther] = [changesOf(one), changesOf(other)]
    await server.kill()
    await until(() => !isWell(one))
    expect(await one.remove(['wrong'])).toBe(0)
    await server.start()
    await until(() => isWell(one))
    expect(await one.read('wrong')).toBeUndefined()
    await until(async () => (await server.command('EXISTS', 'llmrouter:entry:wrong')) === 0)
    await until(() => seenByOther.some(({ kind }) => kind === 'removed' || kind === 'lost-track'))
    await until(() => seenByOne.some(({ kind }) => kind === 'lost-track'))
    expect(await idsOf(other)).toEqual(['right'])
  })

  test('hangs, no command waits longer than its limit, later ones do not wait at all, and it recovers', async () => {
    const server = await startRedis()
    const store = await openStore({ url: server.url, commandTimeoutMs: 300 })
    await store.write('a', Buffer.from('x'), inAnHour())
    server.pause()
    const first = await Promise.all([
      store.read('a'),
      store.write('b', Buffer.from('y'), inAnHour()),
      store.remove(['c']),
    ])
    expect(first).toEqual([undefined, false, 0])
    expect(store.health()).toEqual({ state: 'unreachable', reason: 'Redis hangs: no answer within 300 ms' })
    // A thousand time limits one after the other would take five minutes.
    for (let n = 0; n < 1000; n++) expect(await store.write(`${n}`, Buffer.alloc(100_000), inAnHour())).toBe(false)
    server.resume()
    await until(async () => (await store.read('a')) !== undefined)
    expect(await store.write('b', Buffer.from('z'), inAnHour())).toBe(true)
    expect((await store.read('b'))?.toString()).toBe('z')
    expect(isWell(store)).toBe(true)
  })

  test('hangs while a lot is written at once, no more than a bounded part of it waits in memory', async () => {
    const server = await startRedis()
    const store = await openStore({ url: server.url, commandTimeoutMs: 1000 })
    server.pause()
    const bytes = Buffer.alloc(1 << 20)
    const isSettled = new Set<number>()
    const writes = Array.from({ length: 200 }, (_, n) =>
      store.write(`${n}`, bytes, inAnHour()).then((isKept) => isSettled.add(n) && isKept),
    )
    await new Promise(setImmediate)
    // Those that do not fit into 16 MB are refused before any time limit.
    expect(isSettled.size).toBe(184)
    expect(await Promise.all(writes)).toEqual(writes.map(() => false))
    server.resume()
    await until(() => isWell(store) || store.read('x').then(() => false))
  })

  test('hangs for good, its connection is given up, and a later server is found', async () => {
    const server = await startRedis()
    const store = await openStore({ url: server.url, commandTimeoutMs: 100 })
    server.pause()
    expect(await store.write('a', Buffer.from('x'), inAnHour())).toBe(false)
    await until(() => store.health().reason?.includes('cannot be reached') === true)
    await server.kill()
    await server.start()
    await until(() => store.write('a', Buffer.from('x'), inAnHour()))
    expect(isWell(store)).toBe(true)
  })

  test('is full, writes are not kept, reads go on, removals go through, and it recovers', async () => {
    const server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] })
    const [store, other] = [await openStore({ url: server.url }), await openStore({ url: server.url })]
    const seen = changesOf(other)
    expect(await store.write('a', Buffer.from('x'), inAnHour())).toBe(true)
    await until(() => seen.length === 1)
    await server.command('CONFIG', 'SET', 'maxmemory', 1)
    expect(await store.write('b', Buffer.from('y'), inAnHour())).toBe(false)
    expect((await store.read('a'))?.toString()).toBe('x')
    expect(store.health()).toEqual({ state: 'ok', reason: expect.stringContaining('OOM') })
    await store.remove(['a'])
    expect(await server.command('EXISTS', 'llmrouter:entry:a')).toBe(0)
    expect(await store.read('a')).toBeUndefined()
    await server.command('CONFIG', 'SET', 'maxmemory', 0)
    // A stream that cannot grow announces it later.
    await until(() => seen.some(({ kind }) => kind === 'removed'))
    expect(await store.write('b', Buffer.from('y'), inAnHour())).toBe(true)
    expect(store.health()).toEqual({ state: 'ok' })
  })
})
