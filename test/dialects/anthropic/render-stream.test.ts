import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAnswerCollector, eventsOf } from '../../../src/core/answer-collector.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { AssistantPart } from '../../../src/core/message.js'
import type { StreamEvent } from '../../../src/core/stream-event.js'
import { renderResponse } from '../../../src/dialects/anthropic/render-response.js'
import { createStreamRenderer } from '../../../src/dialects/anthropic/render-stream.js'
import { ANSWERS, answer, CONTEXT, call, redacted, refusal, text, thinking } from './answers.js'
import { collectWithSdk, plain, renderAll, type WireEvent, wireEvents } from './collect.js'
import { type ReplayServer, startReplayServer } from './replay-server.js'

let server: ReplayServer

beforeAll(async () => {
  server = await startReplayServer()
})
afterAll(() => server.close())

const REQUEST = { model: 'm', max_tokens: 100, messages: [{ role: 'user' as const, content: 'hi' }] }

describe.each(ANSWERS)('$name', ({ response }) => {
  const rendered = renderAll(eventsOf(response), CONTEXT)

  test('reaches the official client as the whole message does', async () => {
    server.answer(200, 'text/event-stream', rendered)
    const streamed = await server.client.messages.stream(REQUEST).finalMessage()
    server.answer(200, 'application/json', renderResponse(response, CONTEXT))
    const whole = await server.client.messages.create(REQUEST)
    expect(plain(streamed)).toEqual(plain(whole))
  })

  test('keeps the laws of the stream', () => expectLaws(wireEvents(rendered)))
})

