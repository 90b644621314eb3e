import { describe, expect, test } from 'vitest'
import type { MediaSource, Message, UserPart } from '../../../src/core/message.js'
import { assistant, body, call, encode, refusal, result, system, user } from './chat-request.js'

const contents = (messages: readonly Message[], model?: string) => body({ messages }, model).contents
const LOST = 'skip_thought_signature_validator'

describe('roles', () => {
  test('system messages are lifted out, wherever they stand, and empty ones left out', () => {
    expect(body({ messages: [system('A'), user('Hi'), system(''), system('B')] })).toEqual({
      systemInstruction: { parts: [{ text: 'A' }, { text: 'B' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    })
  })

  test('neighbours of one role become one content', () => {
    expect(contents([user('a'), system('s'), user('b', 'c'), assistant('d'), assistant('e'), user('f')])).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }, { text: 'c' }] },
      { role: 'model', parts: [{ text: 'd' }, { text: 'e' }] },
      { role: 'user', parts: [{ text: 'f' }] },
    ])
  })

  test('what says nothing is left out, and its neighbours meet', () => {
    expect(contents([user('a', ''), assistant(''), user('b')])).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
    ])
  })

  test('a refusal is text', () => {
    const refused = assistant({ type: 'refusal', text: 'No.', path: 'p' })
    expect(contents([user('a'), refused, user('b')])).toContainEqual({ role: 'model', parts: [{ text: 'No.' }] })
  })

  test.each([[[system('only')]], [[]], [[user('')]], [[user(), assistant('')]]])(
    'a conversation without content is refused: %#',
    (messages) => {
      expect(refusal({ messages })).toEqual({ code: 'invalid_request', param: 'messages' })
    },
  )

  test('an answer to go on with is passed on where the model can, and refused where not', () => {
    const messages = [user('a'), assistant('Once')]
    expect(contents(messages, 'gemini-3.8-flash')).toHaveLength(2)
    for (const model of ['gemini-4-argon', 'gemini-flash-latest']) {
      expect(refusal({ messages }, model)).toEqual({ code: 'unsupported_parameter', param: 'assistant' })
    }
  })

  test('models without a system instruction find it in front of the first user text', () => {
    expect(body({ messages: [system('S'), user('a'), assistant('b'), user('c')] }, 'gemma-3-27b-it')).toEqual({
      contents: [
        { role: 'user', parts: [{ text: 'S' }, { text: 'a' }] },
        { role: 'model', parts: [{ text: 'b' }] },
        { role: 'user', parts: [{ text: 'c' }] },
      ],
    })
  })

  test('names of speakers and cache markers are dropped by name, once', () => {
    const cacheControl = { type: 'ephemeral' }
    const marked: UserPart = { type: 'text', text: 'a', cacheControl, path: 'p' }
    const messages = [user(marked, marked), { ...user('b'), name: 'Bob' }]
    expect(encode({ messages }).dropped).toEqual(['name', 'prompt_cache_breakpoint'])
    expect(encode({ messages: [user(marked)], raw: '{"cache_control":1}' }).dropped).toEqual(['cache_control'])
  })
})

