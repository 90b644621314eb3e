import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'
import { ONE_ATTEMPT } from '../support/test-bed.js'

const PIECES = ['It is ', '4 °C', ' in Osl', 'o 🙂.']
const TEXT = PIECES.join('')
const ASK: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'How warm is it in Oslo?' }]
const USAGE = { prompt_tokens: 21, completion_tokens: 8, total_tokens: 29 }
const CALLS = [
  { id: 'toolu_1', name: 'get_weather', args: { city: 'Oslo', days: [1, 2] } },
  { id: 'toolu_2', name: 'get_weather', args: { city: 'Bergen "B"' } },
]
const fixture = (name: string) => readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url), 'utf8')

let trio: Trio
let client: OpenAI

beforeAll(async () => {
  trio = await startTrio({
    attempts: ONE_ATTEMPT,
    models: [{ id: 'house/small', provider: 'openai', upstreamName: 'gpt-4o-mini' }],
  })
  client = new OpenAI({ baseURL: `${trio.gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => trio.close())

describe.each(TRIO)('the official OpenAI client in front of $name', (provider) => {
  const { model } = provider

  test('gets a whole answer', async () => {
    trio.answer(provider, wireAnswer({ pieces: PIECES }))
    const completion = await client.chat.completions.create({ model, messages: ASK })
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'upstream-model',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: TEXT, refusal: null } }],
      usage: USAGE,
    })
    expect(completion._request_id).toMatch(/\w/)
  })

  test('gets a stream, with usage only when it asks for it', async () => {
    trio.answer(provider, wireAnswer({ pieces: PIECES }), wireAnswer({ pieces: PIECES }))
    for (const include_usage of [true, false]) {
      const stream = await client.chat.completions.create({
        model,
        messages: ASK,
        stream: true,
        stream_options: { include_usage },
      })
      let text = ''
      const ids = new Set<string>()
      const counted: OpenAI.ChatCompletionChunk[] = []
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? ''
        ids.add(`${chunk.id} ${chunk.created} ${chunk.model}`)
        if (chunk.choices.length === 0) counted.push(chunk)
      }
      expect(text).toBe(TEXT)
      expect(ids.size).toBe(1)
      expect(counted.map(({ usage }) => usage)).toMatchObject(include_usage ? [USAGE] : [])
    }
  })

  test('follows a stream of text and tool calls with the helper', async () => {
    trio.answer(provider, wireAnswer({ pieces: PIECES, calls: CALLS }))
    const stream = client.chat.completions.stream({ model, messages: ASK, tools: [tool()] })
    const seen: string[] = []
    const done: string[] = []
    stream.on('content', (delta) => seen.push(delta))
    stream.on('tool_calls.function.arguments.done', (call) => done.push(`${call.index} ${call.name}`))
    const completion = await stream.finalChatCompletion()
    expect(seen.join('')).toBe(TEXT)
    expect(done).toEqual(['0 get_weather', '1 get_weather'])
    const [choice] = completion.choices
    expect(choice?.finish_reason).toBe('tool_calls')
    expect(readCalls(choice?.message)).toEqual(CALLS.map(({ args }) => args))
  })

  test('runs tools to the end with the helper', async () => {
    trio.answer(provider, wireAnswer({ calls: CALLS }), wireAnswer({ pieces: PIECES }))
    const cities: string[] = []
    const runner = client.chat.completions.runTools({
      model,
      messages: ASK,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather of a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: (text: string): { city: string } => JSON.parse(text),
            function: ({ city }: { city: string }) => {
              cities.push(city)
              return { celsius: 4 }
            },
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe(TEXT)
    expect(cities).toEqual(['Oslo', 'Bergen "B"'])
    expect(JSON.stringify(trio.sent())).toContain('celsius')
  })

  test('parses structured output', async () => {
    const Weather = z.object({ city: z.string(), celsius: z.number(), tags: z.array(z.enum(['cold', 'wet'])) })
    const json = JSON.stringify({ city: 'Oslo', celsius: 4, tags: ['cold'] })
    trio.answer(provider, wireAnswer({ pieces: [json.slice(0, 9), json.slice(9)] }))
    const completion = await client.chat.completions.parse({
      model,
      messages: ASK,
      response_format: zodResponseFormat(Weather, 'weather'),
    })
    expect(completion.choices[0]?.message.parsed).toEqual({ city: 'Oslo', celsius: 4, tags: ['cold'] })
    expect(JSON.stringify(trio.sent())).toContain('"celsius"')
  })

  test('reads reasoning where it is customary', async () => {
    const answer = wireAnswer({ thinking: [{ text: 'Look outside.', signature: 'EqQB==' }], pieces: PIECES })
    trio.answer(provider, answer, answer)
    const whole = await client.chat.completions.create({ model, messages: ASK })
    expect(whole.choices[0]?.message).toMatchObject({ reasoning_content: 'Look outside.', content: TEXT })
    const stream = await client.chat.completions.create({ model, messages: ASK, stream: true })
    let reasoning = ''
    for await (const chunk of stream) {
      const delta: Readonly<Record<string, unknown>> = { ...chunk.choices[0]?.delta }
      reasoning += typeof delta.reasoning_content === 'string' ? delta.reasoning_content : ''
    }
    expect(reasoning).toBe('Look outside.')
  })

  test('gets a typed error for each way in which a provider refuses', async () => {
    const family = provider.name === 'google' ? 'gemini' : provider.name
    const refuse = (status: number, name = `${family}-error-${status}.json`, headers = {}) =>
      trio.script((reply) => reply.json(fixture(name), status, headers))
    const create = () => client.chat.completions.create({ model, messages: ASK })

    refuse(400)
    await expect(create()).rejects.toThrow(OpenAI.BadRequestError)
    refuse(404)
    await expect(create()).rejects.toThrow(OpenAI.NotFoundError)
    refuse(429, undefined, { 'retry-after': '12' })
    const limited = await create().catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(OpenAI.RateLimitError)
    expect(limited).toMatchObject({ code: 'rate_limit_exceeded', type: 'rate_limit_error', status: 429 })
    refuse(500)
    await expect(create()).rejects.toMatchObject({ status: 502, code: 'upstream_error' })
    refuse(family === 'anthropic' ? 529 : 503)
    await expect(create()).rejects.toMatchObject({ status: 503, code: 'overloaded' })
    const keyRefused = family === 'gemini' ? 'gemini-error-401-as-400.json' : `${family}-error-401.json`
    refuse(family === 'gemini' ? 400 : 401, keyRefused)
    await expect(create()).rejects.toMatchObject({ status: 502, code: 'upstream_auth_failed' })
  })

  test('gets an error out of a stream that breaks', async () => {
    trio.script((reply) =>
      reply.stream(fixture(`${provider.name === 'google' ? 'gemini' : provider.name}-stream-midstream-error.sse`)),
    )
    const stream = await client.chat.completions.create({ model, messages: ASK, stream: true })
    let text = ''
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    })()
    await expect(reading).rejects.toThrow(OpenAI.APIError)
    expect(text).toBe('Partial ')
  })
})

describe('the official OpenAI client', () => {
  test('sends an image by its https address', async () => {
    const image = 'https://example.com/cat.png'
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: image, detail: 'low' } }] },
    ]
    for (const provider of TRIO) {
      trio.answer(provider, wireAnswer({ pieces: ['A cat.'] }))
      const completion = await client.chat.completions.create({ model: provider.model, messages })
      expect(completion.choices[0]?.message.content).toBe('A cat.')
      expect(JSON.stringify(trio.sent())).toContain(image)
    }
  })

  test('gets several choices and log probabilities from a provider that has them', async () => {
    const logprobs = {
      content: [{ token: 'Yes', bytes: [89, 101, 115], logprob: -0.1, top_logprobs: [] }],
      refusal: null,
    }
    const choices = ['Yes', 'No'].map((content, index) => ({
      index,
      message: { role: 'assistant', content, refusal: null },
      logprobs: index === 0 ? logprobs : null,
      finish_reason: 'stop',
    }))
    trio.script((reply) => reply.json({ id: 'x', object: 'chat.completion', created: 1, model: 'gpt-4o', choices }))
    const body = { model: 'gpt-4o', messages: ASK, n: 2, logprobs: true, top_logprobs: 1 }
    const completion = await client.chat.completions.create(body)
    expect(completion.choices).toEqual(choices)
    expect(trio.sent()).toMatchObject({ n: 2, logprobs: true, top_logprobs: 1 })

    const delta = (index: number, fields: object, more: object = {}) =>
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index, delta: fields, finish_reason: null, ...more }] })}\n\n`
    trio.script((reply) =>
      reply.stream(
        delta(0, { role: 'assistant', content: '' }) +
          delta(0, { content: 'Yes' }, { logprobs }) +
          delta(1, { role: 'assistant', content: 'No' }) +
          delta(1, {}, { finish_reason: 'stop' }) +
          delta(0, {}, { finish_reason: 'stop' }) +
          'data: [DONE]\n\n',
      ),
    )
    const streamed = await client.chat.completions.stream(body).finalChatCompletion()
    expect(streamed.choices.map(({ message }) => message.content)).toEqual(['Yes', 'No'])
    expect(streamed.choices[0]?.logprobs?.content).toEqual(logprobs.content)
  })

  test('gets its own mistakes explained', async () => {
    const wrong = client.chat.completions.create({ model: 'gpt-4o', messages: ASK, temperature: 9 })
    await expect(wrong).rejects.toThrow(OpenAI.BadRequestError)
    await expect(wrong).rejects.toMatchObject({ param: 'temperature', type: 'invalid_request_error' })
    const several = client.chat.completions.create({ model: 'claude-sonnet-4-6', messages: ASK, n: 2 })
    await expect(several).rejects.toMatchObject({ status: 400, param: 'n', code: 'unsupported_parameter' })
    const unknown = client.chat.completions.create({ model: 'gpt-4oo', messages: ASK })
    await expect(unknown).rejects.toThrow(OpenAI.NotFoundError)
    await expect(unknown).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('gpt-4o') })
  })

  test('waits as long as a provider asks before it tries again', async () => {
    let requests = 0
    trio.script((reply) => {
      requests += 1
      if (requests === 1) reply.json(fixture('openai-error-503.json'), 503, { 'retry-after': '1' })
      else reply.json(fixture('openai-response-text.json'))
    })
    const patient = new OpenAI({ baseURL: `${trio.gateway.url}/v1`, apiKey: 'any', maxRetries: 1 })
    const completion = await patient.chat.completions.create({ model: 'gpt-4o', messages: ASK })
    expect(completion.choices[0]?.message.content).toBe('Lisbon is the capital of Portugal.')
    expect(requests).toBe(2)
  })

  test('lists models and retrieves one, also by a name with a slash', async () => {
    const ids: string[] = []
    for await (const model of client.models.list()) ids.push(model.id)
    expect(ids).toEqual(expect.arrayContaining(['auto', 'gpt-4o', 'claude-sonnet-4-6', 'gemini-3.8-flash']))
    expect(new Set(ids).size).toBe(ids.length)
    expect(await client.models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model', owned_by: 'openai' })
    expect(await client.models.retrieve('house/small')).toMatchObject({ id: 'house/small' })
    await expect(client.models.retrieve('gpt-0')).rejects.toThrow(OpenAI.NotFoundError)
  })
})

function tool(): OpenAI.ChatCompletionFunctionTool {
  return { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
}

function readCalls(message: OpenAI.ChatCompletionMessage | undefined): unknown[] {
  return (message?.tool_calls ?? []).flatMap((call) =>
    call.type === 'function' ? [JSON.parse(call.function.arguments)] : [],
  )
}
