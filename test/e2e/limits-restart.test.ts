import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../config/load-text.js'
import { keyOf, keyRow } from '../support/client-keys.js'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'
import { describeWithRedis, startRedis, until } from '../support/redis-server.js'

// Each starts the real process, some of them twice.
vi.setConfig({ testTimeout: 120_000 })

const processes: GatewayProcess[] = []
afterEach(async () => {
  await Promise.all(processes.splice(0).map((gateway) => gateway.dispose()))
})

function start(limits: object, more: { server?: object; cache?: object }): GatewayProcess {
  const gateway = startGatewayProcess({
    ...more,
    server: { host: '127.0.0.1', port: 0, ...more.server },
    auth: { keys: [keyRow('team', limits)] },
  })
  processes.push(gateway)
  return gateway
}

async function ask(url: string) {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf('team')}`, 'x-cache': 'skip' },
    body: JSON.stringify({
      model: 'sim-small',
      messages: [{ role: 'user', content: '[[sim tokens=40 ttft=0 gap=0]]' }],
    }),
  })
  const body = (await answer.json()) as { error?: { code: string } }
  return body.error?.code ?? answer.status
}

test.each(['memory', 'embedded', 'off'])(
  'with store %s a spent budget stays spent over restarts and kills',
  async (store) => {
    const dataDir = temporaryFolder()
    const options = { server: { dataDir }, cache: { store } }
    const budget = { budgetUsdPerMonth: 0.000_03 }
    const first = start(budget, options)
    expect(await ask(await first.url)).toBe(200)
    first.signal('SIGTERM')
    expect(await first.exited).toMatchObject({ code: 0 })
    const spent = () => readFileSync(join(dataDir, 'spend.json'), 'utf8')
    const before = spent()

    const second = start(budget, options)
    expect(await ask(await second.url)).toBe(200)
    expect(await ask(await second.url)).toBe('insufficient_quota')
    await until(() => spent() !== before)
    second.signal('SIGKILL')
    await second.exited

    const third = start(budget, options)
    expect(await ask(await third.url)).toBe('insufficient_quota')
  },
)

describeWithRedis('two gateways on one Redis', () => {
  test('share the limits of a key, and go on without it', async () => {
    const server = await startRedis()
    // Far above what a command takes, also on a busy machine.
    const cache = { store: 'redis', redis: { url: server.url, commandTimeoutMs: 5000 } }
    const limits = { rpm: 6, budgetUsdPerDay: 1 }
    const urls = await Promise.all([start(limits, { cache }).url, start(limits, { cache }).url])
    const answers: (string | number)[] = []
    for (let n = 0; n < 10; n++) answers.push(await ask(urls[n % 2] ?? ''))
    const admitted = answers.filter((answer) => answer === 200).length
    expect(answers.slice(0, 6)).toEqual([200, 200, 200, 200, 200, 200])
    // One more drains in ten seconds, which a busy machine may take.
    expect(admitted).toBeLessThanOrEqual(8)
    expect(answers).toContain('rate_limit_exceeded')
    await server.kill()
    await until(async () => (await Promise.all(urls.map(ask))).some((answer) => answer === 200))
    const alone = () =>
      processes.flatMap((gateway) => gateway.logs()).some(({ msg }) => String(msg).includes('counts the limits'))
    await until(alone)
  })
})