describe('media', () => {
  const base64 = (mediaType: string): MediaSource => ({ kind: 'base64', mediaType, data: 'QUJD' })
  const image = (source: MediaSource, detail?: 'auto' | 'low' | 'high' | 'original'): UserPart => ({
    type: 'image',
    source,
    ...(detail !== undefined && { detail }),
    path: 'image',
  })
  const file = (source: MediaSource): UserPart => ({ type: 'file', source, filename: 'x.pdf', path: 'file' })
  const partOf = (part: UserPart, model?: string) => contents([user(part)], model)

  test.each([
    ['image/png', 'image/png'],
    ['image/jpeg', 'image/jpeg'],
    ['image/jpg', 'image/jpeg'],
    ['IMAGE/WEBP', 'image/webp'],
    ['image/heic', 'image/heic'],
    ['image/heif', 'image/heif'],
  ])('an inline image of type %s', (given, mimeType) => {
    expect(partOf(image(base64(given)))).toEqual([
      { role: 'user', parts: [{ inlineData: { mimeType, data: 'QUJD' } }] },
    ])
  })

  test.each([
    ['https://example.com/a.png', 'image/png'],
    ['https://example.com/a.JPG?x=.gif#b.webp', 'image/jpeg'],
    ['https://example.com/a', 'image/jpeg'],
    ['HTTPS://example.com/a.webp', 'image/webp'],
    ['https://example.com/constructor', 'image/jpeg'],
  ])('an image at %s is fetched by Google', (url, mimeType) => {
    expect(partOf(image({ kind: 'url', url }))).toEqual([
      { role: 'user', parts: [{ fileData: { mimeType, fileUri: url } }] },
    ])
  })

  test.each([
    ['a GIF', image(base64('image/gif')), 'image'],
    ['a linked GIF', image({ kind: 'url', url: 'https://example.com/a.gif' }), 'image'],
    ['an SVG', image(base64('image/svg+xml')), 'image'],
    ['plain http', image({ kind: 'url', url: 'http://example.com/a.png' }), 'image'],
    ['a file URL', image({ kind: 'url', url: 'file:///etc/passwd' }), 'image'],
    ['a file id', image({ kind: 'file-id', id: 'file-1' }), 'image'],
    ['a document by id', file({ kind: 'file-id', id: 'file-1' }), 'file'],
    ['a spreadsheet', file(base64('application/vnd.ms-excel')), 'file'],
    ['a document over http', file({ kind: 'url', url: 'http://example.com/a.pdf' }), 'file'],
  ])('%s is refused by its path', (_name, part, param) => {
    expect(refusal({ messages: [user(part)] })).toEqual({ code: 'unsupported_parameter', param })
  })

  test('documents and audio', () => {
    const audio: UserPart = { type: 'audio', format: 'mp3', data: 'QUJD', path: 'audio' }
    const parts = [
      file(base64('application/pdf')),
      file(base64('text/csv')),
      file({ kind: 'url', url: 'https://example.com/a' }),
      file({ kind: 'url', url: 'https://example.com/a.txt' }),
      file({ kind: 'text', text: 'plain' }),
      audio,
    ]
    expect(contents([user(...parts)])).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'application/pdf', data: 'QUJD' } },
          { inlineData: { mimeType: 'text/csv', data: 'QUJD' } },
          { fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/a' } },
          { fileData: { mimeType: 'text/plain', fileUri: 'https://example.com/a.txt' } },
          { text: 'plain' },
          { inlineData: { mimeType: 'audio/mp3', data: 'QUJD' } },
        ],
      },
    ])
  })

  test.each([
    ['low', { level: 'MEDIA_RESOLUTION_LOW' }],
    ['high', { level: 'MEDIA_RESOLUTION_HIGH' }],
    ['original', { level: 'MEDIA_RESOLUTION_ULTRA_HIGH' }],
    ['auto', undefined],
  ] as const)('detail %s', (detail, mediaResolution) => {
    expect(partOf(image(base64('image/png'), detail))).toMatchObject([
      { parts: [mediaResolution === undefined ? {} : { mediaResolution }] },
    ])
    const old = encode({ messages: [user(image(base64('image/png'), detail))] }, 'gemini-2.5-flash')
    expect(old.body).not.toContain('mediaResolution')
    expect(old.dropped).toEqual(mediaResolution === undefined ? [] : ['detail'])
  })
})

