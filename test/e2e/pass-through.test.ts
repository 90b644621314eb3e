import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { TRANSPORTS } from '../support/transports.js'

const OPENAI_REQUEST = '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]'
const ANTHROPIC_REQUEST = '{"model":"claude-haiku-4-5","max_tokens":64,"messages":[{"role":"user","content":"Hi"}]'

/** Line ends of both kinds, comments, unknown fields and events, escapes nobody writes twice the same way. */
const ODD_OPENAI_STREAM =
  ': welcome\r\n\r\n' +
  'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"obfuscation":"kZ3"}\r\n\r\n' +
  'id: 7\nretry: 10\ndata:{"id":"x","vendor_field":{"b":1,"a":12345678901234567890},"choices":[{"index":0,"delta":{"content":"\\u00e9\\ud83d\\ude42 \u{1f642}"},"finish_reason":null}]}\n\n' +
  ': ping\n\n' +
  'data: {"id":"x","choices":[{"index":0,\ndata: "delta":{"reasoning_details":[1e2]},"finish_reason":null}]}\n\n' +
  'data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\r\n\r\n' +
  'data: {"id":"x","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\r\n\r\n' +
  'data: [DONE]\r\n\r\n'

const ODD_ANTHROPIC_STREAM =
  ':ok\n\n' +
  'event: message_start\r\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":5,"output_tokens":1},"new_field":[ 1 ]}}\r\n\r\n' +
  'event: brand_new\ndata: {"type":"brand_new","x":"\u00e9"}\n\n' +
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}\n\n' +
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n' +
  'event: content_block_start\ndata: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}\n\n' +
  'event: ping\ndata: {"type": "ping"}\n\n' +
  'event: content_block_delta\ndata: {"index":1,"type":"content_block_delta","delta":{"text":"Hi \u{1f642}","type":"text_delta"}}\n\n' +
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"char_location"}}}\n\n' +
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":1}\n\n' +
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9},"context_management":{}}\n\n' +
  'event: message_stop\ndata: {"type":"message_stop","amazon-bedrock-invocationMetrics":{}}\n\n'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url), 'utf8')

