import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { GatewayError } from '../../../src/core/errors.js'
import type { UserPart } from '../../../src/core/message.js'
import { anthropicProvider } from '../../../src/providers/anthropic/adapter.js'
import {
  assistant,
  call,
  chat,
  encode,
  modelSpec,
  NEW,
  OLD,
  result,
  said,
  system,
  user,
  userParts,
} from './chat-request.js'

function refusal(fields: Partial<ChatRequest>, model = NEW): { code: string; param: string | null } {
  try {
    encode(fields, model)
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.param }
    throw error
  }
  throw new Error('The request was accepted.')
}

const weather = { kind: 'function', name: 'get_weather', path: 'tools[0]' } as const
const time = { kind: 'function', name: 'get_time', path: 'tools[1]' } as const

describe('a plain request', () => {
  test('is a Messages request without anything the client did not ask for', () => {
    const { wire, body } = encode()
    expect(wire.path).toBe('/v1/messages')
    expect(wire.dropped).toEqual([])
    expect(body).toEqual({
      model: NEW,
      max_tokens: 8192,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    })
  })

  test('streams when the gateway wants it to, whatever the client asked', () => {
    expect(encode({ stream: false }, NEW, { stream: true }).body.stream).toBe(true)
    expect(encode({ stream: true }, NEW, { stream: false }).body.stream).toBeUndefined()
  })

  test.each([
    ['claude-opus-4-6', '2023-06-01'],
    ['claude-haiku-4-5-20251001', '2023-06-01'],
    ['claude-opus-4-7', '2026-10-21'],
    ['claude-sonnet-5-5', '2026-10-21'],
    ['claude-nova-9', '2026-10-21'],
  ])('%s is asked in version %s of the API', (model, version) => {
    expect(encode({}, model).wire.headers).toEqual({ 'anthropic-version': version })
  })

  test('always gives the same bytes', () => {
    const fields = {
      messages: [system('Be brief.'), user('Weather?', 1), assistant([call('a', '{"b":1,"a":2}')]), result('a', 'sun')],
      tools: [weather],
      reasoning: { effort: 'low', path: 'reasoning_effort' },
    } as const
    expect(encode(fields).wire.body).toBe(encode(fields).wire.body)
  })
})

describe('instructions', () => {
  test('are taken out of the conversation in order, wherever they stand', () => {
    const { body } = encode({ messages: [system('One.'), user('Hi', 1), system('Two.', 2), user('There?', 3)] })
    expect(body.system).toEqual([
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.' },
    ])
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'There?' },
        ],
      },
    ])
  })

  test('keep their prompt-cache markers untouched', () => {
    const cacheControl = { type: 'ephemeral', ttl: '1h' }
    const messages = [
      { role: 'system' as const, parts: [{ type: 'text' as const, text: 'Long.', cacheControl, path: '' }], path: '' },
      userParts([{ type: 'text', text: 'Hi', cacheControl, path: '' }]),
    ]
    const { body } = encode({ messages })
    expect(body.system).toEqual([{ type: 'text', text: 'Long.', cache_control: cacheControl }])
    expect(body.messages[0].content[0].cache_control).toEqual(cacheControl)
  })

  test('alone are not a conversation', () => {
    expect(refusal({ messages: [system('Be brief.')] })).toEqual({ code: 'invalid_request', param: 'messages' })
    expect(refusal({ messages: [user('')] })).toEqual({ code: 'invalid_request', param: 'messages' })
  })
})

