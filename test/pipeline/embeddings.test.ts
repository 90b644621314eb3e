import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Embeddings, Outcome } from '../../src/inference/inference-pool.js'
import type { LocalEmbedder } from '../../src/pipeline/deps.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { createHashingEmbedder } from '../support/hashing-embedder.js'

const open: TestGateway[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()))
})

async function start(localEmbedder?: LocalEmbedder, config: object = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(config, { ...(localEmbedder !== undefined && { localEmbedder }) })
  open.push(gateway)
  return gateway
}

interface ErrorAnswer {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly code: string | null
    readonly param: string
  }
}

function post(gateway: TestGateway, body: object, init: { headers?: object; signal?: AbortSignal } = {}) {
  return fetch(`${gateway.url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'r1', ...init.headers },
    body: JSON.stringify({ model: 'llmrouter-embedder', input: 'w1', ...body }),
    ...(init.signal !== undefined && { signal: init.signal }),
  })
}

async function refusal(gateway: TestGateway, body: object, headers: object = {}) {
  const response = await post(gateway, body, { headers })
  const { error } = (await response.json()) as ErrorAnswer
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ...error }
}

/** An embedder whose answer the test gives. */
function heldEmbedder() {
  let answer: (outcome: Outcome<Embeddings>) => void = () => {}
  let asked: () => void = () => {}
  let signal: AbortSignal | undefined
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const embedder: LocalEmbedder = {
    model: createHashingEmbedder().model,
    embed(_inputs, options) {
      signal = options.signal
      asked()
      return new Promise((resolve) => {
        answer = resolve
      })
    },
  }
  return {
    embedder,
    wasAsked,
    answer: (outcome: Outcome<Embeddings>) => answer(outcome),
    isGivenUp: () => signal?.aborted,
  }
}

describe('an embedder that cannot answer', () => {
  test.each([
    ['late', 503, 'overloaded', '1'],
    ['full', 503, 'overloaded', '1'],
    ['failed', 500, 'internal_error', null],
    ['closed', 503, 'shutting_down', '1'],
  ] as const)('%s is answered by %i %s', async (reason, status, code, retryAfter) => {
    const { model } = createHashingEmbedder()
    const gateway = await start({ model, embed: async () => ({ kind: 'unavailable', reason }) })
    expect(await refusal(gateway, {})).toMatchObject({ status, code, retryAfter })
    expect(await gateway.settled('r1')).toMatchObject({ status, end: 'failed', error: code, attempts: 0 })
  })

  test('one that throws is an internal error of which the client learns nothing', async () => {
    const { model } = createHashingEmbedder()
    const gateway = await start({ model, embed: () => Promise.reject(new Error('the secret reason')) })
    const { message, status } = await refusal(gateway, {})
    expect(status).toBe(500)
    expect(message).not.toContain('secret')
  })
})

test('one record is settled for each request, with tokens, provider and model', async () => {
  const gateway = await start(createHashingEmbedder())
  await (await post(gateway, { input: ['w1 w2', 'w3'] })).text()
  expect(await gateway.settled('r1')).toMatchObject({
    path: '/v1/embeddings',
    dialect: 'openai',
    stream: false,
    provider: 'llmrouter',
    model: 'llmrouter-embedder',
    status: 200,
    end: 'complete',
    cache: 'SKIP',
    inputTokens: 7,
    outputTokens: 0,
    attempts: 0,
  })
  expect(gateway.logs().filter(({ id }) => id === 'r1')).toHaveLength(1)
})

test('a client that goes is settled at once, and the threads are spared its texts', async () => {
  const held = heldEmbedder()
  const gateway = await start(held.embedder)
  const controller = new AbortController()
  const response = post(gateway, {}, { signal: controller.signal })
  await held.wasAsked
  expect(held.isGivenUp()).toBe(false)
  controller.abort()
  await expect(response).rejects.toThrow()
  expect(await gateway.settled('r1')).toMatchObject({ status: 499, end: 'client-gone' })
  expect(held.isGivenUp()).toBe(true)
})

test('requests for embeddings count among those the gateway may serve at once', async () => {
  const held = heldEmbedder()
  const gateway = await start(held.embedder, { server: { maxConcurrentRequests: 1 } })
  const first = post(gateway, {})
  await held.wasAsked
  expect(await refusal(gateway, {}, { 'x-request-id': 'r2' })).toMatchObject({ status: 503, code: 'overloaded' })
  held.answer({ kind: 'done', value: { vectors: new Float32Array(32).fill(1), dimension: 32, tokenCounts: [3] } })
  expect((await first).status).toBe(200)
})

test('draining waits for embeddings under way', async () => {
  const held = heldEmbedder()
  const gateway = await start(held.embedder)
  const response = post(gateway, {})
  await held.wasAsked
  let drained = false
  const drain = gateway.gateway.drain().then(() => {
    drained = true
  })
  await sleep(50)
  expect(drained).toBe(false)
  held.answer({ kind: 'done', value: { vectors: new Float32Array(32).fill(1), dimension: 32, tokenCounts: [3] } })
  expect((await response).status).toBe(200)
  await drain
})

test('embeddings that draining cannot wait for end with an error', async () => {
  const held = heldEmbedder()
  const gateway = await start(held.embedder, { server: { drainTimeoutMs: 50 } })
  const response = refusal(gateway, {})
  await held.wasAsked
  await gateway.gateway.drain()
  expect(await response).toMatchObject({ status: 503, code: 'shutting_down' })
})

describe('an input that is too long', () => {
  const long = Array.from({ length: 63 }, (_, index) => `w${index}`).join(' ')

  test('is refused by its place, its tokens and the limit', async () => {
    const gateway = await start(createHashingEmbedder())
    const answer = await refusal(gateway, { input: ['w1', 'w2', long] })
    expect(answer).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'input[2]' })
    expect(answer.message).toMatch(/65 tokens.* 64 tokens at most/)
    expect(await refusal(gateway, { input: long })).toMatchObject({ status: 400, param: 'input' })
    expect(await refusal(gateway, { input: Array.from({ length: 63 }, () => 1) })).toMatchObject({ param: 'input' })
  })
  test('is refused unread when its characters already say so', async () => {
    const embedder = createHashingEmbedder()
    const gateway = await start(embedder)
    const answer = await refusal(gateway, { input: ['w1', 'w'.repeat(4097)] })
    expect(answer).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'input[1]' })
    expect(answer.message).toMatch(/4,?097 characters/)
    expect(embedder.calls).toEqual([])
    expect((await post(gateway, { input: 'w'.repeat(4096) })).status).toBe(200)
    expect((await post(gateway, { input: 'w'.repeat(4097), truncate: true })).status).toBe(200)
  })
  test('is shortened when the client asks for it', async () => {
    const gateway = await start(createHashingEmbedder())
    expect((await post(gateway, { input: long, truncate: true })).status).toBe(200)
  })
  test('is shortened when the set-up says so, unless the client objects', async () => {
    const gateway = await start(createHashingEmbedder({ longInputs: 'shorten' }))
    expect((await post(gateway, { input: long })).status).toBe(200)
    expect(await refusal(gateway, { input: long, truncate: false })).toMatchObject({ param: 'input' })
  })
})

describe('limits', () => {
  test('300,000 tokens in all are the most, whether they came as ids or as texts', async () => {
    const embedder = createHashingEmbedder({ maxTokens: 400_000 })
    const gateway = await start(embedder)
    const ids = Array.from({ length: 2 }, () => Array.from({ length: 150_001 }, () => 1))
    expect(await refusal(gateway, { input: ids })).toMatchObject({ status: 400, param: 'input' })
    expect(embedder.calls).toEqual([])
    const text = 'w1 '.repeat(300_001)
    expect((await refusal(gateway, { input: text })).message).toContain('300000')
  })
  test('token ids must be of the vocabulary', async () => {
    const gateway = await start(createHashingEmbedder())
    expect(await refusal(gateway, { input: [5, 1000] })).toMatchObject({ status: 400, param: 'input[1]' })
    expect(await refusal(gateway, { input: [[5], [6, 1000]] })).toMatchObject({ param: 'input[1][1]' })
    expect((await post(gateway, { input: [5, 999] })).status).toBe(200)
  })
  test('dimensions must be those of the model', async () => {
    const gateway = await start(createHashingEmbedder())
    expect((await refusal(gateway, { dimensions: 9 })).message).toContain('8, 16, 32')
    const plain = await start(createHashingEmbedder({ dimensions: [] }))
    expect(await refusal(plain, { dimensions: 16 })).toMatchObject({ status: 400, param: 'dimensions' })
    expect((await post(plain, { dimensions: 32 })).status).toBe(200)
  })
})

describe('fields that mean nothing to the embedder', () => {
  test('are told', async () => {
    const response = await post(await start(createHashingEmbedder()), { task: 'query' })
    expect(response.headers.get('x-llmrouter-dropped')).toBe('task')
  })
  test('are refused by a strict gateway', async () => {
    const gateway = await start(createHashingEmbedder(), { strict: true })
    expect(await refusal(gateway, { task: 'query' })).toMatchObject({ status: 400, param: 'task' })
  })
})

describe('models', () => {
  const providers = {
    openai: { type: 'openai', apiKey: 'k' },
    anthropic: { type: 'anthropic', apiKey: 'k' },
    google: { type: 'gemini', apiKey: 'k' },
    sim: { type: 'simulator' },
  }
  test.each([
    ['auto', 400, /chooses among chat models.*'llmrouter-embedder'/],
    ['claude-haiku-4-5', 400, /is a chat model/],
    ['sim-small', 400, /is a chat model/],
    ['anthropic/claude-embed-9', 400, /Anthropic has no embedding models/],
    ['gemini-embedding-001', 400, /generativelanguage\.googleapis\.com\/v1beta\/openai/],
    ['sim/other', 404, /simulator makes no embeddings/],
    ['no-such-model', 404, /does not exist here/],
  ])('%s: %i', async (model, status, message) => {
    const gateway = await start(createHashingEmbedder(), { providers })
    const answer = await refusal(gateway, { model })
    expect(answer).toMatchObject({ status, param: 'model' })
    expect(answer.message).toMatch(message)
  })

  test('without an embedder of its own the gateway says that there is none', async () => {
    const answer = await refusal(await start(), {})
    expect(answer).toMatchObject({ status: 404, code: 'model_not_found' })
    expect(answer.message).toContain('No embedding model')
  })

  test.each(['llmrouter-embedder', 'llmrouter/llmrouter-embedder', 'small'])('%s is our own', async (model) => {
    const gateway = await start(createHashingEmbedder(), { providers, aliases: { small: 'llmrouter-embedder' } })
    const response = await post(gateway, { model })
    expect(await response.json()).toMatchObject({ model: 'llmrouter-embedder' })
    expect(response.headers.get('x-llmrouter-provider')).toBe('llmrouter')
  })

  test.each(['llmrouter-embedder', 'text-embedding-3-small'])('%s answers no chats', async (model) => {
    const gateway = await start(createHashingEmbedder(), { providers })
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    })
    const { error } = (await response.json()) as ErrorAnswer
    expect(response.status).toBe(400)
    expect(error).toMatchObject({ param: 'model' })
    expect(error.message).toContain('/v1/embeddings')
  })
})

test('request headers that steer routing or the cache have nothing to steer', async () => {
  const gateway = await start(createHashingEmbedder())
  expect(await refusal(gateway, {}, { 'x-route': 'auto' })).toMatchObject({ status: 400, param: 'X-Route' })
  expect(await refusal(gateway, {}, { 'x-provider': 'simulator' })).toMatchObject({ status: 400, param: 'X-Provider' })
  expect(await refusal(gateway, {}, { 'x-cache': 'only' })).toMatchObject({ status: 404, code: 'cache_miss' })
  expect((await post(gateway, {}, { headers: { 'x-cache': 'refresh' } })).headers.get('x-llmrouter-cache')).toBe('SKIP')
})
