import { expect, test } from 'vitest'
import { checkRedis } from '../../../src/cli/doctor/check-redis.js'
import { describeWithRedis, startRedis } from '../../support/redis-server.js'
import { runDoctor } from './run-doctor.js'

const settings = (url: string, commandTimeoutMs = 5000) => ({
  ...{ url, keyPrefix: 'doctor-test:', cluster: [], sentinels: [], sentinelName: null, tls: false, commandTimeoutMs },
})

describeWithRedis('a Redis server', () => {
  test('that is in order is told with its version, and keeps nothing of ours', async () => {
    const server = await startRedis()
    const message = expect.stringMatching(/answers in [\d.]+ ms \(Redis \d+\.\d+/)
    expect(await checkRedis(settings(server.url))).toMatchObject([{ status: 'ok', message }])
    expect(await server.command('dbsize')).toBe(0)
  })

  test('that wants another password', async () => {
    const server = await startRedis({ args: ['--requirepass', 'right-password'], password: 'right-password' })
    const [none] = await checkRedis(settings(server.url))
    expect(none).toMatchObject({ status: 'fail', message: expect.stringMatching(/NOAUTH|auth/i) })
    const [wrong] = await checkRedis(settings(server.url.replace('//', '//:wrong-password@')))
    expect(wrong).toMatchObject({ status: 'fail', message: expect.stringMatching(/WRONGPASS/) })
    expect(wrong?.message).not.toContain('wrong-password')
    expect(await checkRedis(settings(server.url.replace('//', '//:right-password@')))).toMatchObject([{ status: 'ok' }])
  })

  test('that lets us read and not write', async () => {
    const server = await startRedis()
    await server.command('acl', 'setuser', 'reader', 'on', '>secret-word', '~*', '+@read', '+@connection', '+info')
    const [found] = await checkRedis(settings(server.url.replace('//', '//reader:secret-word@')))
    expect(found).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(/NOPERM/),
      fix: expect.stringContaining('doctor-test:*'),
    })
  })

  test('that is a replica without the right to write', async () => {
    const server = await startRedis({ args: ['--replicaof', '127.0.0.1', '1'] })
    expect(await checkRedis(settings(server.url))).toMatchObject([{ status: 'fail' }])
  })

  test('that refuses when its memory is full', async () => {
    const server = await startRedis({ args: ['--maxmemory', '50mb', '--maxmemory-policy', 'noeviction'] })
    expect(await checkRedis(settings(server.url))).toMatchObject([
      { status: 'warn', message: expect.stringContaining('noeviction'), fix: expect.stringContaining('allkeys-lru') },
    ])
  })

  test('that answers later than the cache waits', async () => {
    const server = await startRedis()
    expect(await checkRedis(settings(server.url, 0.001))).toMatchObject([
      { status: 'warn', fix: expect.stringContaining('commandTimeoutMs') },
    ])
  })

  test('that hangs', { timeout: 30_000 }, async () => {
    const server = await startRedis()
    server.pause()
    expect(await checkRedis(settings(server.url))).toMatchObject([{ status: 'fail' }])
    server.resume()
  })

  test('is part of the whole, without its password', { timeout: 60_000 }, async () => {
    const server = await startRedis({ args: ['--requirepass', 'right-password'], password: 'right-password' })
    const url = server.url.replace('//', '//:right-password@')
    const good = await runDoctor({ env: { REDIS_URL: url }, args: ['--offline'] })
    expect([good.code, good.of('redis')]).toMatchObject([0, [{ status: 'ok' }]])
    await server.kill()
    const down = await runDoctor({ env: { REDIS_URL: url }, args: ['--offline'] })
    expect([down.code, down.of('redis')]).toMatchObject([
      1,
      [{ status: 'fail', message: expect.stringContaining('ECONNREFUSED') }],
    ])
    expect(good.text + down.text).not.toContain('right-password')
  })
})
