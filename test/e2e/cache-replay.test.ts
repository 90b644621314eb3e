import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryCache } from '../support/memory-cache.js'
import { startTrio, TRIO, type Trio, type TrioProvider, wireAnswer } from '../support/provider-trio.js'
import { TRANSPORTS } from '../support/transports.js'

const TOOLS: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } },
]
const ANTHROPIC_TOOLS: Anthropic.Tool[] = [{ name: 'get_weather', input_schema: { type: 'object', properties: {} } }]

/** Each is asked once by one client in one way, and must come back equal to every client in every way. */
const ANSWERS = {
  text: wireAnswer({ pieces: ['Grüße, ', '👩‍👩‍👧 ', 'and "quotes"\n'] }),
  'parallel tool calls': wireAnswer({
    calls: [
      { id: 'call_a', name: 'get_weather', args: { city: 'Ås' } },
      { id: 'call_b', name: 'get_weather', args: {} },
    ],
  }),
  'text, then a tool call': wireAnswer({
    pieces: ['Let me ', 'look.'],
    calls: [{ id: 'call_a', name: 'get_weather', args: { city: 'Oslo' } }],
  }),
  reasoning: wireAnswer({ thinking: [{ text: 'Hm, hm.', signature: 'c2lnbmF0dXJl' }], pieces: ['Four.'] }),
} as const

type Reading = {
  readonly text: string
  readonly calls: readonly unknown[]
  readonly end: unknown
  readonly usage: unknown
}

describe.each(TRANSPORTS)('over %s', (transport) => {
  let trio: Trio
  beforeAll(async () => {
    trio = await startTrio({}, { transport, cache: memoryCache() })
  })
  afterAll(() => trio.close())

  let questions = 0
  const CLIENTS = { 'openai whole': openaiWhole, 'openai streamed': openaiStreamed } as const
  const OTHERS = { 'anthropic whole': anthropicWhole, 'anthropic streamed': anthropicStreamed } as const

  const openai = () => new OpenAI({ baseURL: `${trio.gateway.url}/v1`, apiKey: 'k', maxRetries: 0 })
  const anthropic = () => new Anthropic({ baseURL: trio.gateway.url, apiKey: 'k', maxRetries: 0 })

  async function openaiWhole({ model }: TrioProvider, content: string): Promise<Reading> {
    const answer = await openai().chat.completions.create({
      model,
      max_tokens: 1000,
      tools: TOOLS,
      messages: [{ role: 'user', content }],
    })
    const [choice] = answer.choices
    return {
      text: choice?.message.content ?? '',
      calls: choice?.message.tool_calls ?? [],
      end: choice?.finish_reason,
      usage: answer.usage?.completion_tokens,
    }
  }

  async function openaiStreamed({ model }: TrioProvider, content: string): Promise<Reading> {
    const stream = openai().chat.completions.stream({
      model,
      max_tokens: 1000,
      tools: TOOLS,
      messages: [{ role: 'user', content }],
      stream_options: { include_usage: true },
    })
    const answer = await stream.finalChatCompletion()
    const [choice] = answer.choices
    // The streaming client adds what it parsed of the arguments.
    const calls = choice?.message.tool_calls?.map(({ id, type, function: { name, arguments: text } }) => ({
      id,
      type,
      function: { name, arguments: text },
    }))
    return {
      text: choice?.message.content ?? '',
      calls: calls ?? [],
      end: choice?.finish_reason,
      usage: answer.usage?.completion_tokens,
    }
  }

  const asked = ({ model }: TrioProvider, content: string): Anthropic.MessageCreateParamsNonStreaming => ({
    model,
    max_tokens: 1000,
    tools: ANTHROPIC_TOOLS,
    messages: [{ role: 'user', content }],
  })
  const readMessage = ({ content, stop_reason, usage }: Anthropic.Message): Reading => ({
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: content.filter(({ type }) => type !== 'text').map(withoutCaller),
    end: stop_reason,
    usage: usage.output_tokens,
  })
  async function anthropicWhole(provider: TrioProvider, content: string): Promise<Reading> {
    return readMessage(await anthropic().messages.create(asked(provider, content)))
  }
  async function anthropicStreamed(provider: TrioProvider, content: string): Promise<Reading> {
    return readMessage(await anthropic().messages.stream(asked(provider, content)).finalMessage())
  }

  describe.each(TRIO)('an answer of $name', (provider) => {
    describe.each(Object.entries(ANSWERS))('with %s', (_, answer) => {
      for (const [family, other] of [
        [CLIENTS, OTHERS],
        [OTHERS, CLIENTS],
      ] as const) {
        test.each(Object.entries(family))('kept for %s, comes back equal to all', async (_client, ask) => {
          questions += 1
          const question = `Question ${questions}?`
          trio.answer(provider, answer)
          const before = trio.server.requests.length
          const fresh = await ask(provider, question)
          for (const again of Object.values(family)) expect(await again(provider, question)).toEqual(fresh)
          const [whole, streamed] = Object.values(other)
          const elsewhere = await whole?.(provider, question)
          expect(await streamed?.(provider, question)).toEqual(elsewhere)
          expect(elsewhere?.text).toBe(fresh.text)
          expect(elsewhere?.calls).toHaveLength(fresh.calls.length + thoughts(elsewhere) - thoughts(fresh))
          expect(elsewhere?.usage).toBe(fresh.usage)
          expect(trio.server.requests.length - before).toBe(1)
        })
      }
    })
  })
})

/** Anthropic says who called a tool, always the model itself here; the scripted provider does not. */
function withoutCaller(block: Anthropic.ContentBlock): unknown {
  return { ...block, caller: undefined }
}

/** Blocks of thinking, which only Anthropic's format has. */
function thoughts(reading: Reading | undefined): number {
  return (reading?.calls ?? []).filter((call) => JSON.stringify(call).includes('"thinking"')).length
}
