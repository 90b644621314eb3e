import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { GatewayError } from '../../../src/core/errors.js'
import { parseCountTokensRequest, parseRequest } from '../../../src/dialects/anthropic/parse-request.js'

const BASE = { model: 'claude-haiku-5-5', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] }

function parse(fields: object): ChatRequest {
  return parseRequest(JSON.stringify({ ...BASE, ...fields }))
}

function parseContent(role: string, content: unknown): ChatRequest {
  return parse({ messages: [{ role, content }] })
}

function errorOf(raw: string, parser: (raw: string) => unknown = parseRequest): GatewayError {
  try {
    parser(raw)
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('The request was accepted.')
}

test('the smallest request', () => {
  const raw = JSON.stringify(BASE)
  expect(parseRequest(raw)).toEqual({
    dialect: 'anthropic',
    model: 'claude-haiku-5-5',
    stream: false,
    includeUsage: true,
    maxTokens: 64,
    maxTokensField: 'max_tokens',
    messages: [
      {
        role: 'user',
        parts: [{ type: 'text', text: 'hi', path: 'messages[0].content' }],
        path: 'messages[0]',
      },
    ],
    extras: {},
    raw,
  })
})

test.each<[string, object, Partial<ChatRequest>]>([
  ['stream', { stream: true }, { stream: true }],
  ['max_tokens 0', { max_tokens: 0 }, { maxTokens: 0 }],
  ['sampling', { temperature: 1, top_p: 0.5, top_k: 40 }, { temperature: 1, topP: 0.5, topK: 40 }],
  ['stop_sequences', { stop_sequences: ['\n', 'END'] }, { stop: ['\n', 'END'] }],
  ['metadata.user_id', { metadata: { user_id: 'u-1' } }, { user: 'u-1' }],
  ['metadata of another name', { metadata: { team: 'a' } }, { hints: ['metadata.team'] }],
  ['service_tier auto', { service_tier: 'auto' }, { serviceTier: 'auto' }],
  ['service_tier standard_only', { service_tier: 'standard_only' }, { serviceTier: 'default' }],
  ['cache_control', { cache_control: { type: 'ephemeral' } }, { cacheControl: { type: 'ephemeral' } }],
  [
    'thinking adaptive',
    { thinking: { type: 'adaptive' } },
    { reasoning: { thinking: { mode: 'adaptive' }, path: 'thinking' } },
  ],
  [
    'thinking disabled',
    { thinking: { type: 'disabled' } },
    { reasoning: { thinking: { mode: 'disabled' }, path: 'thinking' } },
  ],
  [
    'thinking between tools with an effort',
    { thinking: { type: 'between_tools' }, output_config: { effort: 'high' } },
    { reasoning: { thinking: { mode: 'between_tools' }, effort: 'high', path: 'thinking' } },
  ],
  [
    'thinking with a budget and a way to show it',
    { thinking: { type: 'enabled', budget_tokens: 2048, display: 'omitted' } },
    { reasoning: { thinking: { mode: 'enabled', budgetTokens: 2048 }, path: 'thinking' }, hints: ['thinking.display'] },
  ],
  ['thinking of a new kind', { thinking: { type: 'deep', x: 1 } }, { extras: { thinking: { type: 'deep', x: 1 } } }],
  ['an effort', { output_config: { effort: 'max' } }, { reasoning: { effort: 'max', path: 'output_config.effort' } }],
  ['a new effort', { output_config: { effort: 'extreme' } }, { extras: { 'output_config.effort': 'extreme' } }],
  [
    'a schema',
    { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    {
      responseFormat: {
        type: 'json-schema',
        name: 'output',
        schema: { type: 'object' },
        strict: true,
        path: 'output_config.format.schema',
      },
    },
  ],
  [
    'a schema in its former place',
    { output_format: { type: 'json_schema', schema: {} } },
    { responseFormat: { type: 'json-schema', name: 'output', schema: {}, strict: true, path: 'output_format.schema' } },
  ],
  [
    'a new format',
    { output_config: { format: { type: 'xml' } } },
    { extras: { 'output_config.format': { type: 'xml' } } },
  ],
  ['a new member of output_config', { output_config: { tone: 1 } }, { extras: { 'output_config.tone': 1 } }],
  [
    'fields for Anthropic alone, and unknown ones',
    { container: 'c', speed: 'fast', inference_geo: null, future: { a: 1 } },
    { extras: { container: 'c', speed: 'fast', future: { a: 1 } } },
  ],
  [
    'nulls, which say nothing',
    { stream: null, temperature: null, tools: null, tool_choice: null, thinking: null, system: null, metadata: null },
    { extras: {} },
  ],
  ['an empty list of tools and of stops', { tools: [], stop_sequences: [] }, { extras: {} }],
])('%s', (_name, fields, expected) => {
  const request = parse(fields)
  const { raw: _raw, ...rest } = request
  const { raw: _base, ...base } = parse({})
  expect(rest).toEqual({ ...base, ...expected })
})

test('an extra named like the prototype stays an ordinary field', () => {
  const request = parseRequest(`{"__proto__":{"a":1},${JSON.stringify(BASE).slice(1)}`)
  expect(Object.entries(request.extras)).toEqual([['__proto__', { a: 1 }]])
})

describe('system', () => {
  test('a string is one system message in front', () => {
    expect(parse({ system: 'Be brief.' }).messages[0]).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'Be brief.', path: 'system' }],
      path: 'system',
    })
  })

  test('text blocks keep their cache markers', () => {
    const system = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ]
    expect(parse({ system }).messages[0]?.parts).toEqual([
      { type: 'text', text: 'a', path: 'system[0]' },
      { type: 'text', text: 'b', cacheControl: { type: 'ephemeral', ttl: '1h' }, path: 'system[1]' },
    ])
  })

  test('an empty one is none', () => {
    expect(parse({ system: '' }).messages).toHaveLength(1)
    expect(parse({ system: [] }).messages).toHaveLength(1)
  })

  test('the role is accepted inside messages', () => {
    const { messages } = parse({
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'system', content: [{ type: 'text', text: 'Now in French.' }] },
      ],
    })
    expect(messages[1]).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'Now in French.', path: 'messages[1].content[0]' }],
      path: 'messages[1]',
    })
  })
})

