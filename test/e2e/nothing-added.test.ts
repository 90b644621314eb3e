import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { TRANSPORTS } from '../support/transports.js'
import { anthropicWire, openaiWire } from '../support/wire-answers.js'

/** What the gateway must not change, add or let through. */
describe.each(TRANSPORTS)('on %s', (transport) => {
  let provider: ProviderServer
  let gateway: TestGateway

  beforeAll(async () => {
    provider = await startProviderServer()
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

  const post = (path: string, body: string | Buffer) =>
    fetch(gateway.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

  test.each(['/v1/chat/completions', '/v1/messages', '/v1/messages/count_tokens'])(
    'a body that is not UTF-8 is refused by %s, not repaired',
    async (path) => {
      const text = '{"model":"openai/m","max_tokens":9,"messages":[{"role":"user","content":"bad ?"}]}'
      const before = provider.requests.length
      const response = await post(path, Buffer.from(text.replace('?', '\xff'), 'latin1'))
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('not valid UTF-8')
      expect(provider.requests.length).toBe(before)
    },
  )

  test('a model name that no header could hold is refused', async () => {
    const body = { model: `openai/${'z'.repeat(20_000)}`, messages: [{ role: 'user', content: 'Hi' }] }
    const response = await post('/v1/chat/completions', JSON.stringify(body))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'model' } })
  })

  const answer = { model: 'm', pieces: ['Hello'], inputTokens: 1, outputTokens: 1 }
  const LATE = 'event: late\ndata: {"choices":[{"index":0,"delta":{"content":"LATE"}}],"type":"late"}\n\n'
  test.each([
    { path: '/v1/chat/completions', model: 'openai/m', whole: openaiWire.stream(answer) },
    { path: '/v1/messages', model: 'anthropic/m', whole: anthropicWire.stream(answer) },
  ])('what follows the terminator of $path is not relayed, however it is cut', async ({ path, model, whole }) => {
    const body = JSON.stringify({
      model,
      max_tokens: 9,
      stream: true,
      stream_options: path.endsWith('completions') ? { include_usage: true } : undefined,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    for (const writes of [[whole + LATE + whole], [whole, LATE + whole]]) {
      provider.script(async (reply) => {
        reply.open()
        for (const write of writes) {
          reply.write(write)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
        reply.end()
      })
      expect(await (await post(path, body)).text()).toBe(whole)
    }
  })
})
