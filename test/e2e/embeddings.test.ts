import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { createHashingEmbedder } from '../support/hashing-embedder.js'
import { TRANSPORTS } from '../support/transports.js'

const MODEL = 'llmrouter-embedder'

describe.each(TRANSPORTS)('the official client over %s', (transport) => {
  let gateway: TestGateway
  let client: OpenAI

  beforeAll(async () => {
    gateway = await startTestGateway(
      { aliases: { 'text-embedding-3-small': MODEL } },
      { transport, localEmbedder: createHashingEmbedder() },
    )
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
  })
  afterAll(() => gateway.close())

  const vectors = async (body: Partial<OpenAI.EmbeddingCreateParams>): Promise<number[][]> => {
    const { data } = await client.embeddings.create({ model: MODEL, input: 'w1 w2', ...body })
    expect(data.map(({ index }) => index)).toEqual(data.map((_, index) => index))
    return data.map(({ embedding }) => embedding)
  }

  test('gets the vector of a text, with what it cost', async () => {
    const answer = await client.embeddings.create({ model: MODEL, input: 'w1 w2 w3' })
    expect(answer).toMatchObject({
      object: 'list',
      model: MODEL,
      data: [{ object: 'embedding', index: 0 }],
      usage: { prompt_tokens: 5, total_tokens: 5 },
    })
    expect(answer.data[0]?.embedding).toHaveLength(32)
    expect(Math.hypot(...(answer.data[0]?.embedding ?? []))).toBeCloseTo(1, 5)
  })

  test('gets each text of a list the vector that it has alone', async () => {
    const texts = ['w1', 'w2 w3', 'w1']
    const together = await vectors({ input: texts })
    expect(together).toEqual((await Promise.all(texts.map((input) => vectors({ input })))).flat())
    expect(together[2]).toEqual(together[0])
  })

  test('gets the same vector for token ids', async () => {
    expect(await vectors({ input: [1, 2] })).toEqual(await vectors({ input: 'w1 w2' }))
    expect(await vectors({ input: [[1, 2], [3]] })).toEqual(await vectors({ input: ['w1 w2', 'w3'] }))
  })

  test('gets the same float32 numbers in both encodings', async () => {
    const [[base64 = []], [float = []], [unsaid = []]] = await Promise.all([
      // The client decodes only what it asked for itself.
      client.embeddings
        .create({ model: MODEL, input: 'w1 w2', encoding_format: 'base64' })
        .then(({ data }) => data.map(({ embedding }) => decodeBase64(String(embedding)))),
      vectors({ encoding_format: 'float' }),
      vectors({}),
    ])
    expect(unsaid).toEqual(base64)
    expect([...Float32Array.from(float)]).toEqual(base64)
  })

  test('gets shorter vectors of unit length', async () => {
    const [whole = []] = await vectors({})
    const [short = []] = await vectors({ dimensions: 8 })
    expect(short).toHaveLength(8)
    const norm = Math.hypot(...whole.slice(0, 8))
    short.forEach((value, index) => {
      expect(value).toBeCloseTo((whole[index] ?? 0) / norm, 6)
    })
  })

  test('gets 2,048 vectors at once', async () => {
    const input = Array.from({ length: 2048 }, (_, index) => `w${index % 1000}`)
    const all = await vectors({ input })
    expect(all).toHaveLength(2048)
    expect(all[1001]).toEqual(all[1])
  })

  test('reaches the embedder by an alias', async () => {
    const { model } = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'w1' })
    expect(model).toBe(MODEL)
  })

  test.each([
    ['an empty text', { input: '' }, OpenAI.BadRequestError, 'input'],
    ['an empty text in a list', { input: ['w1', ''] }, OpenAI.BadRequestError, 'input[1]'],
    ['dimensions that the model has not', { dimensions: 9 }, OpenAI.BadRequestError, 'dimensions'],
    ['a foreign token id', { input: [[5, 100_257]] }, OpenAI.BadRequestError, 'input[0][1]'],
    ['too long a text', { input: 'w1 '.repeat(90) }, OpenAI.BadRequestError, 'input'],
    ['a chat model', { model: 'sim-small' }, OpenAI.BadRequestError, 'model'],
  ])('gets an error of its own for %s', async (_name, body, kind, param) => {
    const error: unknown = await vectors(body).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ param, type: 'invalid_request_error' })
  })

  test('finds the model in the list, with what it takes and gives', async () => {
    const { data } = await client.models.list()
    const row = {
      id: MODEL,
      object: 'model',
      owned_by: 'llmrouter',
      provider: 'llmrouter',
      capabilities: ['embeddings'],
      context_window: 64,
      dimension: 32,
      dimensions: [8, 16],
      prices: [{ inputPerMTok: 0, outputPerMTok: 0 }],
    }
    expect(data.find(({ id }) => id === MODEL)).toMatchObject(row)
    expect(await client.models.retrieve(MODEL)).toMatchObject(row)
  })

  test('gets the headers of every answer', async () => {
    const { response } = await client.embeddings.create({ model: MODEL, input: 'w1' }).withResponse()
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-llmrouter-provider': 'llmrouter',
      'x-llmrouter-model': MODEL,
      'x-llmrouter-cache': 'SKIP',
      'server-timing': expect.stringMatching(/^parse;dur=[\d.]+, embed;dur=[\d.]+$/),
      'x-request-id': expect.stringMatching(/^\w+$/),
    })
  })

  test('other methods and types are refused as everywhere', async () => {
    const url = `${gateway.url}/v1/embeddings`
    const get = await fetch(url)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    expect((await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(
      415,
    )
  })
})

test('a key that may not use the model is refused, and does not see it', async () => {
  const { createHash } = await import('node:crypto')
  const hash = `sha256:${createHash('sha256').update('key').digest('hex')}`
  const keys = [{ name: 'team', hash, models: ['sim-*', 'mine'] }]
  const gateway = await startTestGateway(
    { auth: { keys }, aliases: { mine: MODEL }, server: { host: '127.0.0.1' } },
    { localEmbedder: createHashingEmbedder() },
  )
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'key', maxRetries: 0 })
  const refused = client.embeddings.create({ model: MODEL, input: 'w1' })
  await expect(refused).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError)
  expect((await client.models.list()).data.map(({ id }) => id)).not.toContain(MODEL)
  expect((await client.embeddings.create({ model: 'mine', input: 'w1' })).data).toHaveLength(1)
  await gateway.close()
})

function decodeBase64(text: string): number[] {
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
}
