import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'

let gateway: GatewayProcess | undefined
afterEach(async () => {
  await gateway?.dispose()
})

test('the gateway as it comes embeds with the model that is bundled with it', async () => {
  gateway = startGatewayProcess({ server: { port: 0 } })
  const url = await gateway.url
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' })
  const input = ['How do I reset my password?', 'how can i reset my password', 'What is the capital of France?']
  const { data, usage } = await client.embeddings.create({ model: 'llmrouter-embedder', input })
  const [question, variant, other] = data.map(({ embedding }) => embedding)
  if (question === undefined || variant === undefined || other === undefined) throw new Error('a vector is missing')
  expect(question).toHaveLength(256)
  expect(Math.hypot(...question)).toBeCloseTo(1, 5)
  expect(dot(question, variant)).toBeGreaterThan(dot(question, other) + 0.3)
  expect(usage.prompt_tokens).toBeGreaterThan(10)

  const health = await (await fetch(`${url}/health`)).json()
  expect(health).toMatchObject({
    status: 'ok',
    pool: { status: 'ok', restarts: 0, models: { embedder: { name: 'llmrouter-embedder', dimension: 256 } } },
  })
  gateway.signal('SIGTERM')
  expect(await gateway.exited).toEqual({ code: 0, signal: null })
})

test('an embedder that nobody knows ends the start, and is named with the ones that are known', async () => {
  gateway = startGatewayProcess({ server: { port: 0 }, inference: { embedder: 'all-MiniLM-L6-v3' } })
  gateway.url.catch(() => {})
  expect((await gateway.exited).code).toBe(1)
  expect(gateway.stderr()).toContain('all-MiniLM-L6-v3')
  expect(gateway.stderr()).toContain('all-MiniLM-L6-v2')
})

test('an embedder that is not here is fetched first, and a start that cannot fetch it says what would help', async () => {
  const nowhere = 'http://127.0.0.1:9'
  gateway = startGatewayProcess({ server: { port: 0 }, inference: { embedder: 'all-MiniLM-L6-v2', mirror: nowhere } })
  gateway.url.catch(() => {})
  expect((await gateway.exited).code).toBe(1)
  expect(gateway.stderr()).toContain('127.0.0.1:9')
  expect(gateway.stderr()).toContain('all-MiniLM-L6-v2')
})

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}
