import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'
import { ONE_ATTEMPT } from '../support/test-bed.js'

const PIECES = ['It is ', '4 °C', ' in Osl', 'o 🙂.']
const TEXT = PIECES.join('')
const ASK: Anthropic.MessageParam[] = [{ role: 'user', content: 'How warm is it in Oslo?' }]
const TOOLS: Anthropic.Tool[] = [
  { name: 'get_weather', description: 'The weather', input_schema: { type: 'object', properties: { city: {} } } },
]
const CALLS = [
  { id: 'toolu_1', name: 'get_weather', args: { city: 'Oslo', days: [1, 2] } },
  { id: 'toolu_2', name: 'get_weather', args: {} },
]
const fixture = (name: string) => readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url), 'utf8')
const digest = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`

let trio: Trio
let client: Anthropic

beforeAll(async () => {
  trio = await startTrio({
    attempts: ONE_ATTEMPT,
    auth: {
      keys: [
        { name: 'all', hash: digest('key-of-all'), tenant: 'a' },
        { name: 'one', hash: digest('key-of-one'), tenant: 'a', models: ['gpt-4o'] },
      ],
    },
  })
  client = new Anthropic({ baseURL: trio.gateway.url, apiKey: 'key-of-all', maxRetries: 0 })
})
afterAll(() => trio.close())
beforeEach(() => {
  trio.server.requests.length = 0
})

describe.each(TRIO)('the official Anthropic client in front of $name', (provider) => {
  const base = { model: provider.model, max_tokens: 1000 }

  test('gets a whole message', async () => {
    trio.answer(provider, wireAnswer({ pieces: PIECES }))
    const message = await client.messages.create({ ...base, system: 'Be brief.', messages: ASK })
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'upstream-model',
      content: [{ type: 'text', text: TEXT }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 21, output_tokens: 8 },
    })
    expect(message._request_id).toMatch(/\w/)
    expect(JSON.stringify(trio.sent())).toContain('Be brief.')
  })

  test('follows a stream with the helper', async () => {
    trio.answer(provider, wireAnswer({ pieces: PIECES, calls: CALLS }))
    const stream = client.messages.stream({ ...base, messages: ASK, tools: TOOLS })
    let text = ''
    const kinds: string[] = []
    stream.on('text', (delta) => {
      text += delta
    })
    stream.on('contentBlock', (block) => kinds.push(block.type))
    const message = await stream.finalMessage()
    expect(text).toBe(TEXT)
    expect(kinds).toEqual(['text', 'tool_use', 'tool_use'])
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'text', text: TEXT },
      ...CALLS.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
    ])
    expect(message.usage).toMatchObject({ input_tokens: 21, output_tokens: 8 })
  })

  test.each([false, true])('goes through a tool loop (streaming: %s)', async (stream) => {
    trio.answer(provider, wireAnswer({ pieces: ['Let me look.'], calls: CALLS }), wireAnswer({ pieces: PIECES }))
    const messages = [...ASK]
    const turn = async (): Promise<Anthropic.Message> =>
      stream
        ? client.messages.stream({ ...base, messages, tools: TOOLS }).finalMessage()
        : client.messages.create({ ...base, messages, tools: TOOLS })
    const first = await turn()
    const uses = first.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []))
    expect(uses).toHaveLength(2)
    messages.push({ role: 'assistant', content: first.content })
    messages.push({
      role: 'user',
      content: uses.map(({ id }, at) => ({ type: 'tool_result', tool_use_id: id, content: `${at} degrees` })),
    })
    expect((await turn()).content).toMatchObject([{ type: 'text', text: TEXT }])
    const sent = JSON.stringify(trio.sent())
    for (const result of ['0 degrees', '1 degrees', 'Let me look.']) expect(sent).toContain(result)
  })

  test.each([false, true])('sees thinking and can bring it back (streaming: %s)', async (stream) => {
    const thinking = [{ text: 'Look outside.', signature: 'EqQB==' }]
    trio.answer(provider, wireAnswer({ thinking, pieces: PIECES }), wireAnswer({ pieces: ['Yes.'] }))
    const body = { ...base, max_tokens: 4000, thinking: { type: 'enabled' as const, budget_tokens: 1024 } }
    const first = stream
      ? await client.messages.stream({ ...body, messages: ASK }).finalMessage()
      : await client.messages.create({ ...body, messages: ASK })
    expect(first.content).toMatchObject([
      { type: 'thinking', thinking: 'Look outside.' },
      { type: 'text', text: TEXT },
    ])
    const second = await client.messages.create({
      ...body,
      messages: [...ASK, { role: 'assistant', content: first.content }, { role: 'user', content: 'Sure?' }],
    })
    expect(second.content).toMatchObject([{ type: 'text', text: 'Yes.' }])
    const sent = JSON.stringify(trio.sent())
    if (provider.name === 'anthropic') expect(sent).toContain('"thinking":"Look outside.","signature":"EqQB=="')
    // What one family thought means nothing to another, and a summary nothing to its own.
    else expect(sent).not.toContain('Look outside.')
  })

  test('counts tokens', async () => {
    trio.script((reply) => reply.json({ input_tokens: 4711 }))
    const { input_tokens } = await client.messages.countTokens(
      { model: provider.model, messages: ASK, tools: TOOLS },
      { headers: { 'anthropic-beta': 'some-beta-2026-01-01' } },
    )
    if (provider.name === 'anthropic') {
      expect(input_tokens).toBe(4711)
      expect(trio.server.requests).toMatchObject([
        {
          path: '/v1/messages/count_tokens',
          json: { model: provider.model, messages: ASK },
          headers: { 'x-api-key': 'k', 'anthropic-beta': 'some-beta-2026-01-01', 'anthropic-version': '2023-06-01' },
        },
      ])
    } else {
      expect(input_tokens).toBeGreaterThan(10)
      expect(input_tokens).toBeLessThan(200)
      expect(trio.server.requests).toEqual([])
    }
  })

  test('gets a typed error for each way in which a provider refuses', async () => {
    const family = provider.name === 'google' ? 'gemini' : provider.name
    const refuse = (status: number, name = `${family}-error-${status}.json`, headers = {}) =>
      trio.script((reply) => reply.json(fixture(name), status, headers))
    const create = () => client.messages.create({ ...base, messages: ASK })
    const typed = (status: number, type: string) => ({ status, error: { type: 'error', error: { type } } })

    refuse(400)
    await expect(create()).rejects.toThrow(Anthropic.BadRequestError)
    refuse(404)
    await expect(create()).rejects.toMatchObject(typed(404, 'not_found_error'))
    refuse(429, undefined, { 'retry-after': '12' })
    const limited = await create().catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(Anthropic.RateLimitError)
    expect(limited).toMatchObject({ ...typed(429, 'rate_limit_error'), requestID: expect.stringMatching(/\w/) })
    refuse(500)
    await expect(create()).rejects.toMatchObject(typed(502, 'api_error'))
    refuse(family === 'anthropic' ? 529 : 503)
    await expect(create()).rejects.toMatchObject(typed(503, 'overloaded_error'))
    const keyRefused = family === 'gemini' ? 'gemini-error-401-as-400.json' : `${family}-error-401.json`
    refuse(family === 'gemini' ? 400 : 401, keyRefused)
    await expect(create()).rejects.toMatchObject(typed(502, 'api_error'))
  })

  test('gets an error out of a stream that breaks', async () => {
    const family = provider.name === 'google' ? 'gemini' : provider.name
    trio.script((reply) => reply.stream(fixture(`${family}-stream-midstream-error.sse`)))
    const stream = client.messages.stream({ ...base, messages: ASK })
    let text = ''
    stream.on('text', (delta) => {
      text += delta
    })
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIError)
    expect(text).toBe('Partial ')
  })
})

describe('the official Anthropic client', () => {
  test('gets its own mistakes explained', async () => {
    const wrong = client.messages.create({ model: 'claude-sonnet-4-6', max_tokens: 10, messages: ASK, temperature: 9 })
    await expect(wrong).rejects.toThrow(Anthropic.BadRequestError)
    await expect(wrong).rejects.toThrow(/temperature/)
    const unknown = client.messages.create({ model: 'claude-0', max_tokens: 10, messages: ASK })
    await expect(unknown).rejects.toThrow(Anthropic.NotFoundError)
    const stranger = new Anthropic({ baseURL: trio.gateway.url, apiKey: 'nobody', maxRetries: 0 })
    const refused = stranger.messages.create({ model: 'gpt-4o', max_tokens: 10, messages: ASK })
    await expect(refused).rejects.toThrow(Anthropic.AuthenticationError)
  })

  test('may neither use nor count with a model that its key does not allow', async () => {
    const bound = new Anthropic({ baseURL: trio.gateway.url, apiKey: 'key-of-one', maxRetries: 0 })
    const model = 'claude-sonnet-4-6'
    await expect(bound.messages.create({ model, max_tokens: 10, messages: ASK })).rejects.toThrow(
      Anthropic.PermissionDeniedError,
    )
    await expect(bound.messages.countTokens({ model, messages: ASK })).rejects.toThrow(Anthropic.PermissionDeniedError)
    expect(await bound.messages.countTokens({ model: 'gpt-4o', messages: ASK })).toHaveProperty('input_tokens')
    expect(trio.server.requests).toEqual([])
  })

  test('lists models and retrieves one', async () => {
    const ids: string[] = []
    for await (const model of client.models.list()) ids.push(model.id)
    expect(ids).toEqual(expect.arrayContaining(['gpt-4o', 'claude-sonnet-4-6']))
    expect(await client.models.retrieve('claude-sonnet-4-6')).toMatchObject({ id: 'claude-sonnet-4-6', type: 'model' })
  })

  test('sends documents and images to a provider of its own family untouched', async () => {
    const [provider] = TRIO.filter(({ name }) => name === 'anthropic')
    if (provider === undefined) throw new Error('no provider')
    trio.answer(provider, wireAnswer({ pieces: ['A cat.'] }))
    const messages: Anthropic.MessageParam[] = [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A cat.' }, title: 'Cats' },
        ],
      },
    ]
    await client.messages.create({ model: provider.model, max_tokens: 10, messages })
    expect(trio.sent()).toEqual({ model: provider.model, max_tokens: 10, messages })
  })
})
