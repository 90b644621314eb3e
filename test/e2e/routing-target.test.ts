import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/load.js'
import type { Config } from '../../src/config/schema.js'
import type { Stats } from '../../src/http/stats/stats.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { scriptedInference } from '../support/scripted-inference.js'

const open: TestGateway[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()))
})

async function start(target: object): Promise<TestGateway> {
  const gateway = await startTestGateway({ routing: { target } }, { inference: scriptedInference() })
  open.push(gateway)
  return gateway
}

interface Routed {
  readonly isStrong: boolean
  readonly score: number
  readonly threshold: number
  readonly reason: string | undefined
}

async function ask(gateway: TestGateway, score: number, fields: object = {}): Promise<Routed> {
  const content = `Hi [[sim ttft=0 gap=0 tokens=1]] [[score ${score}]]`
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...fields }),
  })
  await response.text()
  const header = response.headers.get('x-llmrouter-route') ?? ''
  const value = (name: string) => new RegExp(`${name}=([^;]+)`).exec(header)?.[1]
  return {
    isStrong: response.headers.get('x-llmrouter-model') === 'sim-large',
    score: Number(value('score')),
    threshold: Number(value('threshold')),
    reason: value('reason'),
  }
}

async function health(
  gateway: TestGateway,
): Promise<{ threshold: number; strongShare: number | null; target: object }> {
  const response = await fetch(`${gateway.url}/health`)
  return ((await response.json()) as { routing: { threshold: number; strongShare: number | null; target: object } })
    .routing
}

/** From 0 to 1, each part of the interval as often as any other. */
const evenly = (at: number): number => Number(((at * 0.6180339887) % 1).toFixed(4))

test('a share of strong calls is held, shown, and outlives a reload of something else', async () => {
  const gateway = await start({ strongShare: 0.3 })
  let strong = 0
  for (let at = 0; at < 400; at += 1) {
    const routed = await ask(gateway, evenly(at))
    expect(routed.isStrong).toBe(routed.score >= routed.threshold)
    strong += routed.isStrong ? 1 : 0
  }
  expect(strong / 400).toBeCloseTo(0.3, 1)
  const before = await health(gateway)
  expect(before).toMatchObject({ target: { strongShare: 0.3 }, strongShare: strong / 400 })
  expect(Math.abs(before.threshold - 0.7)).toBeLessThan(0.1)

  gateway.gateway.apply(configWith({ routing: { target: { strongShare: 0.3 } }, strict: true }))
  expect((await health(gateway)).threshold).toBeCloseTo(before.threshold, 2)

  gateway.gateway.apply(configWith({ routing: { target: { threshold: 0.12 } } }))
  expect(await ask(gateway, 0.1199)).toMatchObject({ isStrong: false, score: 0.1199, threshold: 0.12 })
  expect(await ask(gateway, 0.12)).toMatchObject({ isStrong: true, threshold: 0.12, reason: 'score' })
})

test('what only the cheap model can do counts neither for a share nor as a strong call', async () => {
  const gateway = await startTestGateway(
    {
      routing: { target: { strongShare: 0.3 }, sticky: false },
      models: [{ id: 'sim-large', capabilities: [] }],
    },
    { inference: scriptedInference() },
  )
  open.push(gateway)
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  const { threshold } = await health(gateway)
  for (let at = 0; at < 40; at += 1) await ask(gateway, at / 40, { tools })
  expect(await health(gateway)).toMatchObject({ strongShare: null, threshold })
  const stats = (await (await fetch(`${gateway.url}/stats`)).json()) as Stats
  const { score, ...forced } = stats.routing.decisions
  expect(score).toMatchObject({ strong: 0 })
  expect(forced).toEqual({ 'capability:tools': { cheap: 40 - (score?.cheap ?? 0), strong: 0 } })
  expect(new Set(stats.recent.map(({ model }) => model))).toEqual(new Set(['sim-small']))
  expect(stats.recent[0]?.reason).toBe('not in the cache; sim-small (auto, capability:tools)')
})

test('a quality of all that the strong model has sends everything there', async () => {
  const gateway = await start({ quality: 1 })
  expect(await ask(gateway, 0.01)).toMatchObject({ isStrong: true, threshold: 0 })
})

test('the default quality sends what is easy to the cheap model and what is hard to the strong one', async () => {
  const gateway = await startTestGateway({}, { inference: scriptedInference() })
  open.push(gateway)
  expect(await ask(gateway, 0.1)).toMatchObject({ isStrong: false, reason: 'score' })
  expect(await ask(gateway, 0.5)).toMatchObject({ isStrong: true, reason: 'score' })
})

function configWith(tree: object): Config {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-'))
  try {
    const file = join(folder, 'llmrouter.yaml')
    writeFileSync(file, stringify(tree))
    return loadConfig({ file, env: {}, cwd: folder }).config
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