describe('blocks of a user message', () => {
  const at = 'messages[0].content[0]'

  test.each<[string, object, unknown]>([
    [
      'text',
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      [{ type: 'text', text: 'a', cacheControl: { type: 'ephemeral' }, path: at }],
    ],
    [
      'a base64 image',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
      [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' }, path: at }],
    ],
    [
      'an image by address',
      { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' }, cache_control: { type: 'ephemeral' } },
      [
        {
          type: 'image',
          source: { kind: 'url', url: 'https://x.test/a.png' },
          cacheControl: { type: 'ephemeral' },
          path: at,
        },
      ],
    ],
    [
      'an uploaded image',
      { type: 'image', source: { type: 'file', file_id: 'file_1' } },
      [{ type: 'image', source: { kind: 'file-id', id: 'file_1' }, path: at }],
    ],
    [
      'a PDF with a title',
      { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
      [
        {
          type: 'file',
          source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
          filename: 'a.pdf',
          path: at,
        },
      ],
    ],
    [
      'a document by address',
      { type: 'document', source: { type: 'url', url: 'https://x.test/a.pdf' } },
      [{ type: 'file', source: { kind: 'url', url: 'https://x.test/a.pdf' }, path: at }],
    ],
    [
      'an uploaded document',
      { type: 'document', source: { type: 'file', file_id: 'file_2' } },
      [{ type: 'file', source: { kind: 'file-id', id: 'file_2' }, path: at }],
    ],
    [
      'a plain text document with context',
      { type: 'document', context: 'From 2020.', source: { type: 'text', media_type: 'text/plain', data: 'abc' } },
      [
        { type: 'text', text: 'From 2020.', path: `${at}.context` },
        { type: 'file', source: { kind: 'text', text: 'abc' }, path: at },
      ],
    ],
    [
      'a document of blocks',
      {
        type: 'document',
        title: 'T',
        cache_control: { type: 'ephemeral' },
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'one' },
            { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
          ],
        },
      },
      [
        { type: 'text', text: 'T', path: `${at}.title` },
        { type: 'text', text: 'one', path: `${at}.source.content[0]` },
        {
          type: 'image',
          source: { kind: 'url', url: 'https://x.test/a.png' },
          cacheControl: { type: 'ephemeral' },
          path: `${at}.source.content[1]`,
        },
      ],
    ],
    [
      'a document whose content is a string',
      { type: 'document', source: { type: 'content', content: 'abc' } },
      [{ type: 'text', text: 'abc', path: `${at}.source.content` }],
    ],
  ])('%s', (_name, block, parts) => {
    const request = parseContent('user', [block])
    expect(request.messages).toEqual([{ role: 'user', parts, path: 'messages[0]' }])
    expect(request.extras).toEqual({})
  })

  test.each<[string, object]>([
    ['a search result', { type: 'search_result', source: 's', title: 't', content: [] }],
    ['a block of next year', { type: 'hologram', depth: 3 }],
    ['a source of next year', { type: 'image', source: { type: 'satellite' } }],
    ['a document source of next year', { type: 'document', source: { type: 'shelf' } }],
  ])('%s is kept under its path, for others to refuse', (_name, block) => {
    const { extras } = parseContent('user', [{ type: 'text', text: 'a' }, block])
    expect(extras).toEqual({ 'messages[0].content[1]': block })
  })

  test('citations change the shape of the answer, so asking for them is kept too', () => {
    const block = {
      type: 'document',
      citations: { enabled: true },
      source: { type: 'text', media_type: 'text/plain', data: 'abc' },
    }
    expect(parseContent('user', [block]).extras).toEqual({ [`${at}.citations`]: { enabled: true } })
    expect(parseContent('user', [{ ...block, citations: { enabled: false } }]).extras).toEqual({})
  })

  test('what only tunes or annotates is named once, without indexes', () => {
    const image = {
      type: 'image',
      source: { type: 'file', file_id: 'f' },
      transformations: { oversized_image: 'downsize' },
    }
    const cited = { type: 'text', text: 'a', citations: [{ type: 'char_location' }] }
    expect(parseContent('user', [image, image, cited]).hints).toEqual([
      'messages[].content[].transformations',
      'messages[].content[].citations',
    ])
  })

  test('field names that could not stand in a header are not repeated', () => {
    expect(parse({ messages: [{ role: 'user', content: 'a', 'x\r\ny': 1 }] }).hints).toEqual(['unknown'])
  })
})

describe('tool calls and results', () => {
  const call = (id: string, input: unknown = {}) => ({ type: 'tool_use', id, name: 'f', input })
  const result = (id: string, rest: object = {}) => ({ type: 'tool_result', tool_use_id: id, ...rest })

  test('each result becomes a tool message, and the text behind them a user message', () => {
    const { messages } = parse({
      messages: [
        { role: 'assistant', content: [call('a'), call('b')] },
        {
          role: 'user',
          content: [
            result('a', { content: 'sunny' }),
            result('b', {
              is_error: true,
              cache_control: { type: 'ephemeral' },
              content: [
                { type: 'text', text: 'no' },
                { type: 'image', source: { type: 'file', file_id: 'x' } },
              ],
            }),
            { type: 'text', text: 'and now?' },
          ],
        },
      ],
    })
    expect(messages.slice(1)).toEqual([
      {
        role: 'tool',
        toolCallId: 'a',
        parts: [{ type: 'text', text: 'sunny', path: 'messages[1].content[0].content' }],
        isError: false,
        path: 'messages[1].content[0]',
      },
      {
        role: 'tool',
        toolCallId: 'b',
        parts: [
          { type: 'text', text: 'no', path: 'messages[1].content[1].content[0]' },
          { type: 'image', source: { kind: 'file-id', id: 'x' }, path: 'messages[1].content[1].content[1]' },
        ],
        isError: true,
        cacheControl: { type: 'ephemeral' },
        path: 'messages[1].content[1]',
      },
      {
        role: 'user',
        parts: [{ type: 'text', text: 'and now?', path: 'messages[1].content[2]' }],
        path: 'messages[1]',
      },
    ])
  })

  test('a result may be empty', () => {
    const { messages } = parse({
      messages: [
        { role: 'assistant', content: [call('a')] },
        { role: 'user', content: [result('a')] },
      ],
    })
    expect(messages[1]).toMatchObject({ role: 'tool', parts: [] })
  })

  test('a part of a result that has no counterpart is kept under its path', () => {
    const reference = { type: 'tool_reference', tool_name: 'g' }
    const { extras } = parse({
      messages: [
        { role: 'assistant', content: [call('a')] },
        { role: 'user', content: [result('a', { content: [reference] })] },
      ],
    })
    expect(extras).toEqual({ 'messages[1].content[0].content[0]': reference })
  })

  test("arguments are the client's own text, so large numbers and key order survive", () => {
    const input = '{ "id": 12345678901234567890, "x": 1.0, "\\u0061": "}\\"]", "2": [[]], "1": {} }'
    const raw =
      '{"messages":"shadowed","model":"m","max_tokens":1,"messages":[{"role":"user","content":"}{"},' +
      `{"content":[{"type":"text","text":"\\\\"},{"type":"tool_use","\\u0069nput":${input},"id":"a","name":"f"}],` +
      '"role":"assistant"}]}'
    expect(parseRequest(raw).messages[1]?.parts[1]).toMatchObject({ type: 'tool-call', arguments: input })
  })

  test('a thought signature of Gemini comes back', () => {
    const block = { ...call('a'), extra_content: { google: { thought_signature: 'SIG' } } }
    expect(parseContent('assistant', [block]).messages[0]?.parts[0]).toMatchObject({ signature: 'SIG' })
  })

  test('results may be spread over neighbouring user messages', () => {
    const { messages } = parse({
      messages: [
        { role: 'assistant', content: [call('a'), call('b')] },
        { role: 'user', content: [result('b')] },
        { role: 'user', content: [result('a')] },
        { role: 'assistant', content: 'ok' },
      ],
    })
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'tool', 'assistant'])
  })

  test('calls at the very end may be open', () => {
    expect(parseContent('assistant', [call('a')]).messages).toHaveLength(1)
  })

  test('a result may answer a call of a kind that we do not know', () => {
    const { messages } = parse({
      messages: [
        { role: 'assistant', content: [{ type: 'browser_tool_use', id: 'z', name: 'zoom', input: {} }] },
        { role: 'user', content: [result('z', { content: 'done' })] },
      ],
    })
    expect(messages[1]).toMatchObject({ role: 'tool', toolCallId: 'z' })
  })
})