describe.each(TRANSPORTS)('a provider of the client’s own dialect, over %s', (transport) => {
  let server: ProviderServer
  let gateway: TestGateway
  beforeAll(async () => {
    server = await startProviderServer()
    gateway = await startTestGateway(
      {
        providers: {
          openai: { type: 'openai', apiKey: 'k', baseUrl: `${server.url}/v1` },
          anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url },
        },
      },
      { transport },
    )
  })
  afterAll(async () => {
    await gateway.close()
    await server.close()
  })
  beforeEach(() => {
    server.requests.length = 0
  })

  function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  }
  const chat = (more: string) => post('/v1/chat/completions', `${OPENAI_REQUEST}${more}}`)
  const message = (more: string) => post('/v1/messages', `${ANTHROPIC_REQUEST}${more}}`)
  const sent = () => server.requests.at(-1)?.body

  test.each([
    ['an odd OpenAI stream', ODD_OPENAI_STREAM],
    ['comments and CRLF', fixture('openai-stream-comments-crlf.sse')],
    ['obfuscation and usage', fixture('openai-stream-text.sse')],
    ['parallel tool calls', fixture('openai-stream-parallel-tools.sse')],
    ['reasoning', fixture('openai-stream-reasoning.sse')],
  ])('OpenAI clients get the bytes of %s', async (_name, stream) => {
    server.script((reply) => reply.stream(stream))
    const response = await chat(',"stream":true,"stream_options":{"include_usage":true}')
    expect(await response.text()).toBe(stream)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  })

  test.each([
    ['an odd Anthropic stream', ODD_ANTHROPIC_STREAM],
    ['unknown events', fixture('anthropic-stream-unknown-event.sse')],
    ['thinking', fixture('anthropic-stream-thinking.sse')],
    ['parallel tool calls', fixture('anthropic-stream-parallel-tools.sse')],
  ])('Anthropic clients get the bytes of %s', async (_name, stream) => {
    server.script((reply) => reply.stream(stream))
    expect(await (await message(',"stream":true')).text()).toBe(stream)
  })

  test('bytes written one at a time arrive the same', async () => {
    server.script(async (reply) => {
      reply.open()
      for (const byte of Buffer.from(ODD_OPENAI_STREAM)) {
        reply.write(Buffer.from([byte]))
        await new Promise((resolve) => setImmediate(resolve))
      }
      reply.end()
    })
    const response = await chat(',"stream":true,"stream_options":{"include_usage":true}')
    expect(await response.text()).toBe(ODD_OPENAI_STREAM)
  })

  test('whole answers arrive byte for byte', async () => {
    const odd =
      ' {"id" : "x","choices":[{"index":0,"message":{"role":"assistant","content":"\\u00e9\u00e9","x":[]},"finish_reason":"stop"}], "n":12345678901234567890,"usage":null}\n'
    server.script((reply) => reply.json(odd))
    expect(await (await chat('')).text()).toBe(odd)
    const oddMessage = `{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"text","text":"Hi","citations":[ ]}],"stop_reason":"end_turn","big":1e400,\n"usage":{"input_tokens":1,"output_tokens":2}}`
    server.script((reply) => reply.json(oddMessage))
    expect(await (await message('')).text()).toBe(oddMessage)
  })

  test('the request keeps its bytes but for the model and the question for usage', async () => {
    server.script((reply) => reply.stream(ODD_OPENAI_STREAM))
    const request =
      '{ "model" : "openai/gpt-4o-mini", "seed": 12345678901234567890, "stream":true ,\n"messages":[{"role":"user","content":"\\u00e9 é","cache_control":{"type":"ephemeral"}}],"temperature":1.0,"unknown":{"b":1,"a":[ ]}}'
    await (await post('/v1/chat/completions', request)).text()
    expect(sent()).toBe(
      request
        .replace('"openai/gpt-4o-mini"', '"gpt-4o-mini"')
        .replace(/\}$/, ',"stream_options":{"include_usage":true}}'),
    )

    const whole = request.replace('"stream":true', '"stream":false')
    server.script((reply) => reply.json(fixture('openai-response-text.json')))
    await (await post('/v1/chat/completions', whole)).text()
    expect(sent()).toBe(whole.replace('"openai/gpt-4o-mini"', '"gpt-4o-mini"'))
  })

  test('an Anthropic request keeps its bytes, its prompt-cache markers and its format headers', async () => {
    server.script((reply) => reply.stream(ODD_ANTHROPIC_STREAM))
    const request =
      '{"max_tokens":64, "system":[{"type":"text","text":"Long.","cache_control":{"type":"ephemeral","ttl":"1h"}}],"model":"claude-haiku-4-5","stream":true,"context_management":{"edits":[ ]},' +
      '"messages":[{"role":"user","content":[{"type":"text","text":"\\u0041","cache_control":{"type":"ephemeral"}}]}]}'
    const headers = {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'one-2026-01-01,two-2026-02-02',
      'x-api-key': 'client-key',
    }
    await (await post('/v1/messages', request, headers)).text()
    expect(sent()).toBe(request)
    expect(server.requests.at(-1)?.headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'one-2026-01-01,two-2026-02-02',
      'x-api-key': 'k',
    })
  })

  test('a client that did not ask for usage is spared the chunk without choices', async () => {
    server.script((reply) => reply.stream(ODD_OPENAI_STREAM))
    const response = await chat(',"stream":true')
    expect(await response.text()).toBe(ODD_OPENAI_STREAM.replace(/data: [^\n]*"choices":\[\],[^\n]*\n\r\n/, ''))
    expect(server.requests.at(-1)?.json.stream_options).toEqual({ include_usage: true })
    const line = await gateway.settled(response.headers.get('x-request-id') ?? '')
    expect(line).toMatchObject({ status: 200, end: 'complete', inputTokens: 3, outputTokens: 2 })
  })

  test('a missing [DONE] is added after a clean end', async () => {
    const stream = fixture('openai-stream-text.sse')
    server.script((reply) => reply.stream(stream.replace('data: [DONE]\n\n', '')))
    const response = await chat(',"stream":true,"stream_options":{"include_usage":true}')
    expect(await response.text()).toBe(stream)
  })

  test('a stream cut before its end gets an error and no [DONE]', async () => {
    server.script((reply) => reply.stream(fixture('openai-stream-truncated.sse')))
    const text = await (await chat(',"stream":true')).text()
    expect(text).not.toContain('[DONE]')
    const last = text.trimEnd().split('\n').at(-1) ?? ''
    expect(JSON.parse(last.slice('data: '.length)).error).toMatchObject({ code: 'stream_truncated' })
  })

  test('a provider that answers JSON although a stream was asked for is streamed all the same', async () => {
    server.script((reply) => reply.json(fixture('openai-response-tools.json')))
    const openai = await (await chat(',"stream":true')).text()
    expect(openai).toContain('"finish_reason":"tool_calls"')
    expect(openai.endsWith('data: [DONE]\n\n')).toBe(true)
    server.script((reply) => reply.json(fixture('anthropic-response-tools-thinking.json')))
    const anthropic = await (await message(',"stream":true')).text()
    expect(anthropic).toContain('"type":"signature_delta","signature":"EqQBCkYIFxSIGfake=="')
    expect(anthropic.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true)
  })

  test('the client’s answer ends with the terminator, though the provider keeps the socket open', async () => {
    let release: () => void = () => {}
    const heldOpen = (stream: string) =>
      server.script(async (reply) => {
        reply.open()
        reply.write(stream)
        await new Promise<void>((resolve) => {
          release = resolve
        })
        reply.end()
      })
    heldOpen(ODD_OPENAI_STREAM)
    expect(await (await chat(',"stream":true,"stream_options":{"include_usage":true}')).text()).toBe(ODD_OPENAI_STREAM)
    release()
    heldOpen(ODD_ANTHROPIC_STREAM)
    expect(await (await message(',"stream":true')).text()).toBe(ODD_ANTHROPIC_STREAM)
    release()
    // Translated to the other dialect, streaming and, asked of a streaming provider, in one piece.
    heldOpen(fixture('anthropic-stream-text.sse'))
    const model = '"model":"claude-haiku-4-5"'
    const translated = await post(
      '/v1/chat/completions',
      `${OPENAI_REQUEST.replace('"model":"gpt-4o"', model)},"stream":true}`,
    )
    expect((await translated.text()).endsWith('data: [DONE]\n\n')).toBe(true)
    release()
    heldOpen(fixture('anthropic-stream-text.sse'))
    const whole = await post(
      '/v1/chat/completions',
      `${OPENAI_REQUEST.replace('"model":"gpt-4o"', model)},"max_tokens":32000}`,
    )
    expect(await whole.json()).toMatchObject({ choices: [{ message: { content: 'Lisbon is sunny – 24 °C.' } }] })
    release()
  })
})
