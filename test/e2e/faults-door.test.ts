import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ExpectedError,
  expectErrorAnswer,
  expectErrorObject,
  expectNothingPlanted,
} from '../support/read-answer.js'
import {
  type Answer,
  type ClientDialect,
  PLANTED_PROMPT,
  pathOf,
  startTestBed,
  type TestBed,
  UPSTREAM_MODELS,
} from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'
import { answerWell, FAULTY_WIRES } from '../support/wire-faults.js'
import { connectRaw, deferred, response as rawResponse } from '../transport/raw-client.js'

const CLIENT_KEY = 'client-key-planted-9876543210'
const CLIENTS = ['openai', 'anthropic'] as const
const PATHS = ['/v1/chat/completions', '/v1/messages', '/v1/messages/count_tokens'] as const

const BAD_REQUEST = { status: 400, type: 'invalid_request_error', code: null, anthropicType: 'invalid_request_error' }
const NOT_FOUND = { status: 404, type: 'invalid_request_error', anthropicType: 'not_found_error' }
const FORBIDDEN = {
  status: 403,
  type: 'permission_error',
  code: 'permission_denied',
  anthropicType: 'permission_error',
}
const UNAUTHORIZED = {
  status: 401,
  type: 'invalid_request_error',
  code: 'invalid_api_key',
  anthropicType: 'authentication_error',
}

