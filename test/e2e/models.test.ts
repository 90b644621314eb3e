import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { type FileServer, silentAfter, startFileServer } from '../model-registry/file-server.js'
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

test('the gateway as it comes routes a hard prompt to the strong model and an easy one to the cheap one', async () => {
  gateway = startGatewayProcess({ server: { port: 0 }, inference: { deadlineMs: 10_000 } })
  const url = await gateway.url
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 20_000 }).toBe(200)
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' })
  const route = async (content: string) => {
    const messages = [{ role: 'user' as const, content: `${content} [[sim ttft=1 gap=0]]` }]
    const { response } = await client.chat.completions.create({ model: 'auto', messages }).withResponse()
    return `${response.headers.get('x-llmrouter-model')}: ${response.headers.get('x-llmrouter-route')}`
  }
  expect(await route('hi')).toMatch(/^sim-small: strategy=auto; score=0\.[0-2]\d+; threshold=0\.[23]\d+; reason=score$/)
  const proof = 'Prove that there are infinitely many primes congruent to 3 modulo 4. Give every step of the proof.'
  expect(await route(proof)).toMatch(
    /^sim-large: strategy=auto; score=0\.[5-9]\d+; threshold=0\.[23]\d+; reason=score$/,
  )
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

const NETWORK = 'onnx/model_quantized.onnx'

/** A mirror that sends the beginning of the network, and no more. */
async function startSilentMirror(): Promise<FileServer> {
  const address = `/Xenova/all-MiniLM-L6-v2/resolve/751bff37182d3f1213fa05d7196b954e230abad9/${NETWORK}`
  const server = await startFileServer(new Map([[address, Buffer.alloc(22_972_370)]]))
  onTestFinished(() => server.close())
  server.alwaysMisbehave(silentAfter(3_000_000))
  return server
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a start that fetches a model, and keeps what has come',
  async (signal) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'llmrouter-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const { url: mirror } = await startSilentMirror()
    const inference = { embedder: 'all-MiniLM-L6-v2', mirror }
    const starting = startGatewayProcess({ server: { port: 0, dataDir }, inference })
    gateway = starting
    await expect.poll(() => starting.stderr(), { timeout: 15_000 }).toContain('2.4 MB of 23.7 MB')
    starting.signal(signal)
    expect(await starting.exited).toEqual({ code: 130, signal: null })
    expect(starting.stderr()).toMatch(/Stopped\. What has been fetched is in .*\.part/)
    const folder = join(dataDir, 'models/all-MiniLM-L6-v2')
    expect(readFileSync(join(folder, `${NETWORK}.part`)).length).toBeGreaterThan(2_000_000)
    expect(existsSync(join(folder, '.pull.lock'))).toBe(false)
  },
)

test('the first start fetches from HF_ENDPOINT, as the command does', async () => {
  const { url, requests } = await startSilentMirror()
  const config = { server: { port: 0 }, inference: { embedder: 'all-MiniLM-L6-v2' } }
  gateway = startGatewayProcess(config, [], { HF_ENDPOINT: url })
  await expect.poll(() => requests.length, { timeout: 15_000 }).toBeGreaterThan(0)
})

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}
