import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { GatewayError } from '../../../src/core/errors.js'
import { openaiDialect } from '../../../src/dialects/openai/dialect.js'

const PIXEL = 'data:image/png;base64,iVBORw0KGgo='
const hello = { role: 'user', content: 'Hello' }
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
const call = (id: string, name = 'get_weather') => ({ id, type: 'function', function: { name, arguments: '{}' } })
const calls = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map((id) => call(id)) })
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'sunny' })

function parse(body: object): ChatRequest {
  return openaiDialect.parseRequest(JSON.stringify({ model: 'm', messages: [hello], ...body }))
}

function refusal(body: unknown): GatewayError {
  try {
    openaiDialect.parseRequest(typeof body === 'string' ? body : JSON.stringify(body))
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('was accepted')
}

describe('a request', () => {
  test('with nothing but the essentials says nothing else', () => {
    const raw = '{"model":"m","messages":[{"role":"user","content":"Hello"}]}'
    expect(openaiDialect.parseRequest(raw)).toEqual({
      dialect: 'openai',
      model: 'm',
      stream: false,
      includeUsage: false,
      messages: [
        {
          role: 'user',
          parts: [{ type: 'text', text: 'Hello', path: 'messages[0].content' }],
          path: 'messages[0]',
        },
      ],
      extras: {},
      raw,
    })
  })

  test('takes null for absent in every field that may be null', () => {
    const nothing = Object.fromEntries(
      [
        ...['stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'stop'],
        ...['frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'seed', 'user'],
        ...['safety_identifier', 'prompt_cache_key', 'tools', 'tool_choice', 'parallel_tool_calls', 'functions'],
        ...['function_call', 'response_format', 'reasoning_effort', 'verbosity', 'modalities', 'audio', 'prediction'],
        ...['metadata', 'store', 'service_tier', 'moderation', 'web_search_options', 'something_new'],
      ].map((field) => [field, null]),
    )
    expect(parse(nothing)).toEqual({ ...parse({}), raw: expect.any(String) })
  })

  test('keeps every modelled field', () => {
    const request = parse({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      stop: 'END',
      n: 2,
      seed: -3,
      frequency_penalty: -2,
      presence_penalty: 2,
      logprobs: true,
      top_logprobs: 0,
      user: 'u1',
      metadata: { team: 'a' },
      service_tier: 'flex',
      reasoning_effort: 'xhigh',
      parallel_tool_calls: false,
      tools: [weather],
      tool_choice: 'required',
    })
    expect(request).toMatchObject({
      stream: true,
      includeUsage: true,
      maxTokens: 7,
      maxTokensField: 'max_completion_tokens',
      temperature: 0,
      topP: 0.5,
      stop: ['END'],
      n: 2,
      seed: -3,
      frequencyPenalty: -2,
      presencePenalty: 2,
      logprobs: true,
      topLogprobs: 0,
      user: 'u1',
      metadata: { team: 'a' },
      serviceTier: 'flex',
      reasoning: { effort: 'xhigh', path: 'reasoning_effort' },
      parallelToolCalls: false,
      tools: [{ kind: 'function', name: 'get_weather', path: 'tools[0]' }],
      toolChoice: { mode: 'required' },
      extras: {},
    })
  })

  test('keeps what it does not model among the extras, whatever the name', () => {
    const raw = `{"model":"m","messages":[{"role":"user","content":""}],"logit_bias":{"5":-100},"store":false,"x_new":{"a":[1]},"__proto__":{"polluted":1},"gone":null}`
    const { extras } = openaiDialect.parseRequest(raw)
    expect(Object.entries(extras)).toEqual([
      ['logit_bias', { 5: -100 }],
      ['store', false],
      ['x_new', { a: [1] }],
      ['__proto__', { polluted: 1 }],
    ])
    expect('polluted' in extras).toBe(false)
  })

  test('names what it holds below the top level and others will not get', () => {
    const request = parse({
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      tools: [{ ...weather, defer: true }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'x', 'odd\r\nname': 1 }], weight: 0 },
        { role: 'assistant', content: 'x', annotations: [{}], refusal: null, audio: null, parsed: { a: 1 } },
        { role: 'assistant', content: 'x', annotations: [], reasoning_details: [{ type: 'x' }] },
      ],
    })
    expect(request.hints).toEqual([
      'stream_options.continuous_usage_stats',
      'tools[].defer',
      'messages[].weight',
      'unknown',
      'messages[].annotations',
      'messages[].reasoning_details',
    ])
    expect(parse({})).not.toHaveProperty('hints')
  })

  test('prefers safety_identifier, the successor of user', () => {
    const both = parse({ user: 'old', safety_identifier: 'new' })
    expect(both).toMatchObject({ user: 'new', extras: {}, hints: ['user'] })
    expect(parse({ user: 'same', safety_identifier: 'same' })).not.toHaveProperty('hints')
    expect(parse({ user: null, safety_identifier: 'new' })).not.toHaveProperty('hints')
    expect(parse({ user: '' }).user).toBe('')
  })

  test('takes an empty list of tools or stops for none', () => {
    const request = parse({ tools: [], stop: [] })
    expect(request).not.toHaveProperty('tools')
    expect(request).not.toHaveProperty('stop')
  })

  test('counts max_tokens where it stands alone', () => {
    expect(parse({ max_tokens: 5 })).toMatchObject({ maxTokens: 5, maxTokensField: 'max_tokens' })
  })
})

