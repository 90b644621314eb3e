import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'

const QUICK = '[[sim ttft=0 gap=0 tokens=3]]'

describe('a routed request', () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway({
      aliases: { smart: 'auto' },
      models: [{ id: 'sim-small', contextTokens: 2000, capabilities: ['tools', 'vision'] }],
    })
  })
  afterAll(() => gateway.close())

  async function ask(fields: object, headers: Record<string, string> = {}, path = '/v1/chat/completions') {
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: `Hi ${QUICK}` }], ...fields }),
    })
    return {
      status: response.status,
      model: response.headers.get('x-llmrouter-model'),
      route: response.headers.get('x-llmrouter-route'),
      body: (await response.json()) as { error?: { code: string; param: string; message: string } },
    }
  }
  const cheapest = { 'x-route': 'cheapest' }

  test('goes to the cheap model when it can serve', async () => {
    expect(await ask({}, cheapest)).toMatchObject({ model: 'sim-small', route: 'strategy=cheapest; reason=strategy' })
  })

  test('goes past a model that cannot reason, in either dialect', async () => {
    expect(await ask({ reasoning_effort: 'low' }, cheapest)).toMatchObject({
      model: 'sim-large',
      route: 'strategy=cheapest; reason=capability:reasoning',
    })
    const thinking = { max_tokens: 2000, thinking: { type: 'adaptive' } }
    expect(await ask(thinking, cheapest, '/v1/messages')).toMatchObject({
      model: 'sim-large',
      route: 'strategy=cheapest; reason=capability:reasoning',
    })
  })

  test('goes past a model whose window is too short', async () => {
    const content = `${'A long story. '.repeat(1000)}${QUICK}`
    expect(await ask({ messages: [{ role: 'user', content }] }, cheapest)).toMatchObject({
      model: 'sim-large',
      route: 'strategy=cheapest; reason=context',
    })
  })

  test('is a 400 that names what no model can do', async () => {
    const content = [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }]
    const { body, status } = await ask({ messages: [{ role: 'user', content }] })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'unsupported_parameter', param: 'messages[0].content[0]' })
    expect(body.error?.message).toContain("'audio'")
  })

  test('may be asked for by an alias', async () => {
    expect(await ask({ model: 'smart' }, cheapest)).toMatchObject({ model: 'sim-small', status: 200 })
  })

  test('a model that is named keeps its request, whatever it lacks', async () => {
    expect(await ask({ model: 'sim-small', reasoning_effort: 'low' })).toMatchObject({
      model: 'sim-small',
      route: null,
    })
  })
})
