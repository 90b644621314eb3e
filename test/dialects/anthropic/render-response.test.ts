import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../../src/core/errors.js'
import { renderResponse } from '../../../src/dialects/anthropic/render-response.js'
import { ANSWERS, answer, CONTEXT, call, redacted, text, thinking } from './answers.js'

const render = (...args: Parameters<typeof answer>) => JSON.parse(renderResponse(answer(...args), CONTEXT))

test('a whole message has every field that the official client reads', () => {
  expect(render([text('Hi')])).toEqual({
    id: 'msg_abc123',
    type: 'message',
    role: 'assistant',
    model: 'answering-model',
    content: [{ type: 'text', text: 'Hi', citations: null }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: 12,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 7,
      output_tokens_details: null,
      cache_creation: null,
      server_tool_use: null,
      service_tier: null,
      inference_geo: null,
      speed: null,
    },
  })
})

test('blocks keep their order', () => {
  const parts = [thinking('a', 's'), redacted('d'), text('b'), call('1', 'f', '{}'), text('c')]
  expect(render(parts).content.map(({ type }: { type: string }) => type)).toEqual([
    'thinking',
    'redacted_thinking',
    'text',
    'tool_use',
    'text',
  ])
})

test('empty blocks are left out', () => {
  expect(render([text(''), thinking(''), text('a')]).content).toEqual([{ type: 'text', text: 'a', citations: null }])
})

test('tool input goes out as it was written', () => {
  const input = '{"id":12345678901234567890,"x":1.0,"id":2}'
  const rendered = renderResponse(answer([call('1', 'f', ` ${input}\n`)]), CONTEXT)
  expect(rendered).toContain(`"input":${input},`)
})

test.each([
  ['{"city": "Os', { _raw: '{"city": "Os' }],
  ['[1]', { _raw: '[1]' }],
  ['"text"', { _raw: '"text"' }],
  ['{} {}', { _raw: '{} {}' }],
  ['\uFEFF{}', { _raw: '\uFEFF{}' }],
  ['', {}],
  ['  ', {}],
])('arguments %j become the input %j', (argumentsText, input) => {
  expect(render([call('1', 'f', argumentsText)]).content[0].input).toEqual(input)
})

test('arguments nested without bound do not overflow', () => {
  const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  expect(renderResponse(answer([call('1', 'f', deep)]), CONTEXT)).toContain(deep)
})

test('seals of another family carry its maker, and a thought signature stands in the call', () => {
  const sealed = { type: 'reasoning', text: 'a', signature: 's', origin: 'gemini', path: '' } as const
  const content = render([sealed, call('1', 'f', '{}', 'SIG')]).content
  expect(content[0].signature).toBe('gemini:s')
  expect(content[1].extra_content).toEqual({ google: { thought_signature: 'SIG' } })
})

describe('stop reasons', () => {
  test.each([
    ['stop', 'end_turn'],
    ['stop-sequence', 'stop_sequence'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['content-filter', 'refusal'],
    ['pause', 'pause_turn'],
  ] as const)('%s is %s', (finishReason, expected) => {
    expect(render([], { finishReason }).stop_reason).toBe(expected)
  })

  test('the stop sequence is told', () => {
    const message = render([], { finishReason: 'stop-sequence', stopSequence: 'END"' })
    expect(message.stop_sequence).toBe('END"')
  })

  test('a refusal has details', () => {
    const message = render([], { finishReason: 'content-filter' })
    expect(message.stop_details).toEqual({ type: 'refusal', category: null, explanation: null })
  })
})

describe('usage', () => {
  test('input_tokens are those that were neither cached nor written', () => {
    const usage = {
      inputTokens: 1000,
      outputTokens: 50,
      cachedTokens: 600,
      cacheWriteTokens: 300,
      cacheWriteLongTokens: 100,
      reasoningTokens: 40,
    }
    expect(render([], { usage }).usage).toMatchObject({
      input_tokens: 100,
      cache_read_input_tokens: 600,
      cache_creation_input_tokens: 300,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 40 },
    })
  })

  test('a provider that counts inconsistently causes no negative number', () => {
    expect(render([], { usage: { inputTokens: 5, outputTokens: 1, cachedTokens: 9 } }).usage.input_tokens).toBe(0)
  })

  test('a provider that tells nothing leaves zeros, which the shape demands', () => {
    const { usage: _told, ...silent } = answer([text('a')])
    const message = JSON.parse(renderResponse({ ...silent, usage: undefined }, CONTEXT))
    expect(message.usage).toMatchObject({ input_tokens: 0, output_tokens: 0 })
  })
})

test('only the first choice is shown, wherever it stands', () => {
  const base = answer([text('mine')])
  const other = { index: 1, parts: [text('other')], finishReason: 'stop' as const }
  expect(JSON.parse(renderResponse({ ...base, choices: [other, ...base.choices] }, CONTEXT)).content).toHaveLength(1)
})

test('an answer without any choice is no success', () => {
  expect(() => renderResponse({ ...answer([]), choices: [] }, CONTEXT)).toThrow(GatewayError)
})

test.each(ANSWERS)('$name is valid JSON', ({ response }) => {
  expect(JSON.parse(renderResponse(response, CONTEXT))).toMatchObject({ type: 'message', role: 'assistant' })
})
