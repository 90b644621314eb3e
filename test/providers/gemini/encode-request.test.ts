import { describe, expect, test } from 'vitest'
import type { ChatRequest, Tool } from '../../../src/core/chat-request.js'
import { body, encode, modelSpec, refusal } from './chat-request.js'

const tool = (name: string, fields: Partial<Tool> = {}): Tool => ({
  kind: 'function',
  name,
  path: `tools.${name}`,
  ...fields,
})
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const config = (fields: Partial<ChatRequest>, model?: string, stream?: boolean) =>
  body(fields, model, stream).generationConfig

describe('the path', () => {
  test.each([
    ['gemini-3.8-flash', false, '/v1beta/models/gemini-3.8-flash:generateContent'],
    ['gemini-3.8-flash', true, '/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse'],
    ['models/gemini-3.8-flash', false, '/v1beta/models/gemini-3.8-flash:generateContent'],
    ['tunedModels/mine', false, '/v1beta/tunedModels/mine:generateContent'],
    ['../../files?x=1#y', false, '/v1beta/models/..%2F..%2Ffiles%3Fx%3D1%23y:generateContent'],
    ['a b\r\nc:d', false, '/v1beta/models/a%20b%0D%0Ac%3Ad:generateContent'],
  ])('%j (stream: %s) is %s', (name, stream, path) => {
    expect(encode({}, name, stream)).toMatchObject({ path, headers: {} })
  })

  test('half of a surrogate pair is refused', () => {
    expect(refusal({}, 'a\ud800').param).toBe('model')
  })
})

describe('the generation config', () => {
  test('is absent when nothing was asked', () => {
    expect(encode()).toEqual({
      path: '/v1beta/models/gemini-3.8-flash:generateContent',
      headers: {},
      body: '{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}',
      dropped: [],
    })
  })

  test.each<[Partial<ChatRequest>, object | undefined]>([
    [
      { temperature: 0, topP: 1, topK: 40 },
      { temperature: 0, topP: 1, topK: 40 },
    ],
    [{ maxTokens: 100 }, { maxOutputTokens: 100 }],
    [{ stop: ['a', ''] }, { stopSequences: ['a'] }],
    [{ stop: [''] }, undefined],
    [{ n: 1 }, undefined],
    [{ n: 3 }, { candidateCount: 3 }],
    [{ seed: 7 }, { seed: 7 }],
    [{ seed: 2 ** 31 }, { seed: -(2 ** 31) }],
    [{ logprobs: true }, { responseLogprobs: true }],
    [
      { logprobs: true, topLogprobs: 3 },
      { responseLogprobs: true, logprobs: 3 },
    ],
    [{ logprobs: false }, undefined],
    [
      { presencePenalty: 0.5, frequencyPenalty: -1 },
      { presencePenalty: 0.5, frequencyPenalty: -1 },
    ],
    [{ presencePenalty: 0, frequencyPenalty: 0 }, undefined],
    [{ responseFormat: { type: 'text' } }, undefined],
    [
      { responseFormat: { type: 'json-schema', name: 'n', schema: {}, path: 'p' } },
      { responseMimeType: 'application/json' },
    ],
    [{ responseFormat: { type: 'json-object' } }, { responseMimeType: 'application/json' }],
    [
      {
        responseFormat: {
          type: 'json-schema',
          name: 'n',
          strict: true,
          schema: { $schema: 'x', ...schema },
          path: 'p',
        },
      },
      { responseMimeType: 'application/json', responseJsonSchema: schema },
    ],
  ])('%j', (fields, expected) => {
    expect(config(fields)).toEqual(expected)
    expect(encode(fields).dropped).toEqual([])
  })

  test('more tokens than the model can give mean its limit', () => {
    const model = modelSpec('gemini-3.8-flash', { maxOutputTokens: 65_536 })
    expect(body({ maxTokens: 100_000 }, model).generationConfig).toEqual({ maxOutputTokens: 65_536 })
  })

  test.each([
    ['gemini-1.5-pro', []],
    ['gemini-2.0-flash', []],
    ['gemini-2.5-flash', ['presence_penalty', 'frequency_penalty']],
    ['gemini-3.8-flash', []],
    ['gemini-4-argon', ['presence_penalty', 'frequency_penalty']],
    ['gemini-17-neutron', ['presence_penalty', 'frequency_penalty']],
    ['gemini-pro-latest', ['presence_penalty', 'frequency_penalty']],
  ])('penalties on %s', (model, dropped) => {
    const fields = { presencePenalty: 1, frequencyPenalty: 1 }
    expect(encode(fields, model).dropped).toEqual(dropped)
    expect(config(fields, model)).toEqual(dropped.length === 0 ? fields : undefined)
  })

  test.each<[string, Partial<ChatRequest>, string, boolean, string]>([
    ['several answers in a stream', { n: 2 }, 'gemini-3.8-flash', true, 'n'],
    ['several answers of Gemini 4', { n: 2 }, 'gemini-4-neon', false, 'n'],
    ['no answer at all', { maxTokens: 0, maxTokensField: 'max_tokens' }, 'gemini-3.8-flash', false, 'max_tokens'],
    ['six stop texts', { stop: [...'abcdef'] }, 'gemini-3.8-flash', false, 'stop'],
    ['six stop texts', { dialect: 'anthropic', stop: [...'abcdef'] }, 'gemini-3.8-flash', false, 'stop_sequences'],
    [
      'JSON with tools on an older model',
      { responseFormat: { type: 'json-object' }, tools: [tool('f')] },
      'gemini-2.5-pro',
      false,
      'response_format',
    ],
  ])('%s is refused', (_name, fields, model, stream, param) => {
    expect(refusal(fields, model, stream)).toEqual({ code: 'unsupported_parameter', param })
  })

  test('JSON with tools is passed on from Gemini 3 on', () => {
    expect(config({ responseFormat: { type: 'json-object' }, tools: [tool('f')] })).toEqual({
      responseMimeType: 'application/json',
    })
  })
})