describe('messages', () => {
  const parts = (message: object) => parse({ messages: [message] }).messages[0]?.parts

  test.each(['system', 'developer'])('of role %s are system messages', (role) => {
    expect(parse({ messages: [{ role, content: [{ type: 'text', text: 'Be brief.' }], name: 'x' }] }).messages).toEqual(
      [
        {
          role: 'system',
          name: 'x',
          parts: [{ type: 'text', text: 'Be brief.', path: 'messages[0].content[0]' }],
          path: 'messages[0]',
        },
      ],
    )
  })

  test('hold images as data and as URLs, http included', () => {
    const content = [
      { type: 'image_url', image_url: { url: 'DATA:image/PNG;charset=x;base64,iVBO\nRw0KGgo=', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'http://example.com/a.png' } },
    ]
    expect(parts({ role: 'user', content })).toEqual([
      {
        type: 'image',
        source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
        detail: 'low',
        path: 'messages[0].content[0]',
      },
      { type: 'image', source: { kind: 'url', url: 'http://example.com/a.png' }, path: 'messages[0].content[1]' },
    ])
  })

  test('hold audio and files', () => {
    const content = [
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
      { type: 'file', file: { file_data: 'JVBERi0=' } },
      { type: 'file', file: { file_id: 'file-1' } },
    ]
    expect(parts({ role: 'user', content })).toMatchObject([
      { type: 'audio', format: 'wav', data: 'AAAA' },
      {
        type: 'file',
        filename: 'a.pdf',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
      },
      { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' } },
      { type: 'file', source: { kind: 'file-id', id: 'file-1' } },
    ])
  })

  test('keep the data of an image of many megabytes', () => {
    const data = 'A'.repeat(12 * 1024 * 1024)
    const content = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }]
    const [image] = parts({ role: 'user', content }) ?? []
    expect(image).toMatchObject({ type: 'image', source: { kind: 'base64' } })
    expect(image?.type === 'image' && image.source.kind === 'base64' && image.source.data === data).toBe(true)
  })

  test('carry prompt-cache markers of both kinds', () => {
    const content = [
      { type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
      { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 'c' },
    ]
    expect(parts({ role: 'user', content })).toEqual([
      { type: 'text', text: 'a', cacheControl: { type: 'ephemeral' }, path: 'messages[0].content[0]' },
      { type: 'text', text: 'b', cacheControl: { type: 'ephemeral', ttl: '1h' }, path: 'messages[0].content[1]' },
      { type: 'text', text: 'c', path: 'messages[0].content[2]' },
    ])
  })

  test('of the assistant keep reasoning, text, refusal and calls in that order', () => {
    const message = {
      role: 'assistant',
      reasoning_content: 'Hm.',
      content: [
        { type: 'text', text: 'Let me see.' },
        { type: 'refusal', refusal: 'No.' },
      ],
      refusal: 'Not that.',
      tool_calls: [call('c1')],
    }
    expect(parse({ messages: [message, result('c1')] }).messages[0]?.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', origin: 'openai', path: 'messages[0].reasoning_content' },
      { type: 'text', text: 'Let me see.', path: 'messages[0].content[0]' },
      { type: 'refusal', text: 'No.', path: 'messages[0].content[1]' },
      { type: 'refusal', text: 'Not that.', path: 'messages[0].refusal' },
      { type: 'tool-call', id: 'c1', name: 'get_weather', arguments: '{}', path: 'messages[0].tool_calls[0]' },
    ])
  })

  test('of the assistant may be without content when they hold calls, and take an empty list of calls for none', () => {
    expect(parse({ messages: [{ role: 'assistant', tool_calls: [call('c1')] }, result('c1')] }).messages).toHaveLength(
      2,
    )
    expect(parts({ role: 'assistant', content: 'Hi', tool_calls: [] })).toHaveLength(1)
  })

  test('keep call arguments exactly, valid JSON or not', () => {
    const tricky = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a": 1e400,' } }
    const { messages } = parse({ messages: [{ role: 'assistant', content: '', tool_calls: [tricky] }, result('c1')] })
    expect(messages[0]?.parts[1]).toMatchObject({ arguments: '{"a": 1e400,' })
  })

  test.each([
    ['extra_content', { extra_content: { google: { thought_signature: 's1' } } }, {}],
    ['function', {}, { thought_signature: 's1' }],
  ])("find Gemini's thought signature in %s", (_where, onCall, onFunction) => {
    const sealed = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}', ...onFunction }, ...onCall }
    const { messages } = parse({ messages: [{ role: 'assistant', tool_calls: [sealed] }, result('c1')] })
    expect(messages[0]?.parts).toMatchObject([{ type: 'tool-call', signature: 's1' }])
  })

  test("put Anthropic's thinking in front of the call that carries it", () => {
    const thinking = [
      { type: 'thinking', thinking: 'Two lookups.', signature: 'sig1' },
      { type: 'redacted_thinking', data: 'xyz' },
    ]
    const sealed = { ...call('c2'), extra_content: { anthropic: { thinking } } }
    const { messages } = parse({
      messages: [{ role: 'assistant', content: null, tool_calls: [call('c1'), sealed] }, result('c1'), result('c2')],
    })
    const field = 'messages[0].tool_calls[1].extra_content.anthropic.thinking'
    expect(messages[0]?.parts).toMatchObject([
      { type: 'tool-call', id: 'c1' },
      { type: 'reasoning', text: 'Two lookups.', signature: 'sig1', origin: 'anthropic', path: `${field}[0]` },
      { type: 'redacted-reasoning', data: 'xyz', origin: 'anthropic', path: `${field}[1]` },
      { type: 'tool-call', id: 'c2' },
    ])
  })

  test('name a spoken answer among the extras, as no other provider can resolve it', () => {
    const request = parse({ messages: [hello, { role: 'assistant', content: null, audio: { id: 'a1' } }] })
    expect(request.extras).toEqual({ 'messages[1].audio': { id: 'a1' } })
  })

  test('answer all calls of the assistant message before them, in any order, also those that share an id', () => {
    const conversation = [
      hello,
      calls('c1', 'c2'),
      result('c2'),
      result('c1'),
      calls('x', 'x'),
      result('x'),
      result('x'),
    ]
    expect(parse({ messages: conversation }).messages).toHaveLength(7)
  })
})

