import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryCache } from '../support/memory-cache.js'
import { startTrio, TRIO, type Trio, wireAnswer } from '../support/provider-trio.js'
import { TRANSPORTS } from '../support/transports.js'

const [OPENAI, ANTHROPIC] = TRIO as [(typeof TRIO)[0], (typeof TRIO)[1]]
/** gpt-4o: $2.5 in and $10 out a million. claude-sonnet-4-6: $3 and $15. */
const ANSWER = wireAnswer({ pieces: ['Hello', ' there'], inputTokens: 1000, outputTokens: 100 })

describe.each(TRANSPORTS)('over %s', (transport) => {
  let trio: Trio
  beforeAll(async () => {
    trio = await startTrio(
      { routing: { auto: { cheap: 'gpt-4o', strong: 'claude-sonnet-4-6' } } },
      { transport, cache: memoryCache() },
    )
  })
  afterAll(() => trio.close())

  let asks = 0
  async function ask(model: string, question: string, fields: object = {}, headers: Record<string, string> = {}) {
    const id = `cost-${transport}-${++asks}`
    const response = await fetch(`${trio.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id, ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: question }], ...fields }),
    })
    await response.text()
    return { costHeader: response.headers.get('x-llmrouter-cost-usd'), line: await trio.gateway.settled(id) }
  }

  test('an answer tells what it cost, and the same answer from the cache what it saved', async () => {
    trio.answer(OPENAI, ANSWER)
    const first = await ask('gpt-4o', 'What does it cost?')
    expect(first.costHeader).toBe('0.0035')
    expect(first.line).toMatchObject({ cache: 'MISS', costUsd: '0.0035' })
    const again = await ask('gpt-4o', 'What does it cost?')
    expect(again.costHeader).toBe('0')
    expect(again.line).toMatchObject({ cache: 'HIT', costUsd: '0', savedUsd: { exact: '0.0035' } })
  })

  test('a stream knows it only at its end, and its log line tells', async () => {
    trio.answer(ANTHROPIC, ANSWER)
    const { costHeader, line } = await ask('claude-sonnet-4-6', 'And streamed?', { stream: true })
    expect(costHeader).toBeNull()
    expect(line).toMatchObject({ costUsd: '0.0045' })
    const again = await ask('claude-sonnet-4-6', 'And streamed?', { stream: true })
    expect(again.costHeader).toBe('0')
    expect(again.line).toMatchObject({ savedUsd: { exact: '0.0045' } })
  })

  test('routing to the cheap model saves what the strong one would have cost more', async () => {
    trio.answer(OPENAI, ANSWER)
    const { line } = await ask('auto', 'Cheaper?', {}, { 'x-route': 'cheapest' })
    expect(line).toMatchObject({ model: 'gpt-4o', costUsd: '0.0035', savedUsd: { routing: '0.001' } })
  })

  test('what has no known price has no known cost', async () => {
    trio.answer(OPENAI, ANSWER)
    const { costHeader, line } = await ask('openai/nobody-knows-it', 'Unknown?')
    expect(costHeader).toBeNull()
    expect(line.costUsd).toBeUndefined()
  })

  test('an answer without counts has no known cost', async () => {
    trio.script((reply) => {
      const { usage, ...rest } = JSON.parse(OPENAI.wire.body(ANSWER))
      expect(usage).toBeDefined()
      reply.json(rest)
    })
    const { costHeader, line } = await ask('gpt-4o', 'Uncounted?')
    expect(costHeader).toBeNull()
    expect(line.costUsd).toBeUndefined()
  })

  test("what was written to OpenAI's cache for twelve hours has no known cost: it is counted with the rest", async () => {
    const usage = { prompt_tokens: 2000, completion_tokens: 10, prompt_tokens_details: { cache_write_tokens: 1500 } }
    trio.script((reply) => reply.json({ ...JSON.parse(OPENAI.wire.body(ANSWER)), usage }))
    const messages = (ttl: string) => {
      const part = { type: 'text', text: `Kept for ${ttl}`, prompt_cache_breakpoint: { mode: 'explicit', ttl } }
      return [{ role: 'user', content: [part] }]
    }
    const short = await ask('gpt-6.1-terra', '', { messages: messages('30m') })
    // 500 at $1, 1,500 at $1.25, 10 at $5 a million.
    expect(short.costHeader).toBe('0.002425')
    expect((await ask('gpt-6.1-terra', '', { messages: messages('12h') })).costHeader).toBeNull()
  })

  test('embeddings cost what their prompt does', async () => {
    trio.script((reply) =>
      reply.json({
        object: 'list',
        model: 'text-embedding-3-small',
        data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
        usage: { prompt_tokens: 1500, total_tokens: 1500 },
      }),
    )
    const response = await fetch(`${trio.gateway.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': `embedding-${transport}` },
      body: JSON.stringify({ model: 'text-embedding-3-small', input: 'What does it cost?' }),
    })
    expect(response.headers.get('x-llmrouter-cost-usd')).toBe('0.00003')
    expect(await trio.gateway.settled(`embedding-${transport}`)).toMatchObject({ costUsd: '0.00003' })
  })

  test('a refusal costs nothing', async () => {
    trio.script((reply) => reply.json({ error: { message: 'no', type: 'invalid_request_error' } }, 400))
    const { line } = await ask('gpt-4o', 'Refused?')
    expect(line).toMatchObject({ status: 400, costUsd: '0' })
  })
})