describe('content', () => {
  const at = 'messages[0].content[0]'
  const image = (mediaType: string): UserPart => ({
    type: 'image',
    source: { kind: 'base64', mediaType, data: 'aGk=' },
    path: at,
  })
  const imageUrl = (url: string): UserPart => ({ type: 'image', source: { kind: 'url', url }, path: at })
  const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERg==' } as const

  test.each<[string, UserPart, unknown]>([
    [
      'a JPEG',
      image('image/jpeg'),
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'aGk=' } },
    ],
    [
      'a JPEG by its wrong name',
      image('image/JPG'),
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'aGk=' } },
    ],
    [
      'a WebP',
      image('image/webp'),
      { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'aGk=' } },
    ],
    [
      'an image by URL',
      imageUrl('https://example.com/a.png'),
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ],
    [
      'a PDF',
      { type: 'file', source: pdf, filename: 'a.pdf', path: at },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'a.pdf' },
    ],
    [
      'a PDF by URL',
      { type: 'file', source: { kind: 'url', url: 'https://example.com/a.pdf' }, path: at },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
    ],
    [
      'plain text as a file',
      { type: 'file', source: { kind: 'base64', mediaType: 'text/plain', data: 'w6k=' }, path: at },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'é' } },
    ],
    [
      'plain text as a document',
      { type: 'file', source: { kind: 'text', text: 'é' }, path: at },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'é' } },
    ],
  ])('%s is sent', (_name, part, expected) => {
    expect(encode({ messages: [userParts([part])] }).body.messages[0].content).toEqual([expected])
  })

  test.each<[string, UserPart, string]>([
    ['an SVG', image('image/svg+xml'), 'unsupported_parameter'],
    ['a HEIC', image('image/heic'), 'unsupported_parameter'],
    ['an image by plain http', imageUrl('http://example.com/a.png'), 'invalid_request'],
    ['an image by a file URL', imageUrl('file:///etc/passwd'), 'invalid_request'],
    [
      'an image by file id',
      { type: 'image', source: { kind: 'file-id', id: 'file-1' }, path: at },
      'unsupported_parameter',
    ],
    [
      'a file by its id',
      { type: 'file', source: { kind: 'file-id', id: 'file-1' }, path: at },
      'unsupported_parameter',
    ],
    [
      'a spreadsheet',
      { type: 'file', source: { kind: 'base64', mediaType: 'text/csv', data: '' }, path: at },
      'unsupported_parameter',
    ],
    ['audio', { type: 'audio', format: 'wav', data: 'aGk=', path: at }, 'unsupported_parameter'],
  ])('%s is refused with its path', (_name, part, code) => {
    expect(refusal({ messages: [userParts([part])] })).toEqual({ code, param: at })
  })

  test('text without a visible character is left out', () => {
    const parts = ['', 'a', ' \n', 'b'].map((text) => ({ type: 'text' as const, text, path: '' }))
    expect(encode({ messages: [userParts(parts)] }).body.messages[0].content).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ])
  })

  test('the detail of an image is left out and listed, unless it is the default', () => {
    const detailed = (detail: 'auto' | 'high') =>
      encode({ messages: [userParts([{ ...image('image/png'), detail } as UserPart])] })
    expect(detailed('high').wire.dropped).toEqual(['detail'])
    expect(detailed('auto').wire.dropped).toEqual([])
  })

  test('names of speakers are left out and listed', () => {
    expect(encode({ messages: [{ ...user('Hi'), name: 'Ann' } as ReturnType<typeof user>] }).wire.dropped).toEqual([
      'name',
    ])
  })
})