describe('tools', () => {
  test('of both kinds are kept with their place', () => {
    const custom = { type: 'custom', custom: { name: 'sql', description: 'Runs SQL.', format: { type: 'text' } } }
    const strict = { type: 'function', function: { name: 'f', description: 'F.', strict: true } }
    expect(parse({ tools: [weather, custom, strict] }).tools).toEqual([
      { kind: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} }, path: 'tools[0]' },
      { kind: 'custom', name: 'sql', description: 'Runs SQL.', path: 'tools[1]' },
      { kind: 'function', name: 'f', description: 'F.', strict: true, path: 'tools[2]' },
    ])
  })

  test.each([
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    [
      { type: 'function', function: { name: 'get_weather' } },
      { mode: 'named', name: 'get_weather' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'get_weather' } }] },
      },
      { mode: 'allowed', required: true, names: ['get_weather'] },
    ],
  ])('may be chosen by %j', (choice, expected) => {
    expect(parse({ tools: [weather], tool_choice: choice }).toolChoice).toEqual(expected)
  })
})

describe('response formats', () => {
  test.each([
    [{ type: 'text' }, { type: 'text' }],
    [{ type: 'json_object' }, { type: 'json-object' }],
    [
      { type: 'json_schema', json_schema: { name: 'city', schema: { type: 'object' }, strict: true } },
      {
        type: 'json-schema',
        name: 'city',
        schema: { type: 'object' },
        strict: true,
        path: 'response_format.json_schema.schema',
      },
    ],
    [
      { type: 'json_schema', json_schema: { name: 'any' } },
      { type: 'json-schema', name: 'any', schema: {}, path: 'response_format.json_schema.schema' },
    ],
  ])('%j', (format, expected) => {
    expect(parse({ response_format: format }).responseFormat).toEqual(expected)
  })
})