test('a finished stream has one start, one delta of the message and one stop, in this order', () => {
  const names = wireEvents(renderAll(eventsOf(answer([text('Hi')])), CONTEXT)).map(({ event }) => event)
  expect(names).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

test('the exact bytes of a short answer', () => {
  const rendered = renderAll(eventsOf(answer([text('Hi')])), CONTEXT)
  expect(rendered.split('\n\n').slice(1, 4).join('\n\n')).toBe(
    'event: content_block_start\n' +
      'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}\n\n' +
      'event: content_block_delta\n' +
      'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}\n\n' +
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
  )
})

test('nothing is sent before the first content, so that it can still become a proper status', () => {
  const renderer = createStreamRenderer(CONTEXT)
  expect(renderer.render({ type: 'start', id: 'x', model: 'reported' })).toBe('')
  expect(renderer.render({ type: 'usage', usage: { inputTokens: 50, outputTokens: 1, cachedTokens: 20 } })).toBe('')
  const [start] = wireEvents(renderer.render({ type: 'text-delta', choice: 0, text: 'a' }))
  expect(start?.data.message).toMatchObject({
    id: 'msg_abc123',
    model: 'reported',
    content: [],
    usage: { input_tokens: 30, cache_read_input_tokens: 20, output_tokens: 1 },
  })
})

test('the model that was asked for is shown when the provider reports none', () => {
  const events: StreamEvent[] = [
    { type: 'start', id: undefined, model: undefined },
    { type: 'finish', choice: 0, reason: 'stop' },
  ]
  expect(wireEvents(renderAll(events, CONTEXT))[0]?.data.message).toMatchObject({ model: 'asked-model' })
})

test('counts that come after the finish are in message_delta, cached and written ones apart', () => {
  const events: StreamEvent[] = [
    { type: 'start', id: 'x', model: 'm' },
    { type: 'text-delta', choice: 0, text: 'a' },
    { type: 'finish', choice: 0, reason: 'stop' },
    {
      type: 'usage',
      usage: { inputTokens: 100, outputTokens: 9, cachedTokens: 60, cacheWriteTokens: 30, reasoningTokens: 4 },
    },
  ]
  expect(wireEvents(renderAll(events, CONTEXT)).at(-2)?.data.usage).toEqual({
    input_tokens: 10,
    cache_read_input_tokens: 60,
    cache_creation_input_tokens: 30,
    output_tokens: 9,
    output_tokens_details: { thinking_tokens: 4 },
    server_tool_use: null,
  })
})

test('newer counts replace older ones and are never added', () => {
  const renderer = createStreamRenderer(CONTEXT)
  renderer.render({ type: 'usage', usage: { inputTokens: 5, outputTokens: 1 } })
  renderer.render({ type: 'usage', usage: { inputTokens: 5, outputTokens: 8 } })
  renderer.render({ type: 'finish', choice: 0, reason: 'stop' })
  expect(wireEvents(renderer.end())[0]?.data.usage).toMatchObject({ input_tokens: 5, output_tokens: 8 })
})

test('tool calls side by side come out one after the other, complete and in order', async () => {
  const events: StreamEvent[] = [
    { type: 'start', id: 'x', model: 'm' },
    { type: 'tool-start', choice: 0, index: 0, id: 'a', name: 'first' },
    { type: 'tool-start', choice: 0, index: 1, id: 'b', name: 'second' },
    { type: 'tool-delta', choice: 0, index: 1, arguments: '{"b":' },
    { type: 'tool-delta', choice: 0, index: 0, arguments: '{"a":' },
    { type: 'tool-start', choice: 0, index: 2, id: 'c', name: 'third' },
    { type: 'tool-delta', choice: 0, index: 2, arguments: '{"c":3}' },
    { type: 'tool-delta', choice: 0, index: 0, arguments: '1}' },
    { type: 'tool-end', choice: 0, index: 0 },
    { type: 'tool-delta', choice: 0, index: 1, arguments: '2}' },
    { type: 'text-delta', choice: 0, text: 'after' },
    { type: 'finish', choice: 0, reason: 'tool-calls' },
  ]
  const rendered = renderAll(events, CONTEXT)
  expectLaws(wireEvents(rendered))
  expect((await collectWithSdk(rendered)).content).toMatchObject([
    { name: 'first', input: { a: 1 } },
    { name: 'second', input: { b: 2 } },
    { name: 'third', input: { c: 3 } },
    { type: 'text', text: 'after' },
  ])
})

test('only the first choice is shown', () => {
  const events: StreamEvent[] = [
    { type: 'start', id: 'x', model: 'm' },
    { type: 'text-delta', choice: 1, text: 'other' },
    { type: 'text-delta', choice: 0, text: 'mine' },
    { type: 'finish', choice: 1, reason: 'length' },
    { type: 'finish', choice: 0, reason: 'stop' },
  ]
  const rendered = renderAll(events, CONTEXT)
  expect(rendered).not.toContain('other')
  expect(rendered).toContain('"stop_reason":"end_turn"')
})

test('a character whose halves came apart is whole at the client', async () => {
  const [high, low] = ['👋'.slice(0, 1), '👋'.slice(1)]
  const events: StreamEvent[] = [
    { type: 'start', id: 'x', model: 'm' },
    { type: 'text-delta', choice: 0, text: high },
    { type: 'text-delta', choice: 0, text: low },
    { type: 'finish', choice: 0, reason: 'stop' },
  ]
  server.answer(200, 'text/event-stream', renderAll(events, CONTEXT))
  expect(await server.client.messages.stream(REQUEST).finalText()).toBe('👋')
})

test("a thought signature stands in the call's block", async () => {
  const response = answer([call('a', 'f', '{}', 'SIG')], { finishReason: 'tool-calls' })
  const { content } = await collectWithSdk(renderAll(eventsOf(response), CONTEXT))
  expect(content).toMatchObject([{ extra_content: { google: { thought_signature: 'SIG' } } }])
})

test('thinking of another family carries the name of its maker, sealed or not', async () => {
  const events = eventsOf(answer([thinking('Hm.', 'S=='), thinking('Unsealed.'), redacted('D==')]))
  const { content } = await collectWithSdk(renderAll(events, { ...CONTEXT, origin: 'gemini' }))
  expect(content).toMatchObject([{ signature: 'gemini:S==' }, { signature: 'gemini:' }, { data: 'gemini:D==' }])
})

describe('a stream that breaks', () => {
  const overloaded = new GatewayError('overloaded', 'The provider is overloaded.')

  function broken(): string {
    const renderer = createStreamRenderer(CONTEXT)
    return (
      renderer.render({ type: 'start', id: 'x', model: 'm' }) +
      renderer.render({ type: 'text-delta', choice: 0, text: 'partial' }) +
      renderer.fail(overloaded)
    )
  }

  test('ends with an error event and without message_stop', () => {
    const events = wireEvents(broken())
    expect(events.at(-1)).toEqual({
      event: 'error',
      data: {
        type: 'error',
        error: { type: 'overloaded_error', message: 'The provider is overloaded.' },
        request_id: 'req_1',
      },
    })
    expect(events.map(({ event }) => event)).not.toContain('message_stop')
  })

  test('throws in the official client', async () => {
    server.answer(200, 'text/event-stream', broken())
    await expect(server.client.messages.stream(REQUEST).finalMessage()).rejects.toThrow('The provider is overloaded.')
  })

  test('is not taken for a success when no finish came', () => {
    const renderer = createStreamRenderer(CONTEXT)
    renderer.render({ type: 'text-delta', choice: 0, text: 'partial' })
    const events = wireEvents(renderer.end())
    expect(events.map(({ event }) => event)).toEqual(['error'])
  })
})

describe('for any answer', () => {
  const anyPart: fc.Arbitrary<AssistantPart> = fc.oneof(
    fc.string({ unit: 'binary' }).map(text),
    fc.string().map(refusal),
    fc.tuple(fc.string(), fc.option(fc.base64String(), { nil: undefined })).map(([a, b]) => thinking(a, b)),
    fc.base64String({ minLength: 1 }).map(redacted),
    fc
      .tuple(fc.string(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))
      .map(([id, name, input]) => call(id, name, JSON.stringify(input))),
  )

  const anyOrigin = fc.constantFrom('anthropic' as const, 'gemini' as const, 'openai' as const)

  test('the streamed message equals the whole one and the laws hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPart), fc.infiniteStream(fc.nat(5)), anyOrigin, async (parts, cuts, origin) => {
        const events = eventsOf(answer(parts)).flatMap((event) => cut(event, cuts))
        const collector = createAnswerCollector(origin)
        for (const event of events) collector.push(event)
        const rendered = renderAll(events, { ...CONTEXT, origin })
        expectLaws(wireEvents(rendered))
        const whole = JSON.parse(renderResponse(collector.response(), CONTEXT))
        expect(await collectWithSdk(rendered)).toEqual(whole)
      }),
    )
  })
})