describe('thinking of earlier turns', () => {
  test.each<[string, object, object]>([
    [
      'signed by Anthropic',
      { type: 'thinking', thinking: 'Hm.', signature: 'EqQB==' },
      { type: 'reasoning', text: 'Hm.', signature: 'EqQB==', origin: 'anthropic' },
    ],
    [
      'withheld',
      { type: 'redacted_thinking', data: 'EmwK==' },
      { type: 'redacted-reasoning', data: 'EmwK==', origin: 'anthropic' },
    ],
    [
      'signed by Gemini',
      { type: 'thinking', thinking: 'Hm.', signature: 'gemini:S==' },
      { type: 'reasoning', text: 'Hm.', signature: 'S==', origin: 'gemini' },
    ],
    [
      'of a provider that signs nothing',
      { type: 'thinking', thinking: 'Hm.', signature: 'openai:' },
      { type: 'reasoning', text: 'Hm.', origin: 'openai' },
    ],
    [
      'not signed at all',
      { type: 'thinking', thinking: 'Hm.', signature: '' },
      { type: 'reasoning', text: 'Hm.', origin: 'anthropic' },
    ],
  ])('%s', (_name, block, part) => {
    expect(parseContent('assistant', [block]).messages[0]?.parts).toEqual([{ ...part, path: 'messages[0].content[0]' }])
  })
})