describe('fields without a counterpart', () => {
  test.each<[Record<string, unknown>, string[]]>([
    [{ store: true, prediction: { type: 'content' }, verbosity: 'low' }, ['store', 'prediction', 'verbosity']],
    [{ prompt_cache_key: 'k', prompt_cache_retention: '24h' }, ['prompt_cache_key', 'prompt_cache_retention']],
    [{ something_new: 1 }, ['something_new']],
    [{ store: false, logit_bias: {}, modalities: ['text'], tags: [] }, []],
  ])('%j', (extras, dropped) => {
    expect(encode({ extras }).dropped).toEqual(dropped)
  })

  test.each<[Record<string, unknown>]>([
    [{ logit_bias: { 5: 1 } }],
    [{ modalities: ['text', 'audio'] }],
    [{ audio: { voice: 'x' } }],
    [{ moderation: { model: 'x' } }],
    [{ web_search_options: { search_context_size: 'low' } }],
    [{ web_search_options: {} }],
    [{ functions: [{}] }],
    [{ 'messages[1].audio': { id: 'x' } }],
  ])('%j is refused', (extras) => {
    expect(refusal({ extras })).toEqual({ code: 'unsupported_parameter', param: Object.keys(extras)[0] })
  })

  test('what only Anthropic has is refused, unless it only tunes', () => {
    const anthropic = (extras: Record<string, unknown>) => ({ dialect: 'anthropic' as const, extras })
    expect(refusal(anthropic({ container: 'x' })).param).toBe('container')
    expect(refusal(anthropic({ mcp_servers: [{}] })).param).toBe('mcp_servers')
    expect(encode(anthropic({ mcp_servers: [], speed: 'fast' })).dropped).toEqual(['speed'])
  })

  test('names for accounting stay at the gateway', () => {
    const fields = { user: 'u', metadata: { team: 'a' }, hints: ['tools[].defer_loading'], parallelToolCalls: false }
    const dropped = ['tools[].defer_loading', 'user', 'metadata', 'parallel_tool_calls']
    expect(encode(fields).dropped).toEqual(dropped)
    expect(encode({ ...fields, dialect: 'anthropic', cacheControl: {} }).dropped).toEqual([
      'tools[].defer_loading',
      'metadata.user_id',
      'metadata',
      'cache_control',
      'tool_choice.disable_parallel_tool_use',
    ])
    expect(encode({ parallelToolCalls: true }).dropped).toEqual([])
  })

  test.each([
    ['auto', undefined, []],
    ['default', 'standard', []],
    ['flex', 'flex', []],
    ['priority', 'priority', []],
    ['fast', 'priority', []],
    ['scale', undefined, ['service_tier']],
    ['constructor', undefined, ['service_tier']],
  ])('service tier %s', (serviceTier, sent, dropped) => {
    expect(body({ serviceTier }).serviceTier).toBe(sent)
    expect(encode({ serviceTier }).dropped).toEqual(dropped)
  })
})