/** A delta as several, the way a provider might have cut it. */
function cut(event: StreamEvent, cuts: fc.Stream<number>): StreamEvent[] {
  const at = cuts.next().value ?? 0
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return [
        { ...event, text: event.text.slice(0, at) },
        { ...event, text: event.text.slice(at) },
      ]
    case 'tool-delta':
      return [
        { ...event, arguments: event.arguments.slice(0, at) },
        { ...event, arguments: event.arguments.slice(at) },
      ]
    default:
      return [event]
  }
}

function expectLaws(events: readonly WireEvent[]): void {
  const names = events.map(({ event }) => event)
  expect(names[0]).toBe('message_start')
  expect(names.slice(-2)).toEqual(['message_delta', 'message_stop'])
  for (const once of ['message_start', 'message_delta', 'message_stop']) {
    expect(names.filter((name) => name === once)).toHaveLength(1)
  }
  let open: number | undefined
  let next = 0
  for (const { event, data } of events) {
    if (event === 'content_block_start') {
      expect(open).toBeUndefined()
      expect(data.index).toBe(next)
      open = next
      next += 1
    } else if (event === 'content_block_delta') {
      expect(data.index).toBe(open)
    } else if (event === 'content_block_stop') {
      expect(data.index).toBe(open)
      open = undefined
    }
  }
  expect(open).toBeUndefined()
}