describe('tool calls', () => {
  test('results stand in one content, in the order of their calls, in front of what the user says', () => {
    const messages = [
      user('go'),
      assistant('Let me see.', call('fc1', '{"a":1}', 'c2ln'), call('fc2')),
      result('fc2', 'two'),
      result('fc1', 'one'),
      user('and?'),
    ]
    expect(contents(messages)).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { text: 'Let me see.' },
          { functionCall: { id: 'fc1', name: 'f_fc1', args: { a: 1 } }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'fc2', name: 'f_fc2', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'fc1', name: 'f_fc1', response: { output: 'one' } } },
          { functionResponse: { id: 'fc2', name: 'f_fc2', response: { output: 'two' } } },
          { text: 'and?' },
        ],
      },
    ])
  })

  test('ids that the gateway made stay here, on both sides', () => {
    const messages = [user('go'), assistant(call('call_7')), result('call_7', 'x')]
    expect(contents(messages, 'gemini-2.5-flash')).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      { role: 'model', parts: [{ functionCall: { name: 'f_call_7', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'f_call_7', response: { output: 'x' } } }] },
    ])
  })

  test('several calls with one id are answered in turn', () => {
    const messages = [user('go'), assistant(call('x'), call('x')), result('x', '1'), result('x', '2')]
    expect(JSON.stringify(contents(messages))).toContain('"output":"1"')
    expect(JSON.stringify(contents(messages)).indexOf('"1"')).toBeLessThan(
      JSON.stringify(contents(messages)).indexOf('"2"'),
    )
  })

  test.each([
    ['a call without result before the next question', [user('a'), assistant(call('x')), user('b')], 'call-x'],
    ['one result for two calls', [user('a'), assistant(call('x'), call('y')), result('x', '1')], 'call-y'],
    ['a call at the end', [user('a'), assistant(call('x'))], 'call-x'],
    [
      'a result for an unknown call',
      [user('a'), assistant(call('x')), result('x', '1'), result('z', '2')],
      'result-z.tool_call_id',
    ],
    [
      'two results for one call',
      [user('a'), assistant(call('x')), result('x', '1'), result('x', '2')],
      'result-x.tool_call_id',
    ],
    ['a result without any call', [user('a'), result('x', '1')], 'result-x.tool_call_id'],
    [
      'a result that comes too late',
      [user('a'), assistant(call('x')), result('x', '1'), assistant('b'), result('x', '2')],
      'result-x.tool_call_id',
    ],
  ])('%s is refused', (_name, messages, param) => {
    expect(refusal({ messages })).toEqual({ code: 'invalid_request', param })
  })

  test('the path is named in the words of the dialect', () => {
    expect(refusal({ dialect: 'anthropic', messages: [user('a'), result('x', '1')] }).param).toBe(
      'result-x.tool_use_id',
    )
  })

  test.each([
    ['', '{}'],
    ['  ', '{}'],
    [' {"b" : 1, "a": "ü"} ', '{"b":1,"a":"ü"}'],
    ['{"id": 9007199254740993, "x": [1.10, 1e400]}', '{"id":9007199254740993,"x":[1.10,1e400]}'],
    ['{"big":12345678901234567890,"t":"\ud800 b"}', '{"big":12345678901234567890,"t":"\\ud800 b"}'],
    ['{"t":"\ud800"}', '{"t":"\\ud800"}'],
    ['{"t":"🙂", "n":1.0}', '{"t":"🙂","n":1.0}'],
  ])('the arguments %j go out as %s', (args, expected) => {
    const sent = encode({ messages: [user('a'), assistant(call('x', args)), result('x', '')] }).body
    expect(sent).toContain(`"args":${expected}`)
    expect(() => JSON.parse(sent)).not.toThrow()
  })

  test.each([['{"a":'], ['null'], ['[1]'], ['"x"'], ['1'], [`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`]])(
    'arguments that are no object are refused: %#',
    (args) => {
      const messages = [user('a'), assistant(call('x', args)), result('x', '')]
      expect(refusal({ messages })).toEqual({ code: 'invalid_request', param: 'call-x.function.arguments' })
    },
  )

  test.each([
    ['text', '{"output":"text"}'],
    ['', '{"output":""}'],
    ['[1,2]', '{"output":"[1,2]"}'],
    ['{broken', '{"output":"{broken"}'],
    ['{"temp": 9007199254740993}', '{"temp":9007199254740993}'],
    [' {"a" : "b"}\n', '{"a":"b"}'],
  ])('the result %j goes out as %s', (text, expected) => {
    const sent = encode({ messages: [user('a'), assistant(call('x')), result('x', text)] }).body
    expect(sent).toContain(`"response":${expected}}`)
  })

  test('a result nested without bound is text', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
    const sent = encode({ messages: [user('a'), assistant(call('x')), result('x', deep)] }).body
    expect(sent).toContain('"response":{"output":"{')
  })

  test('a failed call says so, and several texts are lines', () => {
    const parts = ['no', 'way'].map((text) => ({ type: 'text' as const, text, path: 'r' }))
    const sent = encode({ messages: [user('a'), assistant(call('x')), result('x', '', { parts, isError: true })] }).body
    expect(sent).toContain('"response":{"error":"no\\nway"}')
  })

  test('images of a result go inside it where the model takes them, else behind all results', () => {
    const source = { kind: 'base64', mediaType: 'image/png', data: 'QUJD' } as const
    const parts = [
      { type: 'text', text: 'shot', path: 'r' },
      { type: 'image', source, path: 'r' },
    ] as const
    const messages = [user('a'), assistant(call('x', '', 's'), call('y')), result('x', '', { parts }), result('y', 'z')]
    const inlineData = { mimeType: 'image/png', data: 'QUJD' }
    const [x, y] = [
      { id: 'x', name: 'f_x', response: { output: 'shot' } },
      { id: 'y', name: 'f_y', response: { output: 'z' } },
    ]
    expect(contents(messages, 'gemini-3.8-flash')).toContainEqual({
      role: 'user',
      parts: [{ functionResponse: { ...x, parts: [{ inlineData }] } }, { functionResponse: y }],
    })
    expect(contents(messages, 'gemini-2.5-flash')).toContainEqual({
      role: 'user',
      parts: [{ functionResponse: x }, { functionResponse: y }, { inlineData }],
    })
  })
})

