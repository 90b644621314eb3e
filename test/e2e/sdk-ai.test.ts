import { readFileSync } from 'node:fs'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from 'ai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'

const PIECES = ['It is ', '4 °C', ' in Osl', 'o 🙂.']
const TEXT = PIECES.join('')
const Weather = z.object({ city: z.string(), celsius: z.number() })

let trio: Trio
let gateway: ReturnType<typeof createOpenAICompatible>

beforeAll(async () => {
  trio = await startTrio()
  gateway = createOpenAICompatible({
    name: 'llmrouter',
    baseURL: `${trio.gateway.url}/v1`,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })
})
afterAll(() => trio.close())

describe.each(TRIO)('the Vercel AI SDK in front of $name', (provider) => {
  const model = () => gateway(provider.model)

  test('streams text, reasoning and usage', async () => {
    trio.answer(provider, wireAnswer({ thinking: [{ text: 'Look outside.', signature: 'EqQB==' }], pieces: PIECES }))
    const result = streamText({ model: model(), prompt: 'How warm is it in Oslo?', maxRetries: 0 })
    let text = ''
    for await (const delta of result.textStream) text += delta
    expect(text).toBe(TEXT)
    expect(await result.reasoningText).toBe('Look outside.')
    expect(await result.finishReason).toBe('stop')
    expect(await result.usage).toMatchObject({ inputTokens: 21, outputTokens: 8, totalTokens: 29 })
  })

  test('generates an object, whole and streamed', async () => {
    const json = JSON.stringify({ city: 'Oslo', celsius: 4 })
    const answer = wireAnswer({ pieces: [json.slice(0, 9), json.slice(9)] })
    trio.answer(provider, answer, answer)
    const ask = { model: model(), schema: Weather, prompt: 'The weather in Oslo', maxRetries: 0 }
    expect((await generateObject(ask)).object).toEqual({ city: 'Oslo', celsius: 4 })
    expect(JSON.stringify(trio.sent())).toContain('"celsius"')
    const streamed = streamObject(ask)
    const partials: unknown[] = []
    for await (const partial of streamed.partialObjectStream) partials.push(partial)
    expect(partials.at(-1)).toEqual({ city: 'Oslo', celsius: 4 })
    expect(await streamed.object).toEqual({ city: 'Oslo', celsius: 4 })
  })

  test.each(['streamed', 'whole'])('runs tools over several steps, %s', async (way) => {
    const call = (id: string, city: string) => ({ id, name: 'get_weather', args: { city }, signature: `CsIB${id}==` })
    trio.answer(
      provider,
      wireAnswer({ pieces: ['Let me look.'], calls: [call('t1', 'Oslo'), call('t2', 'Bergen')] }),
      wireAnswer({ calls: [call('t3', 'Rome')] }),
      wireAnswer({ pieces: PIECES }),
    )
    const cities: string[] = []
    const ask = {
      model: model(),
      prompt: 'Compare the weather.',
      maxRetries: 0,
      stopWhen: stepCountIs(5),
      tools: {
        get_weather: tool({
          description: 'The weather of a city',
          inputSchema: z.object({ city: z.string() }),
          execute: async ({ city }) => {
            cities.push(city)
            return { celsius: city.length }
          },
        }),
      },
    }
    const result = way === 'whole' ? await generateText(ask) : streamText(ask)
    expect(await result.text).toBe(TEXT)
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop'])
    expect(cities).toEqual(['Oslo', 'Bergen', 'Rome'])
    const sent = JSON.stringify(trio.sent())
    for (const part of ['Let me look.', 'celsius', 'Rome']) expect(sent).toContain(part)
    if (provider.name === 'google') for (const id of ['t1', 't2', 't3']) expect(sent).toContain(`CsIB${id}==`)
  })

  test('knows a refusal that can be tried again from one that cannot', async () => {
    const family = provider.name === 'google' ? 'gemini' : provider.name
    for (const [status, retryable] of [
      [400, false],
      [429, true],
    ] as const) {
      const body = readFileSync(new URL(`../fixtures/wire/${family}-error-${status}.json`, import.meta.url), 'utf8')
      trio.script((reply) => reply.json(body, status))
      const error = await generateText({ model: model(), prompt: 'Hi', maxRetries: 0 }).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(APICallError)
      expect(error).toMatchObject({ statusCode: status, isRetryable: retryable })
    }
  })

  test('is told when a stream breaks', async () => {
    const family = provider.name === 'google' ? 'gemini' : provider.name
    const body = readFileSync(new URL(`../fixtures/wire/${family}-stream-midstream-error.sse`, import.meta.url), 'utf8')
    trio.script((reply) => reply.stream(body))
    const errors: unknown[] = []
    const result = streamText({
      model: model(),
      prompt: 'Hi',
      maxRetries: 0,
      onError: ({ error }) => {
        errors.push(error)
      },
    })
    let text = ''
    for await (const delta of result.textStream) text += delta
    expect(text).toBe('Partial ')
    expect(errors).toHaveLength(1)
  })
})
