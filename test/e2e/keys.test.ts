import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { keyOf, keyRow } from '../support/client-keys.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'
import { memoryCache } from '../support/memory-cache.js'
import { TRANSPORTS } from '../support/transports.js'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const LOCAL = { host: '127.0.0.1', port: 0 }

async function startWithKeys(keys: readonly object[], options: Parameters<typeof startTestGateway>[1] = {}) {
  const gateway = await startTestGateway({ server: LOCAL, auth: { keys } }, options)
  open.push(gateway)
  return gateway
}

interface Asking {
  readonly key: string
  readonly prompt?: string
  readonly model?: string
  readonly stream?: boolean
  readonly anthropic?: boolean
  readonly id?: string
}

function ask(url: string, { key, prompt = 'Hello!', model = 'sim-small', stream = false, anthropic, id }: Asking) {
  return fetch(`${url}/v1/${anthropic === true ? 'messages' : 'chat/completions'}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': keyOf(key),
      ...(id !== undefined && { 'x-request-id': id }),
    },
    body: JSON.stringify({ model, stream, max_tokens: 5000, messages: [{ role: 'user', content: prompt }] }),
  })
}

/** Reads up to the text, or to the end. */
function reading(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async (wanted?: string): Promise<string> => {
    while (wanted === undefined || !text.includes(wanted)) {
      const next = await reader?.read()
      if (next === undefined || next.done) return text
      text += next.value
    }
    return text
  }
}

const errorOf = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as object) })

describe('a key', () => {
  test('is refused from the moment it expires, while the gateway runs', async () => {
    const expires = new Date(Date.now() + 1500).toISOString()
    const { url } = await startWithKeys([keyRow('brief', { expires }), keyRow('other')])
    expect((await ask(url, { key: 'brief' })).status).toBe(200)
    while (Date.now() < Date.parse(expires)) await sleep(20)
    expect(await errorOf(await ask(url, { key: 'brief' }))).toMatchObject({
      status: 401,
      error: { code: 'invalid_api_key', message: 'The key has expired.' },
    })
    expect((await ask(url, { key: 'other' })).status).toBe(200)
  })

  test('sees the models of its list only, and is routed to no other', async () => {
    const keys = [
      keyRow('large', { models: ['auto', 'sim-large'] }),
      keyRow('small', { models: ['sim-small'] }),
      keyRow('any', { models: ['auto'] }),
    ]
    const { url } = await startWithKeys(keys)
    const listed = async (key: string) => {
      const answer = await fetch(`${url}/v1/models`, { headers: { 'x-api-key': keyOf(key) } })
      return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
    }
    expect(await listed('large')).toEqual(['auto', 'sim-large'])
    expect(await listed('small')).toEqual(['sim-small'])
    const routed = async (key: string, route: string) => {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': keyOf(key), 'x-route': route },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello!' }] }),
      })
      return answer.headers.get('x-llmrouter-model')
    }
    expect(await routed('large', 'cheapest')).toBe('sim-large')
    expect(await routed('large', 'quality')).toBe('sim-large')
    expect(await routed('small', 'quality')).toBe('sim-small')
    expect(await routed('any', 'quality')).toBe('sim-large')
    expect(await routed('any', 'cheapest')).toBe('sim-small')
    expect((await ask(url, { key: 'any', model: 'sim-small' })).status).toBe(403)
  })

  test('gets no kept answer of a model it may not use, though its tenant has one', async () => {
    const both = { tenant: 'shared' }
    const keys = [
      keyRow('any', { ...both, models: ['*'] }),
      keyRow('large', { ...both, models: ['auto', 'sim-large'] }),
    ]
    const { url } = await startWithKeys(keys, { cache: memoryCache() })
    const answer = async (key: string) => {
      const { headers } = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': keyOf(key), 'x-route': 'cheapest' },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello!' }] }),
      })
      return [headers.get('x-llmrouter-cache'), headers.get('x-llmrouter-model')]
    }
    expect(await answer('any')).toEqual(['MISS', 'sim-small'])
    expect(await answer('any')).toEqual(['HIT', 'sim-small'])
    expect(await answer('large')).toEqual(['MISS', 'sim-large'])
  })
})

describe('a key that is taken out of the file', () => {
  const config = (keys: readonly string[], revokeOpenStreams: boolean) => ({
    server: LOCAL,
    auth: { revokeOpenStreams, keys: keys.map((name) => keyRow(name)) },
  })
  function start(revokeOpenStreams: boolean): GatewayProcess {
    const gateway = startGatewayProcess(config(['leaving', 'staying'], revokeOpenStreams))
    open.push({ close: () => gateway.dispose() })
    return gateway
  }
  async function takeOut(gateway: GatewayProcess, url: string, revokeOpenStreams: boolean) {
    gateway.writeConfig(config(['staying'], revokeOpenStreams))
    while ((await ask(url, { key: 'leaving' })).status !== 401) await sleep(20)
  }

  test('is refused at the next reload, and its open answers are finished', async () => {
    const gateway = start(false)
    const url = await gateway.url
    const stream = reading(await ask(url, { key: 'leaving', prompt: '[[sim tokens=600 gap=5]]', stream: true }))
    await stream('"content"')
    await takeOut(gateway, url, false)
    expect(await stream()).toMatch(/data: \[DONE\]\n\n$/)
  })

  test('loses its open answers too if that is asked for, and others go on', async () => {
    const gateway = start(true)
    const url = await gateway.url
    const silent = { prompt: '[[sim tokens=600 gap=5 stall=3]]', stream: true, key: 'leaving' }
    const cut = reading(await ask(url, { ...silent, id: 'openai-1' }))
    const cutToo = reading(await ask(url, { ...silent, id: 'anthropic-1', anthropic: true }))
    await cut('"content"')
    await cutToo('text_delta')
    const whole = ask(url, { key: 'leaving', prompt: '[[sim tokens=9 ttft=60000]]', id: 'whole-1' })
    const other = reading(await ask(url, { key: 'staying', prompt: '[[sim tokens=600 gap=5]]', stream: true }))
    await other('"content"')

    await takeOut(gateway, url, true)
    expect(await cut()).toMatch(
      /data: \{"error":\{"message":"[^"]*revoked[^"]*",[^\n]*"code":"invalid_api_key"\}\}\n\n$/,
    )
    expect(await cut()).not.toContain('[DONE]')
    expect(await cutToo()).toMatch(/event: error\ndata: [^\n]*"authentication_error"[^\n]*\n\n$/)
    expect(await cutToo()).not.toContain('message_stop')
    expect(await errorOf(await whole)).toMatchObject({ status: 401, error: { code: 'invalid_api_key' } })
    expect(await other()).toMatch(/data: \[DONE\]\n\n$/)

    const settled = (id: string) => gateway.logs().find((line) => line.id === id && line.msg === 'request')
    while (settled('whole-1') === undefined) await sleep(20)
    expect(settled('openai-1')).toMatchObject({ end: 'broken', status: 200, error: 'invalid_api_key' })
    expect(settled('whole-1')).toMatchObject({ end: 'failed', status: 401, error: 'invalid_api_key' })
  })
})

describe.each(TRANSPORTS)('over %s', (transport) => {
  test('who has joined the answer of a revoked key gets it whole', async () => {
    const keys = [keyRow('leaving', { tenant: 'shared' }), keyRow('staying', { tenant: 'shared' })]
    const gateway: TestGateway = await startWithKeys(keys, { cache: memoryCache(), transport })
    const question = { prompt: '[[sim tokens=300 gap=5]]', stream: true }
    const owner = reading(await ask(gateway.url, { ...question, key: 'leaving', id: 'owner' }))
    await owner('"content"')
    const answer = await ask(gateway.url, { ...question, key: 'staying', id: 'follower' })
    expect(answer.headers.get('x-llmrouter-cache')).toBe('JOIN')
    gateway.reload({ server: LOCAL, auth: { revokeOpenStreams: true, keys: keys.slice(1) } })
    expect(await owner()).toContain('"code":"invalid_api_key"')
    const text = await reading(answer)()
    expect(text).toMatch(/data: \[DONE\]\n\n$/)
    expect(text.match(/"content":"[^"]/g)?.length).toBe(300)
    expect(await gateway.settled('owner')).toMatchObject({ end: 'broken', error: 'invalid_api_key' })
    expect(await gateway.settled('follower')).toMatchObject({ end: 'complete', cache: 'JOIN' })
  })
})