describe('thought signatures', () => {
  const signatures = (messages: readonly Message[], model?: string) =>
    [
      ...encode({ messages }, model).body.matchAll(/"name":"f_(\w+)","args":\{\}\}(?:,"thoughtSignature":"([^"]+)")?/g),
    ].map((match) => [match[1], match[2]])

  const steps = [
    user('first'),
    assistant(call('old')),
    result('old', '1'),
    assistant('done'),
    user('second'),
    assistant(call('a'), call('b')),
    result('a', '1'),
    result('b', '1'),
    assistant(call('c', '', 'c2ln')),
    result('c', '1'),
    assistant(call('d')),
    result('d', '1'),
  ]

  test('a lost one is excused on the first call of each step of the current turn', () => {
    expect(signatures(steps)).toEqual([
      ['old', undefined],
      ['a', LOST],
      ['b', undefined],
      ['c', 'c2ln'],
      ['d', LOST],
    ])
  })

  test('a question beside the results leaves the step current, and an empty signature is a lost one', () => {
    const messages = [user('go'), assistant(call('a', '', '')), result('a', '1'), user('hurry')]
    expect(signatures(messages)).toEqual([['a', LOST]])
  })

  test('models before Gemini 3 need no excuse, but get back what they sent', () => {
    expect(signatures(steps, 'gemini-2.5-flash').map(([, signature]) => signature)).toEqual([
      undefined,
      undefined,
      undefined,
      'c2ln',
      undefined,
    ])
  })

  test('sealed thoughts go back to where they came from', () => {
    const thought = (text: string, origin: 'gemini' | 'anthropic' | 'openai', signature?: string) => ({
      type: 'reasoning' as const,
      text,
      origin,
      ...(signature !== undefined && { signature }),
      path: 'p',
    })
    const messages = [
      user('a'),
      assistant(
        thought('unsealed', 'gemini'),
        thought('hm', 'gemini', 'czE='),
        thought('foreign', 'anthropic', 'czI='),
        { type: 'redacted-reasoning', data: 'x', origin: 'anthropic', path: 'p' },
        'answer',
        thought('', 'gemini', 'czM='),
        thought('', 'gemini', 'nothing before it'),
      ),
      user('b'),
    ]
    expect(contents(messages)).toContainEqual({
      role: 'model',
      parts: [
        { text: 'hm', thought: true, thoughtSignature: 'czE=' },
        { text: 'answer', thoughtSignature: 'czM=' },
      ],
    })
  })
})

describe('a conversation longer than a call can have arguments', () => {
  const MANY = 130_000
  const many = Array.from({ length: MANY }, () => ({ type: 'text', text: 'a', path: 't' }) as const)
  const spoken: Message = { role: 'user', parts: many, path: 'user' }
  const answered: Message = { role: 'assistant', parts: many, path: 'assistant' }
  const picture = {
    type: 'image',
    source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' },
    path: 'image',
  } as const

  test.each<[string, () => readonly Message[]]>([
    ['messages', () => many.map(() => user('a'))],
    ['parts', () => [spoken]],
    ['answers', () => [user('a'), answered, user('a')]],
    ['user messages around an empty answer', () => [user('a'), assistant(''), spoken]],
    [
      'images in a tool result',
      () => [user('a'), assistant(call('1')), result('1', '', { parts: many.map(() => picture) })],
    ],
  ])('of many %s is encoded whole', (_name, messages) => {
    const encoded = contents(messages(), 'gemini-2.5-flash')
    expect(Array.isArray(encoded) && encoded.flatMap((content) => content.parts).length).toBeGreaterThanOrEqual(MANY)
  })

  test('of many system parts is encoded whole', () => {
    const instructions: Message = {
      role: 'system',
      parts: many,
      path: 's',
    }
    expect(body({ messages: [instructions, user('a')] }).systemInstruction).toHaveProperty('parts.length', MANY)
  })
})