describe('what is wrong is refused with its path', () => {
  const tool = (change: object) => ({ tools: [{ type: 'function', function: { name: 'f', ...change } }] })
  const content = (...parts: unknown[]) => ({ messages: [hello, { role: 'user', content: parts }] })
  const assistant = (message: object) => ({ messages: [hello, { role: 'assistant', ...message }] })
  const image = (url: unknown) => content({ type: 'text', text: 'x' }, { type: 'image_url', image_url: { url } })
  const format = (schema: unknown) => ({ response_format: { type: 'json_schema', json_schema: schema } })
  const choose = (choice: unknown) => ({ tools: [weather], tool_choice: choice })
  const named = (name: unknown) => ({ type: 'function', function: { name } })
  const long = 'x'.repeat(600)

  test.each<[string, object]>([
    ['model', { model: 5 }],
    ['model', { model: '' }],
    ['messages', { messages: [] }],
    ['messages', { messages: 'Hello' }],
    ['messages[0]', { messages: ['Hello'] }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: null }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: [] }] }],
    ['messages[0].content', { messages: [{ role: 'system', content: 5 }] }],
    ['messages[0].name', { messages: [{ ...hello, name: 5 }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'system', content: [{ type: 'image_url' }] }] }],
    ['messages[1].content[0]', content('x')],
    ['messages[1].content[0].type', content({ type: 'video' })],
    ['messages[1].content[0].type', content({ type: 'refusal', refusal: 'x' })],
    ['messages[1].content[0].text', content({ type: 'text', text: null })],
    [
      'messages[1].content[0].prompt_cache_breakpoint.mode',
      content({ type: 'text', text: 'x', prompt_cache_breakpoint: {} }),
    ],
    [
      'messages[1].content[0].cache_control.type',
      content({ type: 'text', text: 'x', cache_control: { type: 'forever' } }),
    ],
    ['messages[1].content[0].image_url', content({ type: 'image_url', image_url: PIXEL })],
    [
      'messages[1].content[0].image_url.detail',
      content({ type: 'image_url', image_url: { url: PIXEL, detail: 'max' } }),
    ],
    ['messages[1].content[1].image_url.url', image(undefined)],
    ['messages[1].content[1].image_url.url', image('')],
    ['messages[1].content[1].image_url.url', image('ftp://example.com/a.png')],
    ['messages[1].content[1].image_url.url', image('file:///etc/passwd')],
    ['messages[1].content[1].image_url.url', image('data:image/png,rawdata')],
    ['messages[1].content[1].image_url.url', image('data:;base64,AAAA')],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,')],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,%%%')],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,AA=A')],
    ['messages[1].content[1].image_url.url', image('data:application/pdf;base64,AAAA')],
    [
      'messages[1].content[0].input_audio.format',
      content({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'ogg' } }),
    ],
    [
      'messages[1].content[0].input_audio.data',
      content({ type: 'input_audio', input_audio: { data: '?', format: 'wav' } }),
    ],
    ['messages[1].content[0].file', content({ type: 'file', file: {} })],
    ['messages[1].content[0].file', content({ type: 'file', file: { file_id: 'f', file_data: 'AAAA' } })],
    ['messages[1].content[0].file.file_data', content({ type: 'file', file: { file_data: 'not base64!' } })],
    ['messages[1].content', assistant({})],
    ['messages[1].content', assistant({ content: null, tool_calls: [] })],
    ['messages[1].content[0].type', assistant({ content: [{ type: 'image_url', image_url: { url: PIXEL } }] })],
    ['messages[1].refusal', assistant({ content: 'x', refusal: 5 })],
    ['messages[1].audio.id', assistant({ audio: {} })],
    ['messages[1].function_call', assistant({ function_call: { name: 'f', arguments: '{}' } })],
    ['messages[1].tool_calls', assistant({ tool_calls: {} })],
    ['messages[1].tool_calls[0].id', assistant({ tool_calls: [{ ...call('x'), id: '' }] })],
    ['messages[1].tool_calls[0].type', assistant({ tool_calls: [{ ...call('x'), type: 'magic' }] })],
    ['messages[1].tool_calls[0].function', assistant({ tool_calls: [{ id: 'x', type: 'function' }] })],
    ['messages[1].tool_calls[0].function.name', assistant({ tool_calls: [call('x', '')] })],
    [
      'messages[1].tool_calls[0].function.arguments',
      assistant({ tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: {} } }] }),
    ],
    ['messages[1].tool_calls[0].custom', assistant({ tool_calls: [{ id: 'x', type: 'custom' }] })],
    [
      'messages[1].tool_calls[0].extra_content.anthropic.thinking[0].signature',
      assistant({
        tool_calls: [
          { ...call('x'), extra_content: { anthropic: { thinking: [{ type: 'thinking', thinking: '' }] } } },
        ],
      }),
    ],
    ['messages[1].tool_call_id', { messages: [hello, { role: 'tool', content: 'x' }] }],
    ['messages[1].tool_call_id', { messages: [hello, result('c1')] }],
    ['messages[2].tool_call_id', { messages: [hello, calls('c1'), result('c2')] }],
    ['messages[3].tool_call_id', { messages: [hello, calls('c1'), result('c1'), result('c1')] }],
    ['messages[4].tool_call_id', { messages: [calls('c1'), result('c1'), hello, calls('c2'), result('c1')] }],
    ['messages[1].tool_calls[0]', { messages: [hello, calls('c1')] }],
    ['messages[1].tool_calls[1]', { messages: [hello, calls('c1', 'c2'), result('c1')] }],
    ['messages[1].tool_calls[1]', { messages: [hello, calls('c1', 'c2'), result('c1'), hello] }],
    ['messages[1].tool_calls[1]', { messages: [hello, calls('c1', 'c1'), result('c1'), hello] }],
    [
      'messages[2].content[0].type',
      {
        messages: [
          hello,
          calls('c1'),
          { ...result('c1'), content: [{ type: 'image_url', image_url: { url: PIXEL } }] },
        ],
      },
    ],
    ['messages[2].content', { messages: [hello, calls('c1'), { ...result('c1'), content: null }] }],
    ['stream', { stream: 'yes' }],
    ['stream_options', { stream_options: { include_usage: true } }],
    ['stream_options', { stream: true, stream_options: true }],
    ['stream_options.include_usage', { stream: true, stream_options: { include_usage: 1 } }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['max_completion_tokens', { max_completion_tokens: '5' }],
    ['temperature', { temperature: 2.1 }],
    ['temperature', { temperature: '1' }],
    ['top_p', { top_p: -0.1 }],
    ['n', { n: 0 }],
    ['n', { n: 129 }],
    ['stop', { stop: 5 }],
    ['stop', { stop: ['a', 'b', 'c', 'd', 'e'] }],
    ['stop[1]', { stop: ['a', 5] }],
    ['frequency_penalty', { frequency_penalty: 3 }],
    ['presence_penalty', { presence_penalty: -3 }],
    ['logit_bias', { logit_bias: [] }],
    ['logit_bias.5', { logit_bias: { 5: 101 } }],
    ['logprobs', { logprobs: 1 }],
    ['top_logprobs', { logprobs: true, top_logprobs: 21 }],
    ['top_logprobs', { top_logprobs: 2 }],
    ['seed', { seed: 1.5 }],
    ['user', { user: 5 }],
    ['safety_identifier', { safety_identifier: long }],
    ['prompt_cache_key', { prompt_cache_key: 5 }],
    ['prompt_cache_options.mode', { prompt_cache_options: { mode: 'never' } }],
    ['prompt_cache_retention', { prompt_cache_retention: '1y' }],
    ['tools', { tools: {} }],
    ['tools[0]', { tools: [5] }],
    ['tools[0].type', { tools: [{ function: { name: 'f' } }] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.name', tool({ name: 'has space' })],
    ['tools[0].function.name', tool({ name: 'x'.repeat(65) })],
    ['tools[0].function.description', tool({ description: 5 })],
    ['tools[0].function.parameters', tool({ parameters: [] })],
    ['tools[0].function.strict', tool({ strict: 'yes' })],
    ['tools[0].custom.name', { tools: [{ type: 'custom', custom: {} }] }],
    [
      'tools[0].custom.format.grammar.syntax',
      {
        tools: [
          {
            type: 'custom',
            custom: { name: 'c', format: { type: 'grammar', grammar: { definition: 'x', syntax: 'bnf' } } },
          },
        ],
      },
    ],
    ['tool_choice', { tool_choice: 'auto' }],
    ['tool_choice', { tools: [], tool_choice: 'none' }],
    ['tool_choice', choose('any')],
    ['tool_choice', choose(5)],
    ['tool_choice.type', choose({ type: 'tool' })],
    ['tool_choice.function.name', choose(named('other'))],
    ['tool_choice.custom.name', choose({ type: 'custom', custom: { name: 'get_weather' } })],
    [
      'tool_choice.allowed_tools.mode',
      choose({ type: 'allowed_tools', allowed_tools: { tools: [named('get_weather')] } }),
    ],
    ['tool_choice.allowed_tools.tools', choose({ type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } })],
    [
      'tool_choice.allowed_tools.tools[1].function.name',
      choose({ type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [named('get_weather'), named('x')] } }),
    ],
    ['parallel_tool_calls', { parallel_tool_calls: 'no' }],
    ['functions', { functions: [] }],
    ['function_call', { function_call: 'auto' }],
    ['response_format', { response_format: 'json' }],
    ['response_format.type', { response_format: { type: 'xml' } }],
    ['response_format.json_schema', format(undefined)],
    ['response_format.json_schema.name', format({ name: 'no good' })],
    ['response_format.json_schema.schema', format({ name: 'x', schema: 'x' })],
    ['response_format.json_schema.strict', format({ name: 'x', strict: 1 })],
    ['reasoning_effort', { reasoning_effort: 'extreme' }],
    ['verbosity', { verbosity: 'chatty' }],
    ['modalities[0]', { modalities: ['smell'] }],
    ['audio', { modalities: ['text', 'audio'] }],
    ['audio.format', { audio: { voice: 'alloy', format: 'midi' } }],
    ['prediction.type', { prediction: { content: 'x' } }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) }],
    ['metadata', { metadata: { [long]: 'v' } }],
    ['metadata.team', { metadata: { team: long } }],
    ['metadata.team', { metadata: { team: 5 } }],
    ['store', { store: 'yes' }],
    ['service_tier', { service_tier: 'gold' }],
    ['moderation.model', { moderation: {} }],
    ['web_search_options.search_context_size', { web_search_options: { search_context_size: 'huge' } }],
  ])('%s', (param, change) => {
    const error = refusal({ model: 'm', messages: [hello], ...change })
    expect(error).toMatchObject({ status: 400, code: 'invalid_request', param })
    expect(error.message).toContain(param)
  })

  test('functions point to tools', () => {
    expect(refusal({ model: 'm', messages: [hello], functions: [] }).message).toContain("'tools'")
  })

  test.each(['[]', '"x"', 'null', '5'])('a body of %s', (raw) => {
    expect(refusal(raw)).toMatchObject({ status: 400, param: null })
  })

  test('malformed JSON, with its position', () => {
    expect(refusal('{"model": }')).toMatchObject({ status: 400, code: 'invalid_json' })
    expect(refusal('{"model": }').message).toContain('position 10')
  })

  test('without showing what was written', () => {
    const error = refusal({ model: 'm', messages: [{ role: 'user', content: [{ type: 'my-secret' }] }] })
    expect(error.message).not.toContain('my-secret')
  })
})

