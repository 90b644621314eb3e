import { describe, expect, test } from 'vitest'
import { createCacheClient } from '../support/cache-client.js'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'
import { describeWithRedis, startRedis } from '../support/redis-server.js'

const KILLS = 3
const LANES = 8
const LISTED_A_ROUND = 60
const PATIENCE_MS = 120_000

interface Round {
  readonly gateway: GatewayProcess
  readonly url: string
}

/** Asks something new all the time, until the gateway is gone; says what was asked under which entry's id. */
async function askUntilKilled(url: string, round: number, asked: Map<string, string>): Promise<void> {
  const client = createCacheClient(url)
  const lane = async (name: number): Promise<void> => {
    for (let n = 0; ; n++) {
      const question = `Round ${round}, lane ${name}, question ${n}?`
      await client.ask(question)
      // An answer may still be on its way into the store: then there is no hit yet, and nothing is said of it.
      const again = await client.ask(question, { headers: { 'x-cache': 'only' } })
      if (again.entry !== null) asked.set(again.entry, question)
    }
  }
  await Promise.allSettled(Array.from({ length: LANES }, (_, name) => lane(name)))
}

async function killedInTheMiddle({ gateway, url }: Round, round: number, asked: Map<string, string>) {
  const client = createCacheClient(url)
  const load = askUntilKilled(url, round, asked)
  let listed: readonly string[] = []
  const before = (await client.entries()).length
  while (listed.length < before + LISTED_A_ROUND) listed = await client.entries()
  gateway.signal('SIGKILL')
  await gateway.exited
  await load
  return listed
}

async function losesNothing(config: object): Promise<void> {
  const asked = new Map<string, string>()
  const listed = new Set<string>()
  for (let round = 0; round < KILLS; round++) {
    const gateway = startGatewayProcess(config)
    const url = await gateway.url
    const client = createCacheClient(url)
    await expect.poll(() => client.entries(), { timeout: PATIENCE_MS }).toEqual(expect.arrayContaining([...listed]))
    for (const id of await killedInTheMiddle({ gateway, url }, round, asked)) listed.add(id)
    await gateway.dispose()
  }
  const gateway = startGatewayProcess(config)
  const client = createCacheClient(await gateway.url)
  expect((await client.entries()).toSorted()).toEqual(expect.arrayContaining([...listed]))
  const known = [...listed].flatMap((id) => asked.get(id) ?? [])
  expect(known.length).toBeGreaterThan(KILLS * 20)
  for (const question of known) {
    const kept = await client.ask(question, { headers: { 'x-cache': 'only' } })
    // The simulator says the same to the same question, every time.
    const fresh = await client.ask(question, { headers: { 'x-cache': 'skip' } })
    expect([kept.kind, kept.content]).toEqual(['exact', fresh.content])
  }
  await gateway.dispose()
}

describe('a gateway that is killed while it keeps answers', () => {
  test('loses no entry that it had listed, from its file', async () => {
    const other = startGatewayProcess({ server: { port: 0 } })
    const dataDir = `${other.file}.data`
    await losesNothing({ server: { port: 0, dataDir }, cache: { semantic: { mode: 'off' } } })
    await other.dispose()
  }, 300_000)
})

describeWithRedis('a gateway that is killed while it keeps answers on Redis', () => {
  test('loses no entry that it had listed', async () => {
    const { url } = await startRedis()
    const redis = { url, commandTimeoutMs: 5000 }
    await losesNothing({ server: { port: 0 }, cache: { store: 'redis', redis, semantic: { mode: 'off' } } })
  }, 300_000)
})
