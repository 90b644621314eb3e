import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAnswerCollector, eventsOf } from '../../src/core/answer-collector.js'
import type { ChatResponse } from '../../src/core/chat-response.js'
import type { StreamEvent } from '../../src/core/stream-event.js'
import type { Dialect } from '../../src/dialects/dialect.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'
import { anthropicProvider } from '../../src/providers/anthropic/adapter.js'
import { geminiProvider } from '../../src/providers/gemini/adapter.js'
import { openaiProvider } from '../../src/providers/openai/adapter.js'
import type { ProviderAdapter } from '../../src/providers/provider.js'
import { anthropicWire, geminiWire, openaiWire, type WireAnswer } from '../support/wire-answers.js'
import { clientAnswer, payloadsOf } from './client-answer.js'
import { expectEventOrder } from './event-order.js'
import { STREAMS } from './fixtures.js'
import { type ClientView, DECODE_CONTEXT, DIALECTS, originOf, relayAnswer, renderContext } from './relay-answer.js'

const BROKEN = /-(midstream-error|early-error|truncated|no-finish)\.sse$/
const clean = STREAMS.filter(({ file }) => !BROKEN.test(file))
const broken = STREAMS.filter(({ file }) => BROKEN.test(file))
const forEachClient = <T extends object>(fixtures: readonly T[]) =>
  fixtures.flatMap((fixture) => DIALECTS.map((dialect) => ({ ...fixture, dialect, client: dialect.name })))
const passedThrough = (fixtures: typeof STREAMS) =>
  forEachClient(fixtures).filter(({ adapter, client }) => adapter.sameDialect === client)

const WIRES = [
  { name: 'openai', adapter: openaiProvider, wire: openaiWire },
  { name: 'anthropic', adapter: anthropicProvider, wire: anthropicWire },
  { name: 'gemini', adapter: geminiProvider, wire: geminiWire },
]

describe.each(forEachClient(clean))('a clean answer, $file for $client clients', ({ bytes, adapter, dialect }) => {
  test('has its events in order, one finish a choice and dense tool indexes', async () => {
    const view = await relayAnswer([bytes], { adapter, dialect })
    expect(view.outcome).toMatchObject({ kind: 'complete' })
    expectEventOrder(view.events)
  })

  test('is put together by the official client to what a whole answer would have been', async () => {
    const { body, events } = await relayAnswer([bytes], { adapter, dialect })
    const whole = JSON.parse(dialect.renderResponse(collect(events, adapter), renderContext(adapter)))
    const client = await clientAnswer(dialect.name, body)
    if (whole.usage !== undefined) expect(client.usage).toMatchObject(streamedUsage(dialect, whole.usage))
    expect(withoutUsage(client)).toEqual(withoutUsage(whole))
  })

  test('is never taken for complete when its bytes end too early', async () => {
    const whole = content((await relayAnswer([bytes], { adapter, dialect })).events)
    for (let length = 0; length < bytes.length; length += 1) {
      const view = await relayAnswer([bytes.subarray(0, length)], { adapter, dialect })
      // The provider's last words may be missing, as some leave them out, but nothing of the answer.
      const wrong = view.outcome.kind === 'complete' ? content(view.events) !== whole : flawOfBroken(view, dialect)
      if (wrong) expect.fail(`the first ${length} bytes: ${wrong}\n${view.body}`)
    }
  })
})

describe.each(forEachClient(broken))('a broken answer, $file for $client clients', ({ bytes, adapter, dialect }) => {
  test('ends with an error and without the word that says it is complete', async () => {
    expect(flawOfBroken(await relayAnswer([bytes], { adapter, dialect }), dialect)).toBeUndefined()
  })
})

describe.each(passedThrough(clean))('$file relayed as it came', ({ bytes, adapter, dialect }) => {
  test('arrives byte for byte, wherever it was cut', async () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const chunks = [bytes.subarray(0, at), bytes.subarray(at)]
      const { body } = await relayAnswer(chunks, { adapter, dialect, lane: 'as-it-came' })
      if (!body.equals(bytes)) expect.fail(`cut at ${at}:\n${body}`)
    }
  })
})

describe.each(passedThrough(broken))('$file relayed as it came', ({ bytes, adapter, dialect }) => {
  test('arrives byte for byte up to where it broke, then says so', async () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const chunks = [bytes.subarray(0, at), bytes.subarray(at)]
      const view = await relayAnswer(chunks, { adapter, dialect, lane: 'as-it-came' })
      const whole = view.body.subarray(0, Math.max(0, view.body.lastIndexOf('\n\n', -3) + 2))
      const isPrefix = view.status !== 200 || bytes.subarray(0, whole.length).equals(whole)
      const wrong = isPrefix ? flawOfBroken(view, dialect) : 'its beginning has changed'
      if (wrong) expect.fail(`cut at ${at}: ${wrong}\n${view.body}`)
    }
  })
})

