import { createHash } from 'node:crypto'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { anthropicWire, geminiWire, type WireAnswer, type WireFormat } from '../support/wire-answers.js'

type Message = OpenAI.ChatCompletionMessageParam
type Call = OpenAI.ChatCompletionMessageFunctionToolCall

const CLAUDE = 'claude-sonnet-4-6'
const GEMINI = 'gemini-3.8-flash'
const QUESTION: OpenAI.ChatCompletionUserMessageParam = { role: 'user', content: 'Is it warmer in Oslo or in Bergen?' }
const TOOLS: OpenAI.ChatCompletionFunctionTool[] = [
  { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } },
]
const FINAL: WireAnswer = { model: 'm', pieces: ['Bergen.'], inputTokens: 9, outputTokens: 2 }

const digest = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`

let server: ProviderServer
let gateway: TestGateway
/** Ids are a provider's own and never repeat; each test makes new ones. */
let ids = 0

beforeAll(async () => {
  server = await startProviderServer()
  gateway = await startTestGateway({
    auth: {
      keys: [
        { name: 'ann', hash: digest('key-of-ann'), tenant: 'a' },
        { name: 'al', hash: digest('key-of-al'), tenant: 'a' },
        { name: 'bob', hash: digest('key-of-bob'), tenant: 'b' },
      ],
    },
    providers: {
      anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url },
      google: { type: 'gemini', apiKey: 'k', baseUrl: server.url },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await server.close()
})
beforeEach(() => {
  server.requests.length = 0
  ids += 10
})

const openaiClient = (key: string) => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 })

/** The provider gives these answers, one a request. */
function answers(wire: WireFormat, ...script: readonly WireAnswer[]): void {
  const queue = [...script]
  server.script((reply, request) => {
    const answer = queue.shift() ?? FINAL
    const streamed = request.json.stream === true || request.path.includes('streamGenerateContent')
    if (streamed) reply.stream(wire.stream(answer))
    else reply.json(wire.body(answer))
  })
}

/** Asks, and returns the answer's message as a client keeps it that knows no field but OpenAI's own. */
async function ask(model: string, messages: Message[], stream: boolean, key = 'key-of-ann'): Promise<Message> {
  const message = await askForAll(model, messages, stream, key)
  const tool_calls = calls(message).map(
    ({ id, function: called }): Call => ({
      id,
      type: 'function',
      function: { name: called.name, arguments: called.arguments },
    }),
  )
  return { role: 'assistant', content: message.content, ...(tool_calls.length > 0 && { tool_calls }) }
}

async function askForAll(
  model: string,
  messages: Message[],
  stream: boolean,
  key = 'key-of-ann',
): Promise<OpenAI.ChatCompletionMessage> {
  const client = openaiClient(key)
  const body = { model, messages, tools: TOOLS, reasoning_effort: 'medium' as const, max_tokens: 16_000 }
  const completion = stream
    ? await client.chat.completions.stream(body).finalChatCompletion()
    : await client.chat.completions.create(body)
  const message = completion.choices[0]?.message
  if (message === undefined) throw new Error('no choice')
  return message
}

function calls(message: Message | OpenAI.ChatCompletionMessage): Call[] {
  const all = 'tool_calls' in message ? (message.tool_calls ?? []) : []
  return all.filter((call): call is Call => call.type === 'function')
}

const results = (message: Message): Message[] =>
  calls(message).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '11 degrees' }))

/** Content blocks of the assistant turns in the provider's newest request. */
function sentTurns(): { role: string; content: { type: string }[] }[] {
  const body = server.requests.at(-1)?.json as { messages: { role: string; content: { type: string }[] }[] }
  return body.messages.filter(({ role }) => role === 'assistant')
}

interface GeminiPart {
  readonly functionCall?: { readonly name: string }
  readonly thoughtSignature?: string
}
function sentParts(): GeminiPart[] {
  const body = server.requests.at(-1)?.json as { contents: { role: string; parts: GeminiPart[] }[] }
  return body.contents.filter(({ role }) => role === 'model').flatMap(({ parts }) => parts)
}
const signatures = () =>
  sentParts().flatMap(({ functionCall, thoughtSignature }) => (functionCall ? [thoughtSignature] : []))

function claudeAnswer(step: number): WireAnswer {
  return {
    model: CLAUDE,
    pieces: ['Let me ', 'look.'],
    thinking: [
      { text: `Thought ${ids + step}: compare.`, signature: `EqQB${ids + step}+/==` },
      { redacted: `EmwK${ids + step}==` },
    ],
    calls: [
      { id: `toolu_${ids + step}a`, name: 'get_weather', args: { city: 'Oslo' } },
      { id: `toolu_${ids + step}b`, name: 'get_weather', args: {} },
    ],
    inputTokens: 40,
    outputTokens: 30,
  }
}

function claudeTurn(step: number): object[] {
  return [
    { type: 'thinking', thinking: `Thought ${ids + step}: compare.`, signature: `EqQB${ids + step}+/==` },
    { type: 'redacted_thinking', data: `EmwK${ids + step}==` },
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', id: `toolu_${ids + step}a`, name: 'get_weather', input: { city: 'Oslo' } },
    { type: 'tool_use', id: `toolu_${ids + step}b`, name: 'get_weather', input: {} },
  ]
}

function geminiAnswer(step: number): WireAnswer {
  return {
    model: GEMINI,
    pieces: [],
    thinking: [{ text: 'Two lookups.', signature: '' }],
    calls: [
      { id: `fc-${ids + step}a`, name: 'get_weather', args: { city: 'Oslo' }, signature: `CsIB${ids + step}==` },
      { id: `fc-${ids + step}b`, name: 'get_weather', args: { city: 'Bergen' } },
    ],
    inputTokens: 40,
    outputTokens: 30,
  }
}

describe.each([false, true])('a tool loop of a client that knows only OpenAI’s fields (streaming: %s)', (stream) => {
  test('brings Anthropic its thinking blocks back, sealed and redacted ones, at every step', async () => {
    answers(anthropicWire, claudeAnswer(1), claudeAnswer(2), FINAL)
    const history: Message[] = [QUESTION]
    for (const step of [1, 2]) {
      const message = await ask(CLAUDE, history, stream)
      expect(calls(message)).toHaveLength(2)
      history.push(message, ...results(message))
      expect(server.requests).toHaveLength(step)
    }
    const last = await ask(CLAUDE, history, stream)
    expect(last.content).toBe('Bergen.')
    expect(sentTurns().map(({ content }) => content)).toEqual([claudeTurn(1), claudeTurn(2)])
    expect(server.requests.at(-1)?.json.thinking).toMatchObject({ type: 'adaptive' })
  })

  test('brings Gemini its signatures back on the calls that had them, at every step', async () => {
    answers(geminiWire, geminiAnswer(1), geminiAnswer(2), FINAL)
    const history: Message[] = [QUESTION]
    for (const step of [1, 2]) {
      const message = await ask(GEMINI, history, stream)
      history.push(message, ...results(message))
      expect(server.requests).toHaveLength(step)
    }
    await ask(GEMINI, history, stream)
    expect(signatures()).toEqual([`CsIB${ids + 1}==`, undefined, `CsIB${ids + 2}==`, undefined])
  })

  test('is not disturbed by reasoning_content that comes back without its seal', async () => {
    answers(anthropicWire, claudeAnswer(1), FINAL)
    const message = await ask(CLAUDE, [QUESTION], stream)
    const shown = { ...message, reasoning_content: 'Thought: compare.' }
    await ask(CLAUDE, [QUESTION, shown, ...results(message)], stream)
    expect(sentTurns()[0]?.content).toEqual(claudeTurn(1))
  })

  test('works with another key of the same tenant', async () => {
    answers(anthropicWire, claudeAnswer(1), FINAL)
    const message = await ask(CLAUDE, [QUESTION], stream)
    await ask(CLAUDE, [QUESTION, message, ...results(message)], stream, 'key-of-al')
    expect(sentTurns()[0]?.content).toEqual(claudeTurn(1))
  })

  test('never brings one tenant what belongs to another', async () => {
    answers(anthropicWire, claudeAnswer(1), FINAL)
    const message = await ask(CLAUDE, [QUESTION], stream)
    await ask(CLAUDE, [QUESTION, message, ...results(message)], stream, 'key-of-bob')
    expect(sentTurns()[0]?.content.map(({ type }) => type)).toEqual(['text', 'tool_use', 'tool_use'])
    expect(server.requests.at(-1)?.body).not.toContain('Thought')

    answers(geminiWire, geminiAnswer(1), FINAL)
    const called = await ask(GEMINI, [QUESTION], stream)
    await ask(GEMINI, [QUESTION, called, ...results(called)], stream, 'key-of-bob')
    expect(signatures()).toEqual(['skip_thought_signature_validator', undefined])
  })

  test('ends with the turn: a new question no longer needs what was thought before', async () => {
    answers(anthropicWire, claudeAnswer(1), FINAL, FINAL)
    const message = await ask(CLAUDE, [QUESTION], stream)
    const closed: Message[] = [QUESTION, message, ...results(message), { role: 'assistant', content: 'Bergen.' }]
    await ask(CLAUDE, [...closed, { role: 'user', content: 'Thanks. And in Rome?' }], stream)
    expect(server.requests.at(-1)?.body).not.toContain('Thought')
  })
})

describe.each([false, true])('a client that returns tool calls as it got them (streaming: %s)', (stream) => {
  /** Bob's gateway has never seen these calls, so all that can come back came from the client. */
  async function secondRequestOfAnother(model: string): Promise<void> {
    const { content, tool_calls } = await askForAll(model, [QUESTION], stream)
    const message = { role: 'assistant', content, tool_calls: tool_calls ?? [] } as const
    await ask(model, [QUESTION, message, ...results(message)], stream, 'key-of-bob')
  }

  test('carries Anthropic’s thinking itself, in extra_content', async () => {
    answers(anthropicWire, claudeAnswer(1), FINAL)
    await secondRequestOfAnother(CLAUDE)
    expect(sentTurns()[0]?.content).toEqual(claudeTurn(1))
  })

  test('carries Gemini’s signatures itself, in extra_content', async () => {
    answers(geminiWire, geminiAnswer(1), FINAL)
    await secondRequestOfAnother(GEMINI)
    expect(signatures()).toEqual([`CsIB${ids + 1}==`, undefined])
  })
})

describe.each([false, true])('an Anthropic client in front of Gemini (streaming: %s)', (stream) => {
  test('brings the signatures back though it returns only the fields it knows', async () => {
    answers(geminiWire, geminiAnswer(1), FINAL)
    const client = new Anthropic({ baseURL: gateway.url, apiKey: 'key-of-ann', maxRetries: 0 })
    const body = {
      model: GEMINI,
      max_tokens: 1000,
      tools: [{ name: 'get_weather', input_schema: { type: 'object' as const } }],
    }
    const question = { role: 'user' as const, content: 'Compare Oslo and Bergen.' }
    const first = stream
      ? await client.messages.stream({ ...body, messages: [question] }).finalMessage()
      : await client.messages.create({ ...body, messages: [question] })
    expect(first.stop_reason).toBe('tool_use')
    const uses = first.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []))
    const turn = uses.map(({ type, id, name, input }) => ({ type, id, name, input }))
    const answered = uses.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: '11' }))
    const messages = [
      question,
      { role: 'assistant' as const, content: turn },
      { role: 'user' as const, content: answered },
    ]
    const second = await client.messages.create({ ...body, messages })
    expect(second.content).toMatchObject([{ type: 'text', text: 'Bergen.' }])
    expect(signatures()).toEqual([`CsIB${ids + 1}==`, undefined])
  })
})