describe('the text for lanes that pass the request on', () => {
  const SIGNED = '{ "type":"thinking", "thinking":"a", "signature":"EqQB==" }'
  const CALL = '{"type":"tool_use","id":"a","name":"f","input":{ "n": 1.0 }}'

  const withAssistant = (...blocks: string[]) =>
    `{"model":"m", "max_tokens":1,"messages":[{"role":"user","content":[ {"type":"text","text":"1"} ]},` +
    `{"role":"assistant","content":[${blocks.join(',')}],"role":"assistant"}], "top_k": 5}`

  test("is the client's own, byte for byte", () => {
    // Servers that only speak like Anthropic may well leave their thinking unsigned.
    const raw = withAssistant(SIGNED, '{"type":"thinking","thinking":"b","signature":""}', CALL)
    expect(parseRequest(raw).raw).toBe(raw)
  })

  test('lacks what we had added for another family, as Anthropic refuses it', () => {
    const marked = CALL.replace('}}', '},"extra_content":{"google":{"thought_signature":"S"}}}')
    const raw = withAssistant(
      SIGNED,
      '{"type":"thinking","thinking":"b","signature":"openai:"}',
      '{"type":"redacted_thinking","data":"openai:x"}',
      marked,
      '{"type":"thinking","thinking":"c","signature":"gemini:S=="}',
    )
    expect(parseRequest(raw).raw).toBe(withAssistant(SIGNED, CALL))
  })

  test('lacks a message of which nothing is left', () => {
    const { raw } = parseRequest(withAssistant('{"type":"thinking","thinking":"b","signature":"openai:"}'))
    expect(JSON.parse(raw).messages).toEqual([{ role: 'user', content: [{ type: 'text', text: '1' }] }])
  })
})