describe('tool calls and results', () => {
  test('all results of a turn stand in one user message, in front of the text that follows', () => {
    const { body } = encode({
      tools: [weather],
      messages: [
        user('Weather?'),
        assistant([said('Looking.'), call('a', '{"city":"Oslo"}'), call('b', '')]),
        result('b', 'rain', 2),
        result('a', 'sun', 3),
        user('And?', 4),
      ],
    })
    expect(body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: 'a', name: 'get_weather', input: { city: 'Oslo' } },
          { type: 'tool_use', id: 'b', name: 'get_weather', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'b', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'a', content: 'sun' },
          { type: 'text', text: 'And?' },
        ],
      },
    ])
  })

  test('arguments go on as the client wrote them, beyond what a JavaScript number can hold', () => {
    const args = ' {"id": 12345678901234567890, "price": 1.10, "text": "\\u00e9"} '
    const { wire } = encode({
      tools: [weather],
      messages: [user('x'), assistant([call('a', args)]), result('a', 'ok')],
    })
    expect(wire.body).toContain(`"input":${args.trim()}}`)
  })

  test.each([
    ['not JSON', '{"city":'],
    ['not an object', '[1]'],
    ['null', 'null'],
    ['two objects', '{}{}'],
    ['text that would break out of the body', '{}},{"role":"user"'],
  ])('arguments that are %s are refused with their path', (_name, args) => {
    expect(
      refusal({ tools: [weather], messages: [user('x'), assistant([call('a', args)]), result('a', 'ok')] }),
    ).toEqual({
      code: 'invalid_request',
      param: 'messages[1].tool_calls[0].function.arguments',
    })
  })

  test('a result without its call is refused', () => {
    expect(refusal({ messages: [user('x'), result('a', 'ok', 1)] }).param).toBe('messages[1].tool_call_id')
    const answeredTwice = [user('x'), assistant([call('a', '{}')]), result('a', 'ok', 2), result('a', 'ok', 3)]
    expect(refusal({ messages: answeredTwice }).param).toBe('messages[3].tool_call_id')
    const late = [user('x'), assistant([call('a', '{}')]), result('a', 'ok', 2), user('y', 3), result('a', 'ok', 4)]
    expect(refusal({ messages: late }).param).toBe('messages[4].tool_call_id')
  })

  test.each([
    ['at the end', [user('x'), assistant([call('a', '{}')])]],
    ['before text', [user('x'), assistant([call('a', '{}')]), user('y', 2)]],
    ['before another answer', [user('x'), assistant([call('a', '{}')]), assistant([said('y')], 2)]],
    ['among several', [user('x'), assistant([call('b', '{}', 'p'), call('a', '{}')]), result('b', '')]],
  ])('a call without its result %s is refused', (_name, messages) => {
    expect(refusal({ messages })).toEqual({ code: 'invalid_request', param: 'messages[1].tool_calls[0]' })
  })

  test('ids of other providers are made fit, and unique in the conversation', () => {
    const { body } = encode({
      tools: [weather],
      messages: [
        user('x'),
        assistant([call('call:1', '{}'), call('call.1', '{}')]),
        result('call.1', 'second'),
        result('call:1', 'first'),
        assistant([call('call:1', '{}'), call('call:1', '{}')]),
        result('call:1', 'third'),
        result('call:1', 'fourth'),
      ],
    })
    // biome-ignore lint/suspicious/noExplicitAny: the test looks into JSON
    const ids = body.messages.map((message: any) => message.content.map((block: any) => block.id ?? block.tool_use_id))
    expect(ids).toEqual([
      [undefined],
      ['call_1', 'call_1_2'],
      ['call_1_2', 'call_1'],
      ['call_1_3', 'call_1_4'],
      ['call_1_3', 'call_1_4'],
    ])
  })

  test('a failed tool says so, an empty result has no content, and markers stay', () => {
    const cacheControl = { type: 'ephemeral' }
    const failed = { ...result('a', ''), isError: true, cacheControl } as ReturnType<typeof result>
    const { body } = encode({ tools: [weather], messages: [user('x'), assistant([call('a', '{}')]), failed] })
    expect(body.messages[2].content).toEqual([
      { type: 'tool_result', tool_use_id: 'a', is_error: true, cache_control: cacheControl },
    ])
  })

  test('a conversation with calls but without tools gets definitions that cannot be called', () => {
    const { body } = encode({ messages: [user('x'), assistant([call('a', '{}')]), result('a', 'ok')] })
    expect(body.tools).toMatchObject([{ name: 'get_weather', input_schema: { type: 'object', properties: {} } }])
    expect(body.tool_choice).toEqual({ type: 'none' })
  })
})

describe('thinking in the history', () => {
  const sealed = { type: 'reasoning', text: 'Hm.', signature: 'sig', origin: 'anthropic', path: '' } as const
  const redacted = { type: 'redacted-reasoning', data: 'xyz', origin: 'anthropic', path: '' } as const

  test('goes back in front of the call it led to', () => {
    const { body } = encode({
      tools: [weather],
      messages: [user('x'), assistant([sealed, redacted, call('a', '{}')]), result('a', 'ok')],
    })
    expect(body.messages[1].content.slice(0, 2)).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
    ])
  })

  test.each([
    ['of another provider', { ...sealed, origin: 'gemini' as const }],
    ['without a signature', { type: 'reasoning' as const, text: 'Hm.', origin: 'anthropic' as const, path: '' }],
  ])('%s is left out', (_name, part) => {
    const { body } = encode({ messages: [user('x'), assistant([part, said('y')]), user('z', 2)] })
    expect(body.messages[1].content).toEqual([{ type: 'text', text: 'y' }])
  })

  test('alone is no turn', () => {
    expect(encode({ messages: [user('x'), assistant([sealed]), user('z', 2)] }).body.messages).toHaveLength(1)
  })

  test('that is missing in a tool loop switches a thinking budget off, and says so', () => {
    const messages = [user('x'), assistant([call('a', '{}')]), result('a', 'ok')]
    const reasoning = { effort: 'high', path: 'reasoning_effort' } as const
    const without = encode({ tools: [weather], messages, reasoning }, OLD)
    expect(without.body.thinking).toBeUndefined()
    expect(without.wire.dropped).toEqual(['reasoning_effort'])

    const kept = [user('x'), assistant([sealed, call('a', '{}')]), result('a', 'ok')]
    const withThinking = encode({ tools: [weather], messages: kept, reasoning }, OLD)
    expect(withThinking.body.thinking).toMatchObject({ type: 'enabled' })
    expect(withThinking.wire.dropped).toEqual([])
  })
})

