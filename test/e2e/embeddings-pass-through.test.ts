import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, type Script, startProviderServer } from '../support/provider-server.js'
import { ONE_ATTEMPT, PLANTED_KEY, PLANTED_PROMPT } from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url), 'utf8')
const FLOAT = fixture('openai-embeddings.json')
const BASE64 = fixture('openai-embeddings-base64.json')

describe.each(TRANSPORTS)('embeddings of a provider over %s', (transport) => {
  let server: ProviderServer
  let gateway: TestGateway
  let asked = 0

  beforeAll(async () => {
    server = await startProviderServer()
    gateway = await startTestGateway(
      {
        attempts: ONE_ATTEMPT,
        providers: {
          openai: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: `${server.url}/v1` },
          local: { type: 'openai', baseUrl: `${server.url}/other/v1`, models: ['bge-m3'] },
        },
        models: [{ id: 'house/small', provider: 'local', upstreamName: 'BAAI/bge-small' }],
        aliases: { embed: 'house/small' },
        timeouts: { firstTokenMs: 100, idleMs: 200, totalMs: 1000 },
      },
      { transport },
    )
  })
  afterAll(async () => {
    expect(gateway.rawLog()).not.toContain(PLANTED_KEY)
    expect(gateway.rawLog()).not.toContain(PLANTED_PROMPT)
    await gateway.close()
    await server.close()
  })

  async function ask(raw: string, script: Script, signal?: AbortSignal) {
    asked += 1
    const id = `ask-${transport}-${asked}`
    server.script(script)
    const response = await fetch(`${gateway.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: raw,
      ...(signal !== undefined && { signal }),
    })
    const text = await response.text()
    return { id, text, status: response.status, headers: response.headers, request: server.requests.at(-1) }
  }
  const question = (model: string) => JSON.stringify({ model, input: PLANTED_PROMPT })

  test('both bodies pass byte for byte', async () => {
    const raw = `{ "input":["${PLANTED_PROMPT}", "\\u00e9"],"model":"text-embedding-3-small", "dimensions": 1e1, "x":12345678901234567890}`
    const { headers, request, status, text } = await ask(raw, (reply) => reply.json(FLOAT))
    expect(status).toBe(200)
    expect(text).toBe(FLOAT)
    expect(request?.body).toBe(raw)
    expect(request?.path).toBe('/v1/embeddings')
    expect(request?.headers.authorization).toBe(`Bearer ${PLANTED_KEY}`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'x-llmrouter-provider': 'openai',
      'x-llmrouter-model': 'text-embedding-3-small',
      'x-llmrouter-cache': 'SKIP',
      'server-timing': expect.stringMatching(/^parse;dur=[\d.]+, upstream;dur=[\d.]+$/),
    })
  })

  test.each([
    ['openai/text-embedding-3-large', 'text-embedding-3-large', '/v1/embeddings'],
    ['openai/unlisted', 'unlisted', '/v1/embeddings'],
    ['bge-m3', 'bge-m3', '/other/v1/embeddings'],
    ['house/small', 'BAAI/bge-small', '/other/v1/embeddings'],
    ['embed', 'BAAI/bge-small', '/other/v1/embeddings'],
  ])('of %s only the name is replaced', async (model, upstreamName, path) => {
    const raw = `{"model" : "${model}","input":[{"image":"shape of its own"}],"late_chunking":true}`
    const { request, status } = await ask(raw, (reply) => reply.json(FLOAT))
    expect(status).toBe(200)
    expect(request?.path).toBe(path)
    expect(request?.body).toBe(raw.replace(model, upstreamName))
  })

  test('a large answer passes whole, and is counted', async () => {
    const row = `{"object":"embedding","index":0,"embedding":[${'0.012345,'.repeat(1535)}0.5]}`
    const rows = Array.from({ length: 500 }, () => row).join(',')
    const large = `{"object":"list","data":[${rows}],"model":"m","usage":{"prompt_tokens":77,"total_tokens":77}}`
    const { id, text } = await ask(question('text-embedding-3-small'), (reply) => reply.json(large))
    expect(text === large).toBe(true)
    expect(await gateway.settled(id)).toMatchObject({ inputTokens: 77, bytesOut: large.length })
  })

  test('the record tells of the attempt', async () => {
    const { id } = await ask(question('text-embedding-3-small'), (reply) =>
      reply.json(FLOAT, 200, { 'x-request-id': 'req-upstream' }),
    )
    expect(await gateway.settled(id)).toMatchObject({
      path: '/v1/embeddings',
      provider: 'openai',
      model: 'text-embedding-3-small',
      status: 200,
      end: 'complete',
      inputTokens: 5,
      outputTokens: 0,
      attempts: 1,
      upstreamRequestId: 'req-upstream',
    })
  })

  test.each([
    ['openai-error-400.json', 400, 400],
    ['openai-error-401.json', 401, 502],
    ['openai-error-429.json', 429, 429],
    ['openai-error-500.json', 500, 502],
  ])('%s is told as in a chat', async (name, upstream, status) => {
    const answer = await ask(question('text-embedding-3-small'), (reply) => reply.json(fixture(name), upstream))
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ error: { message: expect.any(String) } })
    expect(answer.text).not.toContain(PLANTED_KEY)
    expect(await gateway.settled(answer.id)).toMatchObject({ end: 'failed', status, upstreamStatus: upstream })
  })

  test.each<[string, Script, number, string]>([
    ['a web page', (reply) => reply.json('<html></html>'), 502, 'upstream_error'],
    ['an answer without data', (reply) => reply.json({ object: 'list' }), 502, 'upstream_error'],
    ['a connection that is reset', (reply) => reply.reset(), 502, 'upstream_error'],
    [
      'an error in disguise',
      (reply) => reply.json({ error: { message: 'no', type: 'server_error' } }),
      502,
      'upstream_error',
    ],
    ['silence', () => {}, 504, 'upstream_timeout'],
    [
      'an answer that stops in the middle',
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"data":[')
      },
      504,
      'upstream_timeout',
    ],
  ])('%s becomes an error', async (_name, script, status, code) => {
    const answer = await ask(question('text-embedding-3-small'), script)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code } })
  })

  test('a client that goes ends the call to the provider', async () => {
    const controller = new AbortController()
    const answer = ask(question('text-embedding-3-small'), () => controller.abort(), controller.signal)
    await expect(answer).rejects.toThrow()
    await server.requests.at(-1)?.closed
    expect(await gateway.settled(`ask-${transport}-${asked}`)).toMatchObject({ status: 499, end: 'client-gone' })
  })

  test('the official client decodes what passed', async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    server.script((reply, { json }) => reply.json(json.encoding_format === 'base64' ? BASE64 : FLOAT))
    const ask = { model: 'text-embedding-3-small', input: 'hi' }
    const { data } = await client.embeddings.create(ask)
    const plain = await client.embeddings.create({ ...ask, encoding_format: 'float' })
    expect(data[0]?.embedding).toEqual([...Float32Array.from(plain.data[0]?.embedding ?? [])])
  })
})
