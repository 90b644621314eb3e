import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { ModelSpec } from '../../../src/core/model-spec.js'
import { anthropicDialect } from '../../../src/dialects/anthropic/dialect.js'
import { openaiDialect } from '../../../src/dialects/openai/dialect.js'
import { openaiProvider } from '../../../src/providers/openai/adapter.js'
import type { WireRequest } from '../../../src/providers/provider.js'

const modelOf = (upstreamName: string, more: Partial<ModelSpec> = {}): ModelSpec => ({
  id: upstreamName,
  provider: 'openai',
  upstreamName,
  listed: true,
  ...more,
})

function encode(request: ChatRequest, upstreamName = request.model, stream = request.stream): WireRequest {
  return openaiProvider.encodeRequest(request, { model: modelOf(upstreamName), stream })
}

function refusal(act: () => unknown): GatewayError {
  try {
    act()
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('was accepted')
}

describe('a request of the same dialect', () => {
  const pass = (raw: string, upstreamName = 'm', stream?: boolean) => {
    const request = openaiDialect.parseRequest(raw)
    return encode(request, upstreamName, stream ?? request.stream).body
  }
  const messages = '"messages": [ {"role":"user","content":"caf\\u00e9 \\ud83d\\ude00"} ]'

  test('goes to the chat completions of the server', () => {
    const request = openaiDialect.parseRequest(`{"model":"m",${messages}}`)
    expect(encode(request)).toEqual({ path: '/chat/completions', headers: {}, body: request.raw, dropped: [] })
  })

  test('that needs no change keeps every byte', () => {
    const raw = `{ "model":"m",${messages}, "seed":12345678901234567890, "top_p":1.00, "x":{"b":1,"a":2}, "stream" : false}\n`
    expect(pass(raw)).toBe(raw)
  })

  test.each([
    ['the model', `{"model": "mine" ,${messages},"x":1e2}`, 'm', undefined, `{"model": "m" ,${messages},"x":1e2}`],
    [
      'usage',
      `{"model":"m",${messages},"stream":true}`,
      'm',
      undefined,
      `{"model":"m",${messages},"stream":true,"stream_options":{"include_usage":true}}`,
    ],
    [
      'usage among other options',
      `{"model":"m","stream":true,"stream_options": {"include_obfuscation": false, "x": 1.0},${messages}}`,
      'm',
      undefined,
      `{"model":"m","stream":true,"stream_options": {"include_obfuscation": false, "x": 1.0,"include_usage":true},${messages}}`,
    ],
    [
      'usage that was declined',
      `{"model":"m","stream":true,"stream_options":{"include_usage":false},${messages}}`,
      'm',
      undefined,
      `{"model":"m","stream":true,"stream_options":{"include_usage":true},${messages}}`,
    ],
    [
      'usage in place of null',
      `{"model":"m","stream":true,"stream_options":null,${messages}}`,
      'm',
      undefined,
      `{"model":"m","stream":true,"stream_options":{"include_usage":true},${messages}}`,
    ],
    [
      'nothing about usage that was asked for',
      `{"model":"m","stream":true,"stream_options":{"include_usage":true},${messages}}`,
      'm',
      undefined,
      `{"model":"m","stream":true,"stream_options":{"include_usage":true},${messages}}`,
    ],
    [
      'streaming on',
      `{"model":"m",${messages},"stream":false}`,
      'm',
      true,
      `{"model":"m",${messages},"stream":true,"stream_options":{"include_usage":true}}`,
    ],
    [
      'streaming off, with its options',
      `{"model":"m","stream":true,"stream_options":{"include_usage":true},${messages}}`,
      'm',
      false,
      `{"model":"m","stream":false,${messages}}`,
    ],
  ])('changes %s and nothing else', (_what, raw, upstreamName, stream, expected) => {
    expect(pass(raw, upstreamName, stream)).toBe(expected)
  })

  const renamed = [
    'o1',
    'o3-mini',
    'o4-mini-2025-04-16',
    'gpt-5',
    'gpt-5.4-nano',
    'gpt-6-luna',
    'gpt-7',
    'gpt-10.2-x',
    'ft:o4-mini:org::id',
  ]
  const kept = [
    'gpt-4o',
    'gpt-4o-mini',
    'gpt-4.1',
    'gpt-3.5-turbo',
    'gpt-oss-120b',
    'llama-3',
    'olmo-2',
    'o',
    'mygpt-5',
  ]
  test.each([...renamed.map((name) => [name, true] as const), ...kept.map((name) => [name, false] as const)])(
    'to %s has its token cap renamed: %s',
    (name, reasons) => {
      const cap = reasons ? '"max_completion_tokens":9' : '"max_tokens":9'
      const [before, after] = reasons ? ['', `,${cap}`] : [`,${cap}`, '']
      expect(pass(`{"model":"${name}","max_tokens":9,${messages}}`, name)).toBe(
        `{"model":"${name}"${before},${messages}${after}}`,
      )
    },
  )

  test('loses a token cap that another one overrules, where it would be refused', () => {
    const raw = `{"model":"o3","max_tokens":9,"max_completion_tokens":7,${messages}}`
    expect(pass(raw, 'o3')).toBe(`{"model":"o3","max_completion_tokens":7,${messages}}`)
    expect(pass(raw.replace('o3', 'm'))).toBe(raw.replace('o3', 'm'))
  })
})

describe('tools', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }]
  const ask = (model: string, more: object = {}) =>
    encode(
      openaiDialect.parseRequest(JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }], tools, ...more })),
    )

  test.each(['gpt-6-astra', 'gpt-6.1-sol', 'gpt-6.1-terra', 'gpt-6.1-sol-2026-09-01'])(
    'are refused for %s',
    (model) => {
      expect(refusal(() => ask(model))).toMatchObject({ status: 400, code: 'unsupported_parameter', param: 'tools' })
    },
  )

  test('are refused with reasoning where the model takes them only without', () => {
    expect(refusal(() => ask('gpt-6-luna', { reasoning_effort: 'low' }))).toMatchObject({ param: 'reasoning_effort' })
    expect(ask('gpt-6-luna', { reasoning_effort: 'none' }).dropped).toEqual([])
  })

  test.each(['gpt-6-luna', 'gpt-5.6-sol', 'gpt-4o', 'openai/gpt-6-astra', 'gpt-6-astral'])(
    'are left to %s to judge',
    (model) => {
      expect(ask(model).path).toBe('/chat/completions')
    },
  )
})