describe('tools', () => {
  const TOOL = { name: 'f', input_schema: { type: 'object', properties: { a: { type: 'string' } } } }

  test('a custom tool', () => {
    const { tools, hints } = parse({
      tools: [
        { ...TOOL, type: 'custom', description: 'd', strict: true, cache_control: { type: 'ephemeral' } },
        { ...TOOL, name: 'g', defer_loading: true, input_examples: [{}] },
      ],
    })
    expect(tools).toEqual([
      {
        kind: 'function',
        name: 'f',
        description: 'd',
        parameters: TOOL.input_schema,
        strict: true,
        cacheControl: { type: 'ephemeral' },
        path: 'tools[0]',
      },
      { kind: 'function', name: 'g', parameters: TOOL.input_schema, path: 'tools[1]' },
    ])
    expect(hints).toEqual(['tools[].defer_loading', 'tools[].input_examples'])
  })

  test('a tool of another type is one that Anthropic brings', () => {
    const tools = [
      { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
      { type: 'computer_toolset_20260801' },
    ]
    expect(parse({ tools }).tools).toEqual([
      { kind: 'builtin', name: 'web_search', path: 'tools[0]' },
      { kind: 'builtin', name: 'computer_toolset_20260801', path: 'tools[1]' },
    ])
  })

  test.each<[object, object]>([
    [{ type: 'auto' }, { toolChoice: { mode: 'auto' } }],
    [{ type: 'any' }, { toolChoice: { mode: 'required' } }],
    [{ type: 'none' }, { toolChoice: { mode: 'none' } }],
    [{ type: 'tool', name: 'f' }, { toolChoice: { mode: 'named', name: 'f' } }],
    [
      { type: 'auto', disable_parallel_tool_use: true },
      { toolChoice: { mode: 'auto' }, parallelToolCalls: false },
    ],
    [{ type: 'any', disable_parallel_tool_use: false }, { toolChoice: { mode: 'required' } }],
    [{ type: 'vote' }, { extras: { tool_choice: { type: 'vote' } } }],
  ])('tool_choice %j', (choice, expected) => {
    const { raw: _raw, ...request } = parse({ tools: [TOOL], tool_choice: choice })
    const { raw: _base, ...base } = parse({ tools: [TOOL] })
    expect(request).toEqual({ ...base, ...expected })
  })

  test('a member of a toolset may be named', () => {
    const request = parse({ tools: [{ type: 'browser_toolset' }], tool_choice: { type: 'tool', name: 'zoom' } })
    expect(request.toolChoice).toEqual({ mode: 'named', name: 'zoom' })
  })
})

describe('what is refused, and where', () => {
  const inUser = (block: unknown) => ({ messages: [{ role: 'user', content: [block] }] })
  const inAssistant = (block: unknown) => ({ messages: [{ role: 'assistant', content: [block] }] })
  const TOOL = { name: 'f', input_schema: { type: 'object' } }
  const CALL = { type: 'tool_use', id: 'a', name: 'f', input: {} }

  test.each<[string, object]>([
    ['model', { model: undefined }],
    ['model', { model: '' }],
    ['model', { model: 7 }],
    ['max_tokens', { max_tokens: undefined }],
    ['max_tokens', { max_tokens: null }],
    ['max_tokens', { max_tokens: -1 }],
    ['max_tokens', { max_tokens: 1.5 }],
    ['max_tokens', { max_tokens: '64' }],
    ['messages', { messages: undefined }],
    ['messages', { messages: {} }],
    ['messages', { messages: [] }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[0].role', { messages: [{ content: 'hi' }] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'hi' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: [] }] }],
    ['messages[0].content[0]', inUser('hi')],
    ['messages[0].content[0].type', inUser({ text: 'hi' })],
    ['messages[0].content[0].text', inUser({ type: 'text' })],
    ['messages[0].content[0].cache_control', inUser({ type: 'text', text: 'a', cache_control: 'yes' })],
    ['messages[0].content[0].citations', inUser({ type: 'text', text: 'a', citations: {} })],
    ['messages[0].content[0].source', inUser({ type: 'image' })],
    ['messages[0].content[0].source.type', inUser({ type: 'image', source: {} })],
    ['messages[0].content[0].source.media_type', inUser({ type: 'image', source: { type: 'base64', data: 'a' } })],
    [
      'messages[0].content[0].source.media_type',
      inUser({ type: 'image', source: { type: 'base64', data: 'a', media_type: 'png' } }),
    ],
    [
      'messages[0].content[0].source.data',
      inUser({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } }),
    ],
    ['messages[0].content[0].source.url', inUser({ type: 'image', source: { type: 'url' } })],
    ['messages[0].content[0].source.file_id', inUser({ type: 'image', source: { type: 'file' } })],
    ['messages[0].content[0].source.data', inUser({ type: 'document', source: { type: 'text' } })],
    ['messages[0].content[0].source.content', inUser({ type: 'document', source: { type: 'content' } })],
    [
      'messages[0].content[0].source.content[0].text',
      inUser({ type: 'document', source: { type: 'content', content: [{ type: 'text' }] } }),
    ],
    ['messages[0].content[0].title', inUser({ type: 'document', title: 1, source: { type: 'text', data: '' } })],
    ['messages[0].content[0].type', inUser(CALL)],
    ['messages[0].content[0].type', inUser({ type: 'thinking', thinking: '', signature: '' })],
    ['messages[0].content[0].tool_use_id', inUser({ type: 'tool_result' })],
    ['messages[0].content[0].tool_use_id', inUser({ type: 'tool_result', tool_use_id: 'never-called' })],
    ['messages[0].content[0].type', inAssistant({ type: 'tool_result', tool_use_id: 'a' })],
    ['messages[0].content[0].id', inAssistant({ ...CALL, id: undefined })],
    ['messages[0].content[0].name', inAssistant({ ...CALL, name: '' })],
    ['messages[0].content[0].input', inAssistant({ ...CALL, input: undefined })],
    ['messages[0].content[0].input', inAssistant({ ...CALL, input: '{}' })],
    ['messages[0].content[0].thinking', inAssistant({ type: 'thinking', signature: 'x' })],
    ['messages[0].content[0].signature', inAssistant({ type: 'thinking', thinking: 'x', signature: 1 })],
    ['messages[0].content[0].data', inAssistant({ type: 'redacted_thinking' })],
    [
      'messages[0].content[0]',
      {
        messages: [
          { role: 'assistant', content: [CALL] },
          { role: 'user', content: 'never mind' },
        ],
      },
    ],
    [
      'messages[1].content[0].is_error',
      {
        messages: [
          { role: 'assistant', content: [CALL] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', is_error: 'no' }] },
        ],
      },
    ],
    [
      'messages[1].content[0].content[0].type',
      {
        messages: [
          { role: 'assistant', content: [CALL] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{}] }] },
        ],
      },
    ],
    ['system', { system: 3 }],
    ['system[0].text', { system: [{ type: 'text' }] }],
    ['stop_sequences', { stop_sequences: 'END' }],
    ['stop_sequences[1]', { stop_sequences: ['a', 1] }],
    ['stream', { stream: 'yes' }],
    ['temperature', { temperature: 1.1 }],
    ['temperature', { temperature: 'hot' }],
    ['top_p', { top_p: -0.1 }],
    ['top_k', { top_k: 0.5 }],
    ['tools', { tools: {} }],
    ['tools[0].name', { tools: [{ input_schema: { type: 'object' } }] }],
    ['tools[0].input_schema', { tools: [{ name: 'f' }] }],
    ['tools[0].input_schema.type', { tools: [{ name: 'f', input_schema: {} }] }],
    ['tools[0].strict', { tools: [{ ...TOOL, strict: 'yes' }] }],
    ['tools[1].name', { tools: [TOOL, TOOL] }],
    ['tool_choice', { tool_choice: 'auto' }],
    ['tool_choice.type', { tool_choice: {} }],
    ['tool_choice', { tool_choice: { type: 'any' } }],
    ['tool_choice.name', { tools: [TOOL], tool_choice: { type: 'tool' } }],
    ['tool_choice.name', { tools: [TOOL], tool_choice: { type: 'tool', name: 'g' } }],
    ['tool_choice.disable_parallel_tool_use', { tool_choice: { type: 'auto', disable_parallel_tool_use: 1 } }],
    ['thinking', { thinking: true }],
    ['thinking.type', { thinking: {} }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 1023 } }],
    ['output_config', { output_config: 'high' }],
    ['output_config.effort', { output_config: { effort: 3 } }],
    ['output_config.format.type', { output_config: { format: {} } }],
    ['output_config.format.schema', { output_config: { format: { type: 'json_schema' } } }],
    ['metadata', { metadata: 'u' }],
    ['metadata.user_id', { metadata: { user_id: 5 } }],
    ['service_tier', { service_tier: 1 }],
    ['cache_control', { cache_control: 'ephemeral' }],
  ])('%s in %j', (path, fields) => {
    const error = errorOf(JSON.stringify({ ...BASE, ...fields }))
    expect({ status: error.status, code: error.code, param: error.param }).toEqual({
      status: 400,
      code: 'invalid_request',
      param: path,
    })
    expect(error.message).toContain(path.replace(/\.type$/, ''))
  })

  test('text that is not JSON, with the position', () => {
    const error = errorOf('{"model": "m",\n  "max_tokens": }')
    expect(error.code).toBe('invalid_json')
    expect(error.message).toContain('line 2')
  })

  test.each(['[]', 'null', '"hi"', '7'])('a body that is no object: %s', (raw) => {
    expect(errorOf(raw)).toMatchObject({ code: 'invalid_request', param: null })
  })

  test.each(['[', '{"a":'])('nesting without bound, by %s', (opener) => {
    const closer = opener === '[' ? ']' : '}'
    const deep = opener.repeat(100_000) + (opener === '[' ? '' : '1') + closer.repeat(100_000)
    expect(errorOf(`{"future":${deep},${JSON.stringify(BASE).slice(1)}`).code).toBe('invalid_json')
  })
})

