import { expect, onTestFinished, test } from 'vitest'
import { type CacheClient, createCacheClient } from '../support/cache-client.js'
import { startGatewayProcess } from '../support/gateway-process.js'
import { startCluster } from '../support/redis-cluster.js'
import { describeWithRedis, startRedis, until } from '../support/redis-server.js'

const ONLY = { headers: { 'x-cache': 'only' } }
const PATIENCE = { timeout: 60_000 }

/** A gateway as users run it, on this Redis; ended when the test is over. */
async function startOn(redis: object): Promise<CacheClient> {
  const gateway = startGatewayProcess({
    server: { port: 0 },
    inference: { deadlineMs: 10_000 },
    // What hangs is tested elsewhere with less.
    cache: { store: 'redis', redis: { commandTimeoutMs: 2000, ...redis } },
  })
  onTestFinished(() => gateway.dispose())
  return createCacheClient(await gateway.url, '')
}

describeWithRedis('gateways on one Redis', () => {
  test('three of them see what one keeps, word for word and by meaning, and a flush or a retraction at once', async () => {
    const { url } = await startRedis()
    const [one, two, three] = (await Promise.all([startOn({ url }), startOn({ url }), startOn({ url })])) as [
      CacheClient,
      CacheClient,
      CacheClient,
    ]
    const first = await one.ask('How do I reset my password?')
    expect(first.cache).toBe('MISS')
    await expect.poll(async () => (await one.ask('How do I reset my password?', ONLY)).kind).toBe('exact')
    for (const other of [two, three]) {
      // An exact hit is read from Redis itself; hits by meaning wait for the stream of changes.
      expect(await other.ask('How do I reset my password?', ONLY)).toMatchObject({
        kind: 'exact',
        content: first.content,
      })
      const byMeaning = async () => other.ask('how can i   reset my password', ONLY)
      await expect.poll(async () => (await byMeaning()).kind, PATIENCE).toBe('semantic')
      expect((await byMeaning()).content).toBe(first.content)
      expect(await other.entries()).toHaveLength(1)
    }

    expect(await two.post('/cache/flush', {})).toMatchObject({ status: 'flushed', removed: 1 })
    for (const gateway of [one, two, three]) {
      for (const question of ['How do I reset my password?', 'how can i   reset my password']) {
        expect((await gateway.ask(question, ONLY)).status).toBe(404)
      }
    }

    await three.ask('How do I bake bread?')
    await expect.poll(async () => (await three.ask('How do I bake bread?', ONLY)).kind).toBe('exact')
    const { entry } = await one.ask('How do I bake bread?', ONLY)
    expect(await one.post('/cache/feedback', { id: entry, verdict: 'wrong' })).toMatchObject({ retracted: true })
    for (const gateway of [one, two, three]) expect((await gateway.ask('How do I bake bread?', ONLY)).status).toBe(404)
  }, 180_000)

  test('while Redis is killed under load every request is answered, and rightly, and hits come back with it', async () => {
    const server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
    const gateway = await startOn({ url: server.url })
    const quick = (n: number): string => `[[sim ttft=0 gap=0 tokens=20]] Question ${n}?`
    const right = new Map<number, string | undefined>()
    for (let n = 0; n < 20; n++) {
      right.set(n, (await gateway.ask(quick(n), { headers: { 'x-cache': 'skip' } })).content)
    }
    const counts = { asked: 0, hits: 0 }
    const wrong: unknown[] = []
    let isLoaded = true
    const lane = async (name: number): Promise<void> => {
      for (let n = name; isLoaded; n++) {
        const answered = await gateway.ask(quick(n % 20))
        counts.asked++
        if (answered.cache === 'HIT') counts.hits++
        if (answered.status !== 200 || answered.content !== right.get(n % 20)) wrong.push(answered)
      }
    }
    const load = Promise.all([0, 5, 10, 15].map(lane))
    await until(() => counts.hits > 100)
    for (let kill = 0; kill < 3; kill++) {
      await server.kill()
      const during = counts.asked
      await until(() => counts.asked > during + 100)
      await server.start()
      const after = counts.hits
      await until(() => counts.hits > after + 100)
    }
    isLoaded = false
    await load
    expect(wrong).toEqual([])
  }, 180_000)

  test('a cluster of three is shared and flushed as one', async () => {
    const { members } = await startCluster()
    const [one, two] = (await Promise.all([startOn({ cluster: members }), startOn({ cluster: members.slice(1) })])) as [
      CacheClient,
      CacheClient,
    ]
    const questions = Array.from({ length: 12 }, (_, n) => `[[sim ttft=0 gap=0 tokens=20]] Question ${n}?`)
    for (const question of questions) {
      const { content } = await one.ask(question)
      await expect.poll(async () => (await two.ask(question, ONLY)).content, PATIENCE).toBe(content)
    }
    await expect.poll(() => two.entries(), PATIENCE).toHaveLength(questions.length)
    expect(await two.post('/cache/flush', {})).toMatchObject({ removed: questions.length })
    for (const question of questions) expect((await one.ask(question, ONLY)).status).toBe(404)
  }, 180_000)
})