describe('what the official client sends', () => {
  type Params = OpenAI.ChatCompletionCreateParams
  const pixel = 'data:image/png;base64,iVBORw0KGgo='
  const tool: OpenAI.ChatCompletionTool = {
    type: 'function',
    function: {
      name: 'get_weather',
      strict: true,
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  }
  const user: OpenAI.ChatCompletionMessageParam = { role: 'user', content: 'Hello' }
  const cases: Record<string, Params> = {
    'a question': { model: 'gpt-4o', messages: [user] },
    'every option': {
      model: 'gpt-4o',
      messages: [user],
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      max_completion_tokens: 5,
      temperature: 0.5,
      top_p: 1,
      n: 2,
      stop: ['a', 'b'],
      seed: 7,
      frequency_penalty: 0.1,
      presence_penalty: -0.1,
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 3,
      user: 'u',
      safety_identifier: 's',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      prediction: { type: 'content', content: 'x' },
      metadata: { team: 'a' },
      store: true,
      service_tier: 'priority',
      verbosity: 'low',
      reasoning_effort: 'minimal',
      modalities: ['text', 'audio'],
      audio: { format: 'wav', voice: 'alloy' },
      web_search_options: { search_context_size: 'low' },
      response_format: { type: 'json_object' },
    },
    'a tool loop with an image': {
      model: 'gpt-4o',
      stream: true,
      tools: [tool],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      parallel_tool_calls: false,
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is this?' },
            { type: 'image_url', image_url: { url: pixel, detail: 'high' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: '−3 °C' }] },
        { role: 'assistant', content: 'Cold.', refusal: null, audio: null, name: 'a' },
        { role: 'user', content: 'And tomorrow?', name: 'Ann' },
      ],
    },
    'custom tools': {
      model: 'gpt-5',
      messages: [user],
      tools: [
        {
          type: 'custom',
          custom: { name: 'sql', format: { type: 'grammar', grammar: { definition: 'start: "x"', syntax: 'lark' } } },
        },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'custom', custom: { name: 'sql' } }] },
      },
    },
    'a structured answer': {
      model: 'gpt-4o',
      messages: [user],
      response_format: zodResponseFormat(z.object({ city: z.string(), degrees: z.number().nullable() }), 'weather'),
    },
  }

  /** The body of a request, as the client writes it. */
  async function bodyOf(params: Params): Promise<string> {
    const bodies: unknown[] = []
    const fetch = async (_url: unknown, init?: RequestInit) => {
      bodies.push(init?.body)
      return new Response('{"error":{"message":"enough"}}', {
        status: 400,
        headers: { 'content-type': 'application/json' },
      })
    }
    const client = new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0, fetch })
    await expect(client.chat.completions.create(params)).rejects.toThrow('enough')
    return String(bodies[0])
  }

  test.each(Object.entries(cases))(
    'passes with nothing changed but the model and the usage option: %s',
    async (_name, params) => {
      const raw = await bodyOf(params)
      const request = openaiDialect.parseRequest(raw)
      const { body } = encode(request, 'upstream')
      const expected = JSON.parse(raw)
      expected.model = 'upstream'
      if (params.stream) expected.stream_options = { ...expected.stream_options, include_usage: true }
      expect(body).toBe(JSON.stringify(expected))
      if (!params.stream) expect(encode(request).body).toBe(raw)
    },
  )
})