describe('a request that only counts tokens', () => {
  test('needs no max_tokens', () => {
    const raw = JSON.stringify({ ...BASE, max_tokens: undefined, system: 'Be brief.' })
    const request = parseCountTokensRequest(raw)
    expect(request.messages).toHaveLength(2)
    expect(request).not.toHaveProperty('maxTokens')
  })

  test('is checked like any other', () => {
    const raw = JSON.stringify({ ...BASE, messages: [{ role: 'user', content: [{ type: 'text' }] }] })
    expect(errorOf(raw, parseCountTokensRequest).param).toBe('messages[0].content[0].text')
  })
})

describe('whatever a client sends', () => {
  const FULL = {
    ...BASE,
    system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', citations: [] },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
          { type: 'document', title: 't', context: 'c', source: { type: 'content', content: [] }, citations: {} },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 't', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 }, extra_content: { google: {} } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'a', is_error: false, content: [{ type: 'text', text: 'r' }] }],
      },
    ],
    tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true }],
    tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
    stop_sequences: ['x'],
    metadata: { user_id: 'u' },
    temperature: 0.5,
    top_p: 0.5,
    top_k: 5,
    service_tier: 'auto',
    stream: true,
  }

  function expectRequestOr400(raw: string): void {
    try {
      expect(JSON.parse(parseRequest(raw).raw).model).toBe(JSON.parse(raw).model)
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError)
      expect(error).toMatchObject({ status: 400 })
    }
  }

  test('any JSON value is a request or a 400', () => {
    fc.assert(fc.property(fc.json(), (raw) => expectRequestOr400(raw)))
  })

  test('any text is a request or a 400', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => expectRequestOr400(raw)))
  })

  test('a full request with any one value replaced is a request or a 400', () => {
    const places = placesOf(FULL)
    expect(parseRequest(JSON.stringify(FULL)).extras).toEqual({})
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(...places.map(({ value }) => value)))
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, ({ path }, value) =>
        expectRequestOr400(JSON.stringify(replaceAt(FULL, path, value))),
      ),
      { numRuns: 2000 },
    )
  })
})

interface Place {
  readonly path: readonly string[]
  readonly value: unknown
}

function placesOf(value: unknown, path: readonly string[] = []): readonly Place[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [{ path, value }, ...below.flatMap(([key, member]) => placesOf(member, [...path, key]))]
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? replaceAt(item, rest, replacement) : item))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === key ? replaceAt(member, rest, replacement) : member]),
  )
}