describe.each(TRANSPORTS)('over %s', (transport) => {
  let bed: TestBed
  beforeAll(async () => {
    bed = await startTestBed(transport, { server: { maxBodyBytes: 200_000 } })
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
  })

  const json = { 'content-type': 'application/json' }
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    send(bed, path, { method: 'POST', body, headers })

  describe.each(PATHS)('POST %s', (path) => {
    const client = path === '/v1/chat/completions' ? 'openai' : 'anthropic'
    const expectRefused = (answer: Answer, expected: ExpectedError) =>
      expectErrorAnswer(client, answer, 'door', expected)

    test('takes JSON only', async () => {
      const expected = { ...BAD_REQUEST, status: 415, code: 'unsupported_media_type' }
      expectRefused(await post(path, '{}', { 'content-type': 'text/plain' }), expected)
      expectRefused(await post(path, '{}', { 'content-type': 'application/x-www-form-urlencoded' }), expected)
      expectRefused(await post(path, '{}', { 'content-type': 'application/jsonp' }), expected)
    })

    test('says where the JSON is wrong, and does not show it', async () => {
      const message = /\b(?:line 2|position 2[0-9]|column 9)\b/
      const body = `{"model": "gpt-4o",\n  "a": ${PLANTED_PROMPT}}`
      expectRefused(await post(path, body), { ...BAD_REQUEST, code: 'invalid_json', message })
    })

    test('says which field is wrong', async () => {
      const body = JSON.stringify({ model: 'openai/gpt-4o', max_tokens: 9, messages: PLANTED_PROMPT })
      expectRefused(await post(path, body), { ...BAD_REQUEST, param: 'messages', message: /messages.*array/ })
      expectRefused(await post(path, '[]'), { ...BAD_REQUEST, message: /object/ })
      expectRefused(await post(path, ''), { ...BAD_REQUEST, code: 'invalid_json' })
    })

    test('refuses a body that is too large, declared or not', async () => {
      const expected = {
        status: 413,
        type: 'invalid_request_error',
        code: 'request_too_large',
        anthropicType: 'request_too_large',
        message: /200000 bytes/,
      }
      expectRefused(await post(path, PLANTED_PROMPT.repeat(10_000)), expected)
      const client = connectRaw(portOf(bed))
      client.send(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: door\r\n`)
      client.send('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n')
      for (let at = 0; at < 30; at += 1) client.send(`2710\r\n${' '.repeat(10_000)}\r\n`)
      const raw = await rawResponse(client)
      expect(raw.status).toBe(413)
      expectErrorObject(
        path === '/v1/chat/completions' ? 'openai' : 'anthropic',
        JSON.parse(raw.body),
        'door',
        expected,
      )
      client.destroy()
    })

    test('answers other methods with those it knows', async () => {
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
        const answer = await send(bed, path, { method })
        expectRefused(answer, { ...BAD_REQUEST, status: 405, code: 'method_not_allowed', message: /Use POST/ })
        expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
      }
      const head = await send(bed, path, { method: 'HEAD' })
      expect({ status: head.status, text: head.text }).toEqual({ status: 405, text: '' })
    })

    test('does not know every model', async () => {
      const body = JSON.stringify({ model: 'gpt-4p', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] })
      expectRefused(await post(path, body), {
        ...NOT_FOUND,
        code: 'model_not_found',
        param: 'model',
        message: /gpt-4o/,
      })
    })
  })

  test('knows nothing of other paths, and says so in JSON', async () => {
    for (const path of [
      '/index.html',
      '/v1',
      '/v1/chat',
      '/v1/completions',
      '/v1/chat/completions/x',
      '/../etc/passwd',
      '/%00',
    ]) {
      const answer = await send(bed, path, { method: 'GET' })
      expectErrorAnswer('openai', answer, 'door', { ...NOT_FOUND, code: 'not_found' })
    }
    const anthropic = await send(bed, '/v1/messages/batches', { method: 'POST', headers: json, body: '{}' })
    expectErrorAnswer('anthropic', anthropic, 'door', { ...NOT_FOUND, code: 'not_found' })
    const model = await send(bed, '/v1/models/no-such-model', { method: 'GET' })
    expectErrorAnswer('openai', model, 'door', { ...NOT_FOUND, code: 'model_not_found', param: 'model' })
  })

  test('lists models to GET only', async () => {
    const answer = await send(bed, '/v1/models', { method: 'POST', headers: json, body: '{}' })
    expectErrorAnswer('openai', answer, 'door', { ...BAD_REQUEST, status: 405, code: 'method_not_allowed' })
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  test('answers HEAD of its health like GET without a body', async () => {
    for (const path of ['/health', '/healthz', '/ready', '/v1/models']) {
      const get = await send(bed, path, { method: 'GET' })
      const head = await send(bed, path, { method: 'HEAD' })
      expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' })
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(10)
    }
  })

  test('takes 30 KB of request headers', async () => {
    const asked = bed.ask(
      {
        client: 'openai',
        model: UPSTREAM_MODELS.anthropic,
        stream: false,
        headers: { cookie: 'c'.repeat(15_000), 'x-long': 'x'.repeat(15_000) },
      },
      (reply, _asked, request) => answerWell(reply, request, FAULTY_WIRES.anthropic),
    )
    expect((await asked.answer).status).toBe(200)
  })

  test('an open gateway on loopback answers to the names of this machine only', async () => {
    for (const host of ['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example', '']) {
      const raw = await rawRequest(bed, `GET /health HTTP/1.1\r\nHost: ${host}\r\nX-Request-Id: door\r\n\r\n`)
      expect(raw.status).toBe(403)
      expectErrorObject('openai', JSON.parse(raw.body), 'door', { ...FORBIDDEN, param: 'Host' })
    }
    for (const host of [
      'localhost',
      `localhost:${portOf(bed)}`,
      '127.0.0.1',
      '[::1]:8080',
      'LOCALHOST',
      'a.localhost',
    ]) {
      expect((await rawRequest(bed, `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status).toBe(200)
    }
  })

  test('answers OPTIONS without letting other origins in', async () => {
    const answer = await send(bed, '/v1/chat/completions', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  describe.each(CLIENTS)('a client of %s', (client) => {
    const ask = (headers: Record<string, string>, model: string = UPSTREAM_MODELS.anthropic) =>
      bed.ask({ client, model, stream: true, headers }, (reply, _asked, request) =>
        answerWell(reply, request, FAULTY_WIRES.anthropic),
      )

    test.each([
      ['X-Cache', 'always', /auto, skip, only, refresh/],
      ['X-Cache-Max-Age', '-1', /seconds/],
      ['X-Cache-Namespace', 'a b', /letters/],
      ['X-Cache-Replay', 'fast', /instant, paced, recorded/],
      ['X-Route', 'best', /auto, cheapest, quality/],
      ['X-Provider', 'nobody', /openai, anthropic, google/],
    ])('is told what %s may be', async (header, value, message) => {
      const asked = ask({ [header]: value })
      expectErrorAnswer(client, await asked.answer, asked.id, { ...BAD_REQUEST, param: header, message })
    })

    test.each([
      ['X-Route', 'cheapest'],
      ['X-Provider', 'anthropic'],
    ])('is told that %s cannot go with a model it names itself', async (header, value) => {
      const asked = ask({ [header]: value })
      expectErrorAnswer(client, await asked.answer, asked.id, { ...BAD_REQUEST, param: header, message: /"auto"/ })
    })

    test('gets 404 for X-Cache: only, and the provider is not asked', async () => {
      const before = bed.server.requests.length
      const asked = ask({ 'X-Cache': 'only' })
      expectErrorAnswer(client, await asked.answer, asked.id, { ...NOT_FOUND, code: 'cache_miss' })
      expect(bed.server.requests).toHaveLength(before)
    })

    test('reads in a header what was dropped', async () => {
      const asked = askWithSeed(bed, client)
      const answer = await asked.answer
      expect(answer.status).toBe(200)
      expect(answer.headers.get('x-llmrouter-dropped')).toBe(droppedOf(client))
      expect((await asked.settled()).dropped).toEqual([droppedOf(client)])
    })
  })

  describe('with keys', () => {
    let guarded: TestBed
    beforeAll(async () => {
      const hash = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`
      guarded = await startTestBed(transport, {
        strict: true,
        server: { host: '127.0.0.1', maxConcurrentRequests: 1, cors: { origins: ['https://app.example'] } },
        auth: {
          keys: [
            { name: 'all', hash: hash(CLIENT_KEY), tenant: 'a', models: ['*'] },
            { name: 'some', hash: hash('some-models'), tenant: 'b', models: ['anthropic/*'] },
            { name: 'old', hash: hash('expired'), tenant: 'c', models: ['*'], expires: '2020-01-01T00:00:00Z' },
          ],
        },
      })
    })
    afterAll(async () => {
      expectNothingPlanted(guarded.gateway.rawLog())
      expect(guarded.gateway.rawLog()).not.toContain(CLIENT_KEY)
      await guarded.close()
    })

    describe.each(CLIENTS)('a client of %s', (client) => {
      const ask = (headers: Record<string, string>, model: string = UPSTREAM_MODELS.anthropic) =>
        guarded.ask({ client, model, stream: true, headers }, (reply, _asked, request) =>
          answerWell(reply, request, FAULTY_WIRES.anthropic),
        )

      test('is served with a key in either header', async () => {
        for (const headers of [{ authorization: `Bearer ${CLIENT_KEY}` }, { 'x-api-key': CLIENT_KEY }]) {
          const asked = ask(headers)
          expect((await asked.answer).status).toBe(200)
          expect((await asked.settled()).tenant).toBe('a')
        }
      })

      test.each([
        ['without a key', {}],
        ['with a wrong key', { authorization: `Bearer ${CLIENT_KEY}0` }],
        ['with an expired key', { 'x-api-key': 'expired' }],
        ['with another scheme', { authorization: `Basic ${CLIENT_KEY}` }],
      ])('is refused %s', async (_case, headers: Record<string, string>) => {
        const asked = ask(headers)
        const answer = await asked.answer
        expectErrorAnswer(client, answer, asked.id, UNAUTHORIZED)
        expect(answer.text).not.toContain(CLIENT_KEY)
        const line = guarded.gateway.logs().find(({ id }) => id === asked.id)
        expect(line).toMatchObject({ msg: 'refused', status: 401, error: 'invalid_api_key', path: pathOf(client) })
      })

      test('may use the models of its key only', async () => {
        expect((await ask({ 'x-api-key': 'some-models' }).answer).status).toBe(200)
        const asked = ask({ 'x-api-key': 'some-models' }, UPSTREAM_MODELS.openai)
        expectErrorAnswer(client, await asked.answer, asked.id, {
          ...FORBIDDEN,
          param: 'model',
          message: /openai\/gpt-4o/,
        })
        expect((await asked.settled()).error).toBe('permission_denied')
      })

      test('is told instead of losing a field, when the gateway is strict', async () => {
        const asked = askWithSeed(guarded, client, { 'x-api-key': CLIENT_KEY })
        const param = droppedOf(client)
        const expected = { ...BAD_REQUEST, code: 'unsupported_parameter', param, message: new RegExp(param) }
        expectErrorAnswer(client, await asked.answer, asked.id, expected)
      })

      test('is turned away while the gateway has as many requests as it may', async () => {
        const mayAnswer = deferred<void>()
        const model = UPSTREAM_MODELS.anthropic
        const headers = { 'x-api-key': CLIENT_KEY }
        const first = guarded.ask({ client, model, stream: true, headers }, async (reply, _asked, request) => {
          await mayAnswer.promise
          answerWell(reply, request, FAULTY_WIRES.anthropic)
        })
        await first.received
        const second = ask(headers)
        const answer = await second.answer
        expectErrorAnswer(client, answer, second.id, {
          status: 503,
          type: 'server_error',
          code: 'overloaded',
          anthropicType: 'overloaded_error',
        })
        expect(answer.headers.get('retry-after')).toBe('1')
        expect((await second.settled()).error).toBe('overloaded')
        mayAnswer.resolve()
        expect((await first.answer).status).toBe(200)
        await first.settled()
        expect((await ask(headers).answer).status).toBe(200)
      })
    })

    test('its health needs no key', async () => {
      expect((await send(guarded, '/health', { method: 'GET' })).status).toBe(200)
      expect((await send(guarded, '/v1/models', { method: 'GET' })).status).toBe(401)
    })

    test('lets the configured origins in, also to read refusals', async () => {
      const origin = 'https://app.example'
      const preflight = await send(guarded, '/v1/chat/completions', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-headers': 'authorization,content-type,x-stainless-os' },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
      expect(preflight.headers.get('access-control-allow-headers')).toContain('x-stainless-os')
      expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')

      const refusal = await send(guarded, '/v1/models', { method: 'GET', headers: { origin } })
      expect(refusal.status).toBe(401)
      expect(refusal.headers.get('access-control-allow-origin')).toBe(origin)
      const asked = guarded.ask(
        {
          client: 'openai',
          model: UPSTREAM_MODELS.anthropic,
          stream: true,
          headers: { origin, 'x-api-key': CLIENT_KEY },
        },
        (reply, _asked, request) => answerWell(reply, request, FAULTY_WIRES.anthropic),
      )
      const { headers } = await asked.answer
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-expose-headers')).toContain('X-LLMRouter-Cache')

      const foreign = await send(guarded, '/health', { method: 'GET', headers: { origin: 'https://evil.example' } })
      expect(foreign.headers.get('access-control-allow-origin')).toBe(null)
      expect(foreign.headers.get('vary')).toBe('Origin')
    })
  })
})

/** What Anthropic has no equivalent of, as each dialect can say it. */
function askWithSeed(bed: TestBed, client: ClientDialect, headers: Record<string, string> = {}) {
  const openai = client === 'openai'
  const provider = openai ? 'anthropic' : 'openai'
  const fields = openai ? { seed: 7 } : { top_k: 7 }
  return bed.ask(
    { client, model: UPSTREAM_MODELS[provider], stream: true, fields, headers },
    (reply, _asked, request) => answerWell(reply, request, FAULTY_WIRES[provider]),
  )
}

function droppedOf(client: ClientDialect): string {
  return client === 'openai' ? 'seed' : 'top_k'
}

async function send(bed: TestBed, path: string, init: RequestInit): Promise<Answer> {
  const headers = { 'x-request-id': 'door', ...(init.headers as Record<string, string> | undefined) } // only objects here
  const response = await fetch(bed.gateway.url + path, { ...init, headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

async function rawRequest(bed: TestBed, text: string) {
  const client = connectRaw(portOf(bed))
  client.send(text)
  const answer = await rawResponse(client)
  client.destroy()
  return answer
}

function portOf(bed: TestBed): number {
  return Number(new URL(bed.gateway.url).port)
}