describe('any JSON value', () => {
  const anything = fc.jsonValue({ maxDepth: 4 })
  const field = (...names: string[]) => fc.constantFrom(...names)
  const part = fc.oneof(
    anything,
    fc.record(
      {
        type: fc.oneof(field('text', 'image_url', 'input_audio', 'file', 'refusal'), anything),
        text: fc.oneof(fc.string(), anything),
        image_url: fc.oneof(fc.record({ url: fc.oneof(fc.string(), fc.constant(PIXEL)) }), anything),
        file: anything,
        input_audio: anything,
      },
      { requiredKeys: [] },
    ),
  )
  const message = fc.oneof(
    { weight: 5, arbitrary: fc.record({ role: field('developer', 'user', 'assistant'), content: fc.string() }) },
    anything,
    fc.record(
      {
        role: fc.oneof(field('developer', 'system', 'user', 'assistant', 'tool', 'function'), anything),
        content: fc.oneof(fc.string(), fc.array(part), anything),
        tool_calls: fc.oneof(fc.array(fc.oneof(fc.constant(call('c1')), anything)), anything),
        tool_call_id: fc.oneof(fc.constant('c1'), anything),
        audio: anything,
        refusal: anything,
      },
      { requiredKeys: [] },
    ),
  )
  const body = fc
    .tuple(
      fc.record({
        model: fc.oneof({ weight: 5, arbitrary: fc.string({ minLength: 1 }) }, anything),
        messages: fc.oneof({ weight: 5, arbitrary: fc.array(message, { minLength: 1, maxLength: 4 }) }, anything),
      }),
      fc.dictionary(
        field(
          ...['stream', 'stream_options', 'tools', 'tool_choice', 'stop', 'n', 'metadata', 'logit_bias', 'modalities'],
          ...['response_format', 'audio', 'prediction', 'max_tokens', 'temperature', '__proto__', 'constructor', 'x'],
        ),
        fc.oneof(anything, fc.constant([weather]), fc.constant('auto'), fc.boolean()),
        { maxKeys: 3 },
      ),
    )
    .map(([core, rest]) => ({ ...core, ...rest }))

  test('is either a request or a 400 that says what is wrong', () => {
    const outcomes = { requests: 0, refusals: 0 }
    fc.assert(
      fc.property(fc.oneof(body, anything), (value) => {
        const raw = JSON.stringify(value)
        try {
          const request = openaiDialect.parseRequest(raw)
          outcomes.requests += 1
          expect(request.raw).toBe(raw)
          expect(request.messages.length).toBeGreaterThan(0)
        } catch (error) {
          outcomes.refusals += 1
          expect(error).toBeInstanceOf(GatewayError)
          expect(error).toMatchObject({ status: 400, message: expect.stringMatching(/.{10}/) })
        }
      }),
      { numRuns: 3000 },
    )
    expect(Math.min(outcomes.requests, outcomes.refusals)).toBeGreaterThan(10)
  })

  test('that is nested without end is a 400', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(refusal(`{"model":"m","messages":[{"role":"user","content":"x"}],"x":${deep}}`)).toMatchObject({
      status: 400,
    })
  })
})

test('an answer of more tool calls than a call can have arguments is read whole', () => {
  const calls = functionCalls(130_000)
  const messages = [{ role: 'user', content: 'Hi' }, { role: 'assistant', tool_calls: calls }, ...calls.map(answerTo)]
  expect(parse({ messages }).messages[1]).toHaveProperty('parts.length', 130_000)
})

test('an answer of more parts than a call can have arguments is read whole', () => {
  const content = Array.from({ length: 130_000 }, () => ({ type: 'text', text: 'a' }))
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content },
  ]
  expect(parse({ messages }).messages[1]).toHaveProperty('parts.length', 130_000)
})

function functionCalls(count: number): readonly { readonly id: string }[] {
  return Array.from({ length: count }, (_, n) => {
    return { id: `c${n}`, type: 'function', function: { name: 'f', arguments: '{}' } }
  })
}

function answerTo({ id }: { readonly id: string }): object {
  return { role: 'tool', tool_call_id: id, content: 'ok' }
}