describe('tools', () => {
  test('are declared with their schema, but for its dialect', () => {
    const tools = [
      tool('weather', { description: 'Says the weather.', parameters: { $schema: 'x', ...schema } }),
      tool('time'),
    ]
    expect(body({ tools }).tools).toEqual([
      {
        functionDeclarations: [
          { name: 'weather', description: 'Says the weather.', parametersJsonSchema: schema },
          { name: 'time' },
        ],
      },
    ])
    expect(body({ tools })).not.toHaveProperty('toolConfig')
  })

  test.each([
    [{}, false],
    [{ type: 'object' }, false],
    [{ type: 'object', properties: {} }, false],
    [{ type: 'object', properties: {}, required: [], additionalProperties: false, $schema: 'x', title: 'T' }, false],
    [{ type: 'object', additionalProperties: { type: 'string' } }, true],
    [{ $ref: '#/$defs/a', $defs: { a: schema } }, true],
    [{ anyOf: [schema] }, true],
    [{ type: 'object', properties: { $schema: { type: 'string' } } }, true],
  ])('the schema %j is sent: %s', (parameters, isSent) => {
    const sent = JSON.stringify(body({ tools: [tool('f', { parameters })] }).tools)
    expect(sent.includes('parametersJsonSchema')).toBe(isSent)
    if (isSent) expect(sent).toContain(JSON.stringify(parameters))
  })

  const three = [tool('a'), tool('b'), tool('c')]
  const names = (fields: Partial<ChatRequest>) =>
    [...JSON.stringify(body(fields).tools).matchAll(/"name":"(\w)"/g)].map((match) => match[1]).join('')

  test.each<[ChatRequest['toolChoice'], object | undefined, string]>([
    [undefined, undefined, 'abc'],
    [{ mode: 'auto' }, { mode: 'AUTO' }, 'abc'],
    [{ mode: 'none' }, { mode: 'NONE' }, 'abc'],
    [{ mode: 'required' }, { mode: 'ANY' }, 'abc'],
    [{ mode: 'named', name: 'b' }, { mode: 'ANY', allowedFunctionNames: ['b'] }, 'abc'],
    [{ mode: 'allowed', required: true, names: ['c', 'a'] }, { mode: 'ANY', allowedFunctionNames: ['c', 'a'] }, 'abc'],
    [{ mode: 'allowed', required: false, names: ['c', 'a'] }, { mode: 'AUTO' }, 'ac'],
  ])('choice %j', (toolChoice, functionCallingConfig, declared) => {
    const fields = { tools: three, ...(toolChoice !== undefined && { toolChoice }) }
    expect(body(fields).toolConfig).toEqual(functionCallingConfig && { functionCallingConfig })
    expect(names(fields)).toBe(declared)
  })

  test.each<[string, Partial<ChatRequest>, string, string]>([
    ['a custom tool', { tools: [tool('x', { kind: 'custom' })] }, 'unsupported_parameter', 'tools.x'],
    ['a tool of the provider', { tools: [tool('x', { kind: 'builtin' })] }, 'unsupported_parameter', 'tools.x'],
    ['a name that begins with a digit', { tools: [tool('1x')] }, 'invalid_request', 'tools.1x.function.name'],
    ['a choice without tools', { toolChoice: { mode: 'required' } }, 'invalid_request', 'tool_choice'],
    [
      'a choice of no tool',
      { tools: three, toolChoice: { mode: 'named', name: 'z' } },
      'invalid_request',
      'tool_choice',
    ],
  ])('%s is refused', (_name, fields, code, param) => {
    expect(refusal(fields)).toEqual({ code, param })
  })

  test('a wish for exact schemas and cache markers are dropped by name', () => {
    const tools = [tool('x', { strict: true, cacheControl: {} }), tool('y', { strict: false })]
    expect(encode({ tools, raw: '"cache_control"' }).dropped).toEqual(['cache_control', 'strict'])
    expect(encode({ tools, dialect: 'anthropic', raw: '"cache_control"' }).dropped).toContain('strict')
  })
})

test('the same request gives the same bytes', () => {
  const fields = { tools: [tool('f', { parameters: schema })], temperature: 1, stop: ['x'] }
  expect(encode(fields).body).toBe(encode(structuredClone(fields)).body)
})
