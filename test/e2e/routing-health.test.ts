import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Stats } from '../../src/http/stats/stats.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { wireAnswer } from '../support/provider-trio.js'
import { scriptedInference } from '../support/scripted-inference.js'
import { anthropicWire } from '../support/wire-answers.js'

const [CHEAP, STRONG] = ['claude-haiku-5-5', 'claude-sonnet-5-5']

let server: ProviderServer
let gateway: TestGateway
beforeAll(async () => {
  server = await startProviderServer((reply, { json }) => {
    if (json.model === CHEAP) return reply.json({ error: { message: 'Down.' } }, 500)
    reply.json(anthropicWire.body(wireAnswer({ model: STRONG, pieces: ['Hello.'] })))
  })
  gateway = await startTestGateway(
    {
      providers: { anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url } },
      routing: { auto: { cheap: CHEAP, strong: STRONG }, target: { threshold: 0.5 } },
      attempts: { max: 2, breaker: { minRequests: 2, failureRatio: 0.5, openMs: 60_000 } },
    },
    { inference: scriptedInference() },
  )
})
afterAll(async () => {
  await gateway.close()
  await server.close()
})

async function ask(): Promise<string> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hi [[score 0.2]]' }] }),
  })
  await response.text()
  return `${response.headers.get('x-llmrouter-model')}: ${response.headers.get('x-llmrouter-route')}`
}

test('a model in trouble is first replaced, then not even asked, and the header says which', async () => {
  const told: string[] = []
  while (!told.at(-1)?.endsWith('reason=health')) told.push(await ask())
  expect(told.at(-1)).toBe(`${STRONG}: strategy=auto; score=0.20; reason=health`)
  for (const route of told.slice(0, -1)) expect(route).toMatch(new RegExp(`^${STRONG}: .*reason=fallback$`))
  const asked = server.requests.filter(({ json }) => json.model === CHEAP).length
  expect(await ask()).toMatch(/reason=health$/)
  expect(server.requests.filter(({ json }) => json.model === CHEAP)).toHaveLength(asked)
  const stats = (await (await fetch(`${gateway.url}/stats`)).json()) as Stats
  expect(stats.recent[0]?.reason).toContain(`${STRONG} (auto, health)`)
  expect(stats.routing.recent.at(-1)).toMatchObject({ reason: 'health', score: 0.2, selected: STRONG, isStrong: true })
})