describe('an answer to go on with', () => {
  const messages = [user('Name a colour.'), assistant([said('The colour is ')])]

  test('is sent to a model that can, without white space at its end', () => {
    expect(encode({ messages }, OLD).body.messages[1].content).toEqual([{ type: 'text', text: 'The colour is' }])
  })

  test('is refused for a model that cannot', () => {
    expect(refusal({ messages }, NEW)).toEqual({ code: 'unsupported_parameter', param: 'messages[1]' })
  })
})

describe('tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string', minLength: 1 } }, required: ['city'] }

  test('keep their schema and their marker', () => {
    const cacheControl = { type: 'ephemeral' }
    const { body } = encode({ tools: [{ ...weather, description: 'The weather.', parameters, cacheControl }, time] })
    expect(body.tools).toEqual([
      { name: 'get_weather', description: 'The weather.', input_schema: parameters, cache_control: cacheControl },
      { name: 'get_time', input_schema: { type: 'object', properties: {} } },
    ])
    expect(body.tool_choice).toBeUndefined()
  })

  test('get the type their schema must have', () => {
    expect(encode({ tools: [{ ...weather, parameters: { properties: {} } }] }).body.tools[0].input_schema).toEqual({
      type: 'object',
      properties: {},
    })
    expect(refusal({ tools: [{ ...weather, parameters: { type: 'string' } }] }).param).toBe(
      'tools[0].function.parameters.type',
    )
  })

  test('are strict where the model can be, and only then is the schema adapted', () => {
    const strict = [{ ...weather, parameters, strict: true }]
    expect(encode({ tools: strict }).body.tools[0]).toEqual({
      name: 'get_weather',
      input_schema: {
        type: 'object',
        properties: { city: { type: 'string', description: '{minLength: 1}' } },
        required: ['city'],
        additionalProperties: false,
      },
      strict: true,
    })
    const older = encode({ tools: strict }, 'claude-sonnet-4')
    expect(older.body.tools[0]).toEqual({ name: 'get_weather', input_schema: parameters })
    expect(older.wire.dropped).toEqual(['strict'])
  })

  test.each(['custom', 'builtin'] as const)('of the kind %s are refused', (kind) => {
    expect(refusal({ tools: [{ kind, name: 'x', path: 'tools[0]' }] })).toEqual({
      code: 'unsupported_parameter',
      param: 'tools[0]',
    })
  })

  const tools = [weather, time]
  test.each<[string, Partial<ChatRequest>, unknown]>([
    ['auto', { toolChoice: { mode: 'auto' } }, { type: 'auto' }],
    ['none', { toolChoice: { mode: 'none' } }, { type: 'none' }],
    ['required', { toolChoice: { mode: 'required' } }, { type: 'any' }],
    ['one by name', { toolChoice: { mode: 'named', name: 'get_time' } }, { type: 'tool', name: 'get_time' }],
    ['one call at most', { parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      'exactly one call',
      { toolChoice: { mode: 'required' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    ['no call, once', { toolChoice: { mode: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    ['several calls', { toolChoice: { mode: 'auto' }, parallelToolCalls: true }, { type: 'auto' }],
    ['nothing', {}, undefined],
  ])('choice of %s', (_name, fields, expected) => {
    const { body } = encode({ tools, ...fields }, OLD)
    expect(body.tool_choice).toEqual(expected)
    expect(body.tools).toHaveLength(2)
  })

  test.each([
    [false, 'auto'],
    [true, 'any'],
  ])('only the allowed ones are offered (required: %s)', (required, type) => {
    const { body } = encode({ tools, toolChoice: { mode: 'allowed', required, names: ['get_time'] } }, OLD)
    expect(body.tools).toMatchObject([{ name: 'get_time' }])
    expect(body.tools).toHaveLength(1)
    expect(body.tool_choice).toEqual({ type })
  })

  test('that do not exist cannot be chosen', () => {
    expect(refusal({ tools, toolChoice: { mode: 'named', name: 'x' } }, OLD).param).toBe('tool_choice')
    expect(refusal({ toolChoice: { mode: 'auto' } }, OLD).param).toBe('tool_choice')
  })

  test.each(['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5-1', 'claude-fable-5-2', 'claude-opus-7'])(
    '%s cannot be made to call one',
    (model) => {
      for (const toolChoice of [
        { mode: 'required' },
        { mode: 'named', name: 'get_time' },
        { mode: 'allowed', required: true, names: ['get_time'] },
      ] as const) {
        expect(refusal({ tools, toolChoice }, model)).toEqual({ code: 'unsupported_parameter', param: 'tool_choice' })
      }
      expect(encode({ tools, toolChoice: { mode: 'auto' } }, model).body.tool_choice).toEqual({ type: 'auto' })
    },
  )

  test('cannot be forced while a budget model reasons', () => {
    const reasoning = { effort: 'low', path: 'reasoning_effort' } as const
    expect(refusal({ tools, toolChoice: { mode: 'required' }, reasoning }, OLD).param).toBe('tool_choice')
  })
})

describe('sampling', () => {
  test.each<[string, string, Partial<ChatRequest>, object, string[]]>([
    ['temperature', OLD, { temperature: 0.3 }, { temperature: 0.3 }, []],
    ['temperature 0', OLD, { temperature: 0 }, { temperature: 0 }, []],
    ['temperature beyond the scale', OLD, { temperature: 1.7 }, { temperature: 1 }, ['temperature']],
    ['top_p', OLD, { topP: 0.5 }, { top_p: 0.5 }, []],
    ['both', OLD, { temperature: 0.3, topP: 0.5 }, { temperature: 0.3 }, ['top_p']],
    ['both, one of them the default', OLD, { temperature: 0.3, topP: 1 }, { temperature: 0.3 }, []],
    ['top_k', OLD, { topK: 5 }, { top_k: 5 }, []],
    ['all, on a model without', NEW, { temperature: 0.3, topP: 0.5, topK: 5 }, {}, ['temperature', 'top_p', 'top_k']],
    ['the defaults, on a model without', NEW, { temperature: 1, topP: 1 }, {}, []],
    [
      'with a thinking budget',
      OLD,
      { temperature: 0.3, reasoning: { effort: 'low', path: 'reasoning_effort' } },
      {},
      ['temperature'],
    ],
    [
      'with reasoning off',
      OLD,
      { temperature: 0.3, reasoning: { effort: 'none', path: 'reasoning_effort' } },
      { temperature: 0.3 },
      [],
    ],
  ])('%s', (_name, model, fields, expected, dropped) => {
    const { wire, body } = encode(fields, model)
    const { temperature, top_p, top_k } = body
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(expected)
    expect(wire.dropped).toEqual(dropped)
  })

  test('stop sequences of white space are left out and listed', () => {
    const { wire, body } = encode({ stop: ['END', '\n', ''] })
    expect(body.stop_sequences).toEqual(['END'])
    expect(wire.dropped).toEqual(['stop'])
    expect(encode({ stop: ['\n'] }).body.stop_sequences).toBeUndefined()
  })
})

describe('the length of the answer', () => {
  test.each<[string, string, Partial<ChatRequest>, number]>([
    ['is bounded by default', NEW, {}, 8192],
    ['is what the client says', NEW, { maxTokens: 100 }, 100],
    ['is at most what the model can write', NEW, { maxTokens: 1_000_000 }, 128_000],
    ['is at most what an older model can write', 'claude-3-opus-20240229', {}, 4096],
    ['leaves room for reasoning', NEW, { reasoning: { effort: 'high', path: '' } }, 8192 + 76_800],
    ['leaves room within the limits of the model', OLD, { reasoning: { effort: 'max', path: '' } }, 64_000],
    [
      'holds the reasoning when the client says it',
      NEW,
      { maxTokens: 500, reasoning: { effort: 'high', path: '' } },
      500,
    ],
  ])('%s', (_name, model, fields, expected) => {
    expect(encode(fields, model).body.max_tokens).toBe(expected)
  })

  test('follows the catalogue before the name', () => {
    const context = { model: modelSpec(NEW, { maxOutputTokens: 2000 }) }
    expect(encode({}, NEW, context).body.max_tokens).toBe(2000)
    expect(encode({ maxTokens: 5000 }, NEW, context).body.max_tokens).toBe(2000)
  })
})

describe('reasoning effort', () => {
  const shape = (model: string, effort: NonNullable<NonNullable<ChatRequest['reasoning']>['effort']>) => {
    const { thinking, output_config } = encode({ reasoning: { effort, path: 'reasoning_effort' } }, model).body
    return JSON.parse(JSON.stringify({ thinking, effort: output_config?.effort }))
  }

  test.each([
    ['claude-opus-5-5', 'none', { effort: 'low' }],
    ['claude-fable-5-2', 'none', { effort: 'low' }],
    ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }],
    ['claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-opus-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-sonnet-4-6', 'none', { thinking: { type: 'disabled' } }],
    ['claude-sonnet-4-5', 'none', {}],
    ['claude-opus-5-5', 'minimal', { effort: 'low' }],
    ['claude-opus-5-5', 'medium', { effort: 'medium' }],
    ['claude-opus-5-5', 'xhigh', { effort: 'xhigh' }],
    ['claude-opus-5-5', 'max', { effort: 'max' }],
    ['claude-opus-4-8', 'high', { thinking: { type: 'adaptive' }, effort: 'high' }],
    ['claude-opus-4-6', 'xhigh', { thinking: { type: 'adaptive' }, effort: 'high' }],
    ['claude-opus-4-6', 'max', { thinking: { type: 'adaptive' }, effort: 'max' }],
    ['claude-sonnet-4-5', 'minimal', { thinking: { type: 'enabled', budget_tokens: 1024 } }],
    ['claude-sonnet-4-5', 'low', { thinking: { type: 'enabled', budget_tokens: 6400 } }],
    ['claude-sonnet-4-5', 'high', { thinking: { type: 'enabled', budget_tokens: 38_400 } }],
    ['claude-sonnet-4-5', 'max', { thinking: { type: 'enabled', budget_tokens: 60_800 } }],
    ['claude-3-5-sonnet-20241022', 'none', {}],
  ] as const)('of %s at %s', (model, effort, expected) => {
    expect(shape(model, effort)).toEqual(expected)
  })

  test('keeps a thinking budget below the limit of the answer', () => {
    for (const maxTokens of [1025, 1500, 4096, 60_000]) {
      const { body } = encode({ maxTokens, reasoning: { effort: 'max', path: '' } }, OLD)
      expect(body.max_tokens).toBe(maxTokens)
      expect(body.thinking.budget_tokens).toBeLessThan(maxTokens)
      expect(body.thinking.budget_tokens).toBeGreaterThanOrEqual(1024)
    }
  })

  test('that cannot be honoured is refused', () => {
    const reasoning = { effort: 'high', path: 'reasoning_effort' } as const
    expect(refusal({ reasoning, maxTokens: 1024, maxTokensField: 'max_completion_tokens' }, OLD).param).toBe(
      'max_completion_tokens',
    )
    expect(refusal({ reasoning }, 'claude-3-5-haiku-20241022')).toEqual({
      code: 'unsupported_parameter',
      param: 'reasoning_effort',
    })
  })
})

describe('structured output', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] }
  const responseFormat = {
    type: 'json-schema',
    name: 'answer',
    schema,
    path: 'response_format.json_schema.schema',
  } as const

  test('goes beside the effort', () => {
    const { body } = encode({ responseFormat, reasoning: { effort: 'low', path: '' } })
    expect(body.output_config).toEqual({
      effort: 'low',
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: { n: { type: 'integer', description: '{minimum: 1}' } },
          required: ['n'],
          additionalProperties: false,
        },
      },
    })
  })

  test('is refused for a model that cannot be held to a schema', () => {
    expect(refusal({ responseFormat }, 'claude-sonnet-4')).toEqual({
      code: 'unsupported_parameter',
      param: 'response_format',
    })
    expect(encode({ responseFormat }, 'claude-opus-4-1').body.output_config.format.type).toBe('json_schema')
  })

  test('without a schema is asked for in words, behind the other instructions', () => {
    const { body } = encode({ messages: [system('Be brief.'), user('x', 1)], responseFormat: { type: 'json-object' } })
    expect(body.system).toHaveLength(2)
    expect(body.system[1].text).toContain('JSON object')
    expect(body.output_config).toBeUndefined()
  })

  test('as plain text is nothing', () => {
    expect(encode({ responseFormat: { type: 'text' } }).wire.body).toBe(encode().wire.body)
  })
})