test('an answer with two choices is not complete before both have come', async () => {
  const chunk = (index: number, delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ id: 'x', model: 'm', choices: [{ index, delta, finish_reason }] })}\n\n`
  const first = chunk(0, { role: 'assistant', content: 'Yes' }, null) + chunk(0, {}, 'stop')
  const second = chunk(1, { role: 'assistant', content: 'No' }, null) + chunk(1, {}, 'stop')
  const relay = (stream: string) =>
    relayAnswer([Buffer.from(stream)], { adapter: openaiProvider, dialect: openaiDialect, choices: 2 })
  expect(flawOfBroken(await relay(first), openaiDialect)).toBeUndefined()
  const whole = await relay(first + second)
  expect(whole.outcome).toMatchObject({ kind: 'complete' })
  expectEventOrder(whole.events)
  expect(payloadsOf(whole.body).at(-1)).toBe('[DONE]')
  // A provider that says that it is done may have found fewer answers.
  expect((await relay(`${first}data: [DONE]\n\n`)).outcome).toMatchObject({ kind: 'complete' })
})

describe.each(forEachClient(WIRES))('generated answers of $name for $client clients', ({ adapter, wire, dialect }) => {
  test('come out of a stream as from one piece, however the network cuts', async () => {
    await fc.assert(
      fc.asyncProperty(wireAnswer(), fc.array(fc.nat(4000), { maxLength: 8 }), async (answer, cuts) => {
        const stream = Buffer.from(wire.stream(answer))
        const { body, events, outcome } = await relayAnswer(cutAt(stream, cuts), { adapter, dialect })
        expect(outcome).toMatchObject({ kind: 'complete' })
        expectEventOrder(events)
        const whole = adapter.decodeResponse(wire.body(answer), DECODE_CONTEXT)
        expect(collect(events, adapter)).toEqual(whole)
        expect(whole.usage).toMatchObject({ inputTokens: answer.inputTokens, outputTokens: answer.outputTokens })

        const rendered = JSON.parse(dialect.renderResponse(whole, renderContext(adapter)))
        expect(withoutUsage(await clientAnswer(dialect.name, body))).toEqual(withoutUsage(rendered))
      }),
      { numRuns: 60 },
    )
  })

  test('are replayed from a whole answer as they would have streamed', async () => {
    await fc.assert(
      fc.asyncProperty(wireAnswer(), async (answer) => {
        const whole = adapter.decodeResponse(wire.body(answer), DECODE_CONTEXT)
        expectEventOrder(eventsOf(whole))
        expect(collect(eventsOf(whole), adapter)).toEqual(whole)
        const renderer = dialect.createStreamRenderer(renderContext(adapter))
        const replayed = eventsOf(whole).map((event) => renderer.render(event))
        const client = await clientAnswer(dialect.name, Buffer.from(replayed.join('') + renderer.end()))
        const rendered = JSON.parse(dialect.renderResponse(whole, renderContext(adapter)))
        expect(withoutUsage(client)).toEqual(withoutUsage(rendered))
      }),
      { numRuns: 60 },
    )
  })
})

describe.each(clean)('$file for an OpenAI client that did not ask for usage', ({ bytes, adapter }) => {
  test('has no usage in any chunk and is otherwise the same', async () => {
    const asked = await relayAnswer([bytes], { adapter, dialect: openaiDialect })
    const notAsked = await relayAnswer([bytes], { adapter, dialect: openaiDialect, includeUsage: false })
    const expected = payloadsOf(asked.body)
      .filter((data) => !data.includes('"choices":[]'))
      .map((data) => data.replace(/,"usage":null\}$/, '}'))
    expect(payloadsOf(notAsked.body)).toEqual(expected)
    expect(notAsked.body.includes('"usage"')).toBe(false)
  })
})

/** What is wrong with how the client is told that its answer broke. Without `expect`, as it runs for every byte. */
function flawOfBroken({ outcome, body, status }: ClientView, dialect: Dialect): string | undefined {
  if (outcome.kind !== 'failed' && outcome.kind !== 'broken') return `it ends as ${outcome.kind}`
  const text = body.toString()
  if (text.includes('data: [DONE]') || text.includes('event: message_stop')) return 'it says that it is complete'
  const last = status === 200 ? (payloadsOf(body).at(-1) ?? '{}') : text
  if (!JSON.parse(last).error?.message) return 'its last word is no error'
  if (status !== 200) return status < 500 ? `its status is ${status}` : undefined
  if (text.split('"error":').length !== 2) return 'it does not hold exactly one error'
  return dialect.name === 'anthropic' && !text.includes('\n\nevent: error\ndata: ') ? 'no error event' : undefined
}

function collect(events: readonly StreamEvent[], adapter: ProviderAdapter): ChatResponse {
  const collector = createAnswerCollector(originOf(adapter))
  for (const event of events) collector.push(event)
  return collector.response()
}

/** Everything a client can see of an answer but its counts. */
function content(events: readonly StreamEvent[]): string {
  return JSON.stringify(collect(events, openaiProvider).choices)
}

/** A streamed message counts less than a whole one: the official client keeps the rest from its beginning. */
function streamedUsage(dialect: Dialect, usage: Record<string, unknown>): Record<string, unknown> {
  if (dialect.name === 'openai') return usage
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage
  return { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens }
}

/** The official OpenAI client shows an empty content as none. */
function withoutUsage(answer: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify({ ...answer, usage: null }).replace('"content":""', '"content":null'))
}

function cutAt(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return places.map((place, at) => bytes.subarray(places[at - 1] ?? 0, place))
}

function wireAnswer(): fc.Arbitrary<WireAnswer> {
  const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
  const args = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  const call = fc.record({ name: fc.constantFrom('get_weather', 'get_time'), args: args.map(withoutHoles) })
  return fc
    .record({
      pieces: fc.array(words, { maxLength: 6 }),
      thinking: fc.array(fc.record({ text: words, signature: fc.base64String({ minLength: 4, maxLength: 16 }) }), {
        maxLength: 1,
      }),
      calls: fc.array(call, { maxLength: 3 }),
      inputTokens: fc.nat(1_000_000),
      outputTokens: fc.nat(1_000_000),
    })
    .filter(({ pieces, calls }) => pieces.length + calls.length > 0)
    .map(({ calls, ...answer }) => ({
      ...answer,
      model: 'some-model',
      calls: calls.map((one, at) => ({ ...one, id: `toolu_${at}` })),
    }))
}

/** As JSON has it: no negative zero, no `__proto__` that assignment would swallow. */
function withoutHoles(args: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(args))
}
