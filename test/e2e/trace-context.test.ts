import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { TRANSPORTS } from '../support/transports.js'
import { anthropicWire, openaiWire } from '../support/wire-answers.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`
const tracestate = 'congo=t61rcWkgMzE'

/** Nothing is traced here, so the client's context goes on to the provider as it came. */
describe.each(TRANSPORTS)('on %s', (transport) => {
  let provider: ProviderServer
  let gateway: TestGateway

  beforeAll(async () => {
    provider = await startProviderServer((reply, { path, json }) => {
      if (path.endsWith('/embeddings')) return reply.json({ data: [], usage: { prompt_tokens: 1, total_tokens: 1 } })
      if (path.endsWith('/count_tokens')) return reply.json({ input_tokens: 3 })
      const wire = path.endsWith('/messages') ? anthropicWire : openaiWire
      const answer = { model: 'm', pieces: ['Hello'], inputTokens: 1, outputTokens: 1 }
      if (json.stream === true) reply.stream(wire.stream(answer))
      else reply.json(wire.body(answer))
    })
    const providers = {
      openai: { type: 'openai', apiKey: 'k', baseUrl: `${provider.url}/v1` },
      anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: provider.url },
    }
    gateway = await startTestGateway({ providers }, { transport })
  })
  afterAll(async () => {
    await gateway.close()
    await provider.close()
  })

  const messages = [{ role: 'user', content: 'Hi' }]
  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ max_tokens: 9, ...body }),
    })

  test.each([
    ['/v1/chat/completions', { model: 'openai/m', messages }],
    ['/v1/chat/completions', { model: 'openai/m', messages, stream: true }],
    ['/v1/chat/completions', { model: 'anthropic/m', messages, stream: true }],
    ['/v1/messages', { model: 'anthropic/m', messages, stream: true }],
    ['/v1/messages/count_tokens', { model: 'anthropic/m', messages }],
    ['/v1/embeddings', { model: 'openai/text-embedding-3-small', input: 'Hi', max_tokens: undefined }],
  ])('%s of %j passes the trace on and logs its id', async (path, body) => {
    const id = `trace-${provider.requests.length}`
    const response = await post(path, body, { traceparent, tracestate, 'x-request-id': id })
    await response.text()
    expect(provider.requests.at(-1)?.headers).toMatchObject({ traceparent, tracestate })
    expect(await gateway.settled(id)).toMatchObject({ traceId: TRACE, status: response.status })
  })

  test.each([
    ['none', {}],
    ['one that is not valid', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, tracestate }],
  ])('of a client with %s the provider hears nothing', async (_name, headers) => {
    const id = `untraced-${provider.requests.length}`
    await (
      await post('/v1/chat/completions', { model: 'openai/m', messages }, { ...headers, 'x-request-id': id })
    ).text()
    const received = provider.requests.at(-1)?.headers
    expect([received?.traceparent, received?.tracestate]).toEqual([undefined, undefined])
    expect((await gateway.settled(id)).traceId).toBeUndefined()
  })
})