describe('a request of an Anthropic client', () => {
  const ask = (change: object): ChatRequest =>
    anthropicDialect.parseRequest(
      JSON.stringify({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }], ...change }),
    )
  const translate = (change: object, name = 'gpt-4o', more: Partial<ModelSpec> = {}) => {
    const request = ask(change)
    const wire = openaiProvider.encodeRequest(request, { model: modelOf(name, more), stream: request.stream })
    return { ...wire, body: JSON.parse(wire.body) }
  }

  test('becomes the same conversation', () => {
    const request = {
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
      stream: true,
      temperature: 0.3,
      top_p: 0.9,
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
      tools: [
        {
          name: 'get_weather',
          description: 'Looks.',
          input_schema: { type: 'object', properties: { city: { type: 'string' } } },
          strict: true,
        },
        { name: 'get_time', input_schema: { type: 'object' } },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Plain.' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Two lookups.', signature: 'sig' },
            { type: 'text', text: 'Let me check.' },
            { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo' } },
            { type: 'tool_use', id: 'toolu_2', name: 'get_time', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [
                { type: 'text', text: 'See:' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
              ],
            },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: '12:00' },
            { type: 'text', text: 'And?' },
          ],
        },
      ],
    }
    const { body, dropped } = translate(request)
    expect(body).toEqual({
      model: 'gpt-4o',
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'Be brief.' },
            { type: 'text', text: 'Be kind.' },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
            { type: 'text', text: 'Plain.' },
          ],
        },
        {
          role: 'assistant',
          content: 'Let me check.',
          tool_calls: [
            {
              id: 'toolu_1',
              type: 'function',
              function: { name: 'get_weather', arguments: expect.stringMatching(/"Oslo"/) },
            },
            { id: 'toolu_2', type: 'function', function: { name: 'get_time', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'See:' },
        { role: 'tool', tool_call_id: 'toolu_2', content: '12:00' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Returned by tool call toolu_1:' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        { role: 'user', content: 'And?' },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'Looks.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            strict: true,
          },
        },
        { type: 'function', function: { name: 'get_time', parameters: { type: 'object' } } },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
      max_tokens: 100,
      temperature: 0.3,
      top_p: 0.9,
      stop: ['END'],
      user: 'u1',
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(dropped).toEqual([])
    expect(openaiDialect.parseRequest(JSON.stringify(body)).messages).toHaveLength(7)
  })

  test.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [
      { type: 'tool', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
  ])('chooses tools by %j', (choice, expected) => {
    const tools = [{ name: 'f', input_schema: { type: 'object' } }]
    expect(translate({ tools, tool_choice: choice }).body.tool_choice).toEqual(expected)
  })

  const closed = (properties: object, required = Object.keys(properties)) => ({
    type: 'object',
    properties,
    required,
    additionalProperties: false,
  })
  test.each<[string, object, boolean]>([
    ['a closed object', closed({ city: { type: 'string' } }), true],
    [
      'objects all the way down',
      closed({ a: { type: 'array', items: closed({ b: { anyOf: [closed({}), { type: 'null' }] } }) } }),
      true,
    ],
    ['an optional property', closed({ city: { type: 'string' } }, []), false],
    ['an open object inside', closed({ a: { type: 'array', items: { type: 'object' } } }), false],
    ['alternatives that OpenAI does not know', closed({ a: { oneOf: [{ type: 'string' }] } }), false],
    ['an open definition', { ...closed({ a: { $ref: '#/$defs/b' } }), $defs: { b: { type: 'object' } } }, false],
  ])('holds the answer to a schema, strictly where OpenAI can: %s', (_name, schema, strict) => {
    const { body, dropped } = translate({ output_config: { format: { type: 'json_schema', schema } } })
    expect(body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: expect.stringMatching(/^\w+$/), schema, ...(strict && { strict }) },
    })
    expect(dropped).toEqual(strict ? [] : ['output_config.format.strict'])
  })

  test('to a reasoning model uses its names and leaves sampling out', () => {
    const { body, dropped } = translate({ system: 'Be brief.', temperature: 0.2, top_p: 1 }, 'gpt-5')
    expect(body.messages[0]).toEqual({ role: 'developer', content: 'Be brief.' })
    expect(body).toMatchObject({ max_completion_tokens: 100 })
    expect(body).not.toHaveProperty('max_tokens')
    expect(body).not.toHaveProperty('temperature')
    expect(body).not.toHaveProperty('top_p')
    expect(dropped).toEqual(['temperature'])
  })

  const budget = (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } })
  test.each<[object, string, string | undefined, string[]]>([
    [{}, 'gpt-5', undefined, []],
    [{ thinking: { type: 'adaptive' } }, 'gpt-5', undefined, []],
    [budget(1024), 'gpt-5', 'low', []],
    [budget(8192), 'gpt-5', 'medium', []],
    [budget(8193), 'gpt-5', 'high', []],
    [budget(8193), 'o3', 'high', []],
    [{ output_config: { effort: 'max' } }, 'gpt-5.6-sol', 'max', []],
    [{ output_config: { effort: 'max' } }, 'gpt-5.2', 'xhigh', []],
    [{ output_config: { effort: 'xhigh' } }, 'gpt-5.1', 'high', []],
    [{ output_config: { effort: 'low' } }, 'gpt-5', 'low', []],
    [{ thinking: { type: 'disabled' } }, 'gpt-5.1', 'none', []],
    [{ thinking: { type: 'disabled' } }, 'gpt-5', 'minimal', []],
    [{ thinking: { type: 'disabled' } }, 'o3', 'low', []],
    [{ thinking: { type: 'disabled' } }, 'gpt-6.2-sol', 'low', []],
    [{ thinking: { type: 'disabled' } }, 'gpt-6-luna', 'none', []],
    [{ thinking: { type: 'disabled' } }, 'gpt-4o', undefined, []],
    [budget(1024), 'gpt-4o', undefined, ['thinking']],
    [budget(1024), 'qwen3', 'low', []],
    [{ thinking: { type: 'disabled' } }, 'qwen3', undefined, []],
  ])('thinks as hard as %j says, on %s: %s', (change, name, effort, dropped) => {
    const wire = translate(change, name)
    expect(wire.body.reasoning_effort).toBe(effort)
    expect(wire.dropped).toEqual(dropped)
  })

  test('does not ask a model to think that is known not to', () => {
    const { body, dropped } = translate(budget(1024), 'llama', { capabilities: ['tools'] })
    expect(body).not.toHaveProperty('reasoning_effort')
    expect(dropped).toEqual(['thinking'])
  })

  test('says what it leaves out', () => {
    const cached = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }
    const tools = [{ name: 'f', input_schema: { type: 'object' }, defer_loading: true }]
    const messages = [
      { role: 'user', content: [cached] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'no', is_error: true }] },
    ]
    const change = {
      top_k: 5,
      messages,
      tools,
      metadata: { user_id: 'x'.repeat(65) },
      service_tier: 'standard_only',
      speed: 'fast',
    }
    expect([...translate(change, 'llama').dropped].sort()).toEqual([
      ...['cache_control', 'is_error', 'metadata.user_id', 'service_tier', 'speed', 'tools[].defer_loading', 'top_k'],
    ])
  })

  const block = (content: object) => ({ messages: [{ role: 'user', content: [content] }] })
  test.each<[string, object]>([
    [
      'messages[1]',
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: 'The answer is' },
        ],
      },
    ],
    [
      'messages[0].content[0].source.url',
      block({ type: 'image', source: { type: 'url', url: 'http://example.com/a.png' } }),
    ],
    ['messages[0].content[0].source.file_id', block({ type: 'image', source: { type: 'file', file_id: 'f' } })],
    ['messages[0].content[0]', block({ type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } })],
    ['messages[0].content[0]', block({ type: 'search_result', source: 'x', title: 'y', content: [] })],
    ['tools[0]', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['inference_geo', { inference_geo: 'eu' }],
    ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'https://example.com' }] }],
  ])('is refused where it cannot be said: %s', (param, change) => {
    expect(refusal(() => translate(change))).toMatchObject({ status: 400, code: 'unsupported_parameter', param })
  })
})

test('a tool result with more images than a call can have arguments is encoded whole', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
  const content = Array.from({ length: 130_000 }, () => image)
  const request = anthropicDialect.parseRequest(
    JSON.stringify({
      model: 'm',
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] },
      ],
    }),
  )
  expect(JSON.parse(encode(request).body)).toHaveProperty('messages.3.content.length', 130_001)
})