describe('other fields', () => {
  test.each<[string, Partial<ChatRequest>]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { extras: { logit_bias: { 50256: -100 } } }],
    ['modalities', { extras: { modalities: ['text', 'audio'] } }],
    ['audio', { extras: { audio: { format: 'mp3', voice: 'x' } } }],
    ['moderation', { extras: { moderation: { model: 'x' } } }],
    ['web_search_options', { extras: { web_search_options: {} } }],
    ['functions', { extras: { functions: [] } }],
    ['messages[1].audio', { extras: { 'messages[1].audio': { id: 'x' } } }],
  ])('%s is refused', (param, fields) => {
    expect(refusal(fields)).toEqual({ code: 'unsupported_parameter', param })
  })

  test.each<[string, Partial<ChatRequest>]>([
    ['seed', { seed: 0 }],
    ['frequency_penalty', { frequencyPenalty: 0.5 }],
    ['presence_penalty', { presencePenalty: -1 }],
    ['metadata', { metadata: { team: 'a' } }],
    ['store', { extras: { store: true } }],
    ['prediction', { extras: { prediction: {} } }],
    ['verbosity', { extras: { verbosity: 'low' } }],
    ['prompt_cache_key', { extras: { prompt_cache_key: 'x' } }],
    ['something_new', { extras: { something_new: 1 } }],
    ['tools[].defer_loading', { hints: ['tools[].defer_loading'] }],
    ['parallel_tool_calls', { parallelToolCalls: false }],
    ['service_tier', { serviceTier: 'flex' }],
    ['user', { user: 'ann@example.com' }],
    ['user', { user: 'x'.repeat(300) }],
    ['unknown', { extras: { 'evil\r\nname': 1 } }],
  ])('%s is left out and listed', (name, fields) => {
    const { wire } = encode(fields)
    expect(wire.dropped).toEqual([name])
    expect(wire.body).toBe(encode().wire.body)
  })

  test('that ask for nothing are no matter', () => {
    const { wire } = encode({
      n: 1,
      logprobs: false,
      frequencyPenalty: 0,
      metadata: {},
      extras: { logit_bias: {}, modalities: ['text'], store: false, stream_options: { include_usage: true } },
    })
    expect(wire.dropped).toEqual([])
    expect(wire.body).toBe(encode().wire.body)
  })

  test.each([
    ['auto', 'auto'],
    ['default', 'standard_only'],
    ['priority', 'auto'],
    ['fast', 'auto'],
  ])('service tier %s is %s', (serviceTier, expected) => {
    expect(encode({ serviceTier }).body.service_tier).toBe(expected)
  })

  test('an opaque user goes along', () => {
    expect(encode({ user: 'u-81' }).body.metadata).toEqual({ user_id: 'u-81' })
  })
})

describe('a request in the own dialect of Anthropic', () => {
  const raw =
    '{ "model": "fast",\n "max_tokens": 9007199254740993, "new_field": [1.10, {"a":1,"a":2}], "messages": [] }'
  const pass = (fields: Partial<ChatRequest>, stream: boolean) =>
    anthropicProvider.encodeRequest(chat({ dialect: 'anthropic', raw, ...fields }), { model: modelSpec(NEW), stream })

  test('keeps every byte but the model', () => {
    const wire = pass({}, false)
    expect(wire.body).toBe(raw.replace('"fast"', '"claude-opus-5-5"'))
    expect(wire).toMatchObject({ path: '/v1/messages', dropped: [] })
  })

  test('has its stream flag replaced only when it must be', () => {
    const streaming = raw.replace('"new_field"', '"stream" : true, "new_field"')
    expect(pass({ raw: streaming, stream: true }, true).body).toBe(streaming.replace('"fast"', '"claude-opus-5-5"'))
    expect(pass({ raw: streaming, stream: true }, false).body).toContain('"stream" : false,')
    expect(pass({}, true).body).toContain(',"stream":true')
  })
})
