import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openRedisStore } from '../../../../src/cache/store/redis/redis-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'
import { describeWithRedis, startRedis, until } from '../../../support/redis-server.js'
import { conform } from '../conform.js'
import { changesOf, idsOf, inAnHour, openStore, REDIS_DEFAULTS } from './open-store.js'

const newPrefix = (): string => `test*[?]\\:${randomUUID()}:`

/** A server that is there already, of any version, is not harmed: all keys start with a prefix of their own. */
const given = process.env.REDIS_URL
if (given !== undefined) {
  describe('on REDIS_URL', () => {
    conform('redis', () =>
      openRedisStore({ config: { ...REDIS_DEFAULTS, url: given, keyPrefix: newPrefix() }, clock: systemClock }),
    )
  })
}

describeWithRedis('on one server', () => {
  conform('redis', async () => {
    const { url } = await startRedis()
    return openRedisStore({ config: { ...REDIS_DEFAULTS, url, keyPrefix: newPrefix() }, clock: systemClock })
  })

  test('two gateways see what the other writes and removes, and not what they do themselves', async () => {
    const { url } = await startRedis()
    const [one, other] = [await openStore({ url }), await openStore({ url })]
    const [seenByOne, seenByOther] = [changesOf(one), changesOf(other)]
    expect(await one.write('a', Buffer.from('answer a'), inAnHour())).toBe(true)
    await until(() => seenByOther.length === 1)
    expect(await other.write('b', Buffer.from('answer b'), inAnHour())).toBe(true)
    await until(() => seenByOne.length === 1)
    expect(await one.remove(['a', 'b', 'c'])).toBe(2)
    await until(() => seenByOther.length === 2)
    expect(seenByOther).toEqual([
      { kind: 'written', id: 'a', bytes: Buffer.from('answer a') },
      { kind: 'removed', ids: ['a', 'b', 'c'] },
    ])
    expect(seenByOne).toEqual([{ kind: 'written', id: 'b', bytes: Buffer.from('answer b') }])
  })

  test('what happens between opening and following is not missed', async () => {
    const { url } = await startRedis()
    const [one, other] = [await openStore({ url }), await openStore({ url })]
    await one.write('a', Buffer.from('x'), inAnHour())
    const seen = changesOf(other)
    await until(() => seen.length > 0)
    expect(seen).toEqual([{ kind: 'written', id: 'a', bytes: Buffer.from('x') }])
  })

  test('stores of different prefixes know nothing of each other, also when one starts like the other', async () => {
    const { url } = await startRedis()
    const [one, other] = [await openStore({ url, keyPrefix: 'a' }), await openStore({ url, keyPrefix: 'a*' })]
    await one.write('x', Buffer.from('1'), inAnHour())
    await other.write('y', Buffer.from('2'), inAnHour())
    expect([await idsOf(one), await idsOf(other)]).toEqual([['x'], ['y']])
  })

  test('values of another kind under our keys are passed over', async () => {
    const server = await startRedis()
    const store = await openStore({ url: server.url })
    await server.command('LPUSH', 'llmrouter:entry:foreign', 'x')
    await store.write('ours', Buffer.from('1'), inAnHour())
    expect(await idsOf(store)).toEqual(['ours'])
    expect(await store.read('foreign')).toBeUndefined()
    expect(store.health()).toEqual({ state: 'ok' })
  })

  test('an entry leaves Redis when it expires', async () => {
    const server = await startRedis()
    const store = await openStore({ url: server.url })
    await store.write('short', Buffer.from('1'), Date.now() + 20)
    await until(async () => (await server.command('EXISTS', 'llmrouter:entry:short')) === 0)
    expect(await server.command('PTTL', 'llmrouter:changes')).toBe(-1)
  })

  test('a gateway that fell behind what the stream keeps is told to read everything again', async () => {
    const { url } = await startRedis()
    const one = await openStore({ url }, 10)
    const behind = await openStore({ url }, 10)
    for (let n = 0; n < 500; n++) await one.write(`entry-${n}`, Buffer.from('x'), inAnHour())
    const seen = changesOf(behind)
    await until(() => seen.length > 0)
    expect(seen[0]).toEqual({ kind: 'lost-track' })
    expect(await idsOf(behind)).toHaveLength(500)
  })

  test('after everything on Redis was deleted the others are told to read everything again', async () => {
    const server = await startRedis()
    const [one, other] = [await openStore({ url: server.url }), await openStore({ url: server.url })]
    const seen = changesOf(other)
    await one.write('a', Buffer.from('x'), inAnHour())
    await until(() => seen.length === 1)
    await server.command('FLUSHALL')
    await one.write('b', Buffer.from('x'), inAnHour())
    await until(() => seen.length === 2)
    expect(seen[1]).toEqual({ kind: 'lost-track' })
  })

  test('a database, a name and a password come from the URL', async () => {
    const server = await startRedis()
    await server.command(
      'ACL',
      'SETUSER',
      'cache',
      'on',
      '>p@ss/w:rd',
      '~llmrouter:*',
      '+@all',
      '-@admin',
      '-@dangerous',
    )
    const store = await openStore({ url: `redis://cache:p%40ss%2Fw%3Ard@127.0.0.1:${server.port}/3` })
    expect(await store.write('a', Buffer.from('x'), inAnHour())).toBe(true)
    expect(await idsOf(store)).toEqual(['a'])
    await server.command('SELECT', 3)
    expect(await server.command('EXISTS', 'llmrouter:entry:a')).toBe(1)
  })

  test('a wrong password is told, nothing is kept, and the password is in no message', async () => {
    const server = await startRedis({ args: ['--requirepass', 'right'], password: 'right' })
    const store = await openStore({ url: `redis://:wrong-secret@127.0.0.1:${server.port}` })
    expect(await store.write('a', Buffer.from('x'), inAnHour())).toBe(false)
    expect(await store.read('a')).toBeUndefined()
    expect(await store.remove(['a'])).toBe(0)
    await expect(idsOf(store)).rejects.toThrow()
    const health = store.health()
    expect(health).toMatchObject({ state: 'unreachable', reason: expect.stringMatching(/WRONGPASS|NOAUTH/) })
    expect(JSON.stringify(health)).not.toContain('wrong-secret')
  })
})
