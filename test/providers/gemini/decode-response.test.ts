import { describe, expect, test } from 'vitest'
import { createAnswerCollector } from '../../../src/core/answer-collector.js'
import { GatewayError } from '../../../src/core/errors.js'
import { geminiProvider } from '../../../src/providers/gemini/adapter.js'
import { wireText } from '../../support/wire-fixture.js'
import { DECODE_CONTEXT, eventsOfChunks } from './fixture.js'

const decode = (body: string) => geminiProvider.decodeResponse(body, DECODE_CONTEXT)
const decodeFixture = (name: string) => decode(wireText(name))

describe('whole answers', () => {
  test('text with its signature and exact usage', () => {
    expect(decodeFixture('gemini-response-text.json')).toEqual({
      id: 'FxGm01',
      model: 'gemini-3.8-flash',
      choices: [
        {
          index: 0,
          parts: [
            { type: 'text', text: 'Lisbon is the capital of Portugal.', path: '' },
            { type: 'reasoning', text: '', signature: 'CsIBfake==', origin: 'gemini', path: '' },
          ],
          finishReason: 'stop',
        },
      ],
      usage: { inputTokens: 2062, outputTokens: 39, cachedTokens: 2048, reasoningTokens: 31 },
    })
  })

  test.each([
    [{ serviceTier: 'SERVICE_TIER_STANDARD' }, {}],
    [{ serviceTier: 'flex' }, { tier: 'flex' }],
    [{ serviceTier: 'PRIORITY' }, { tier: 'priority' }],
    [
      {
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 2 },
          { modality: 'AUDIO', tokenCount: 7 },
        ],
      },
      { audioTokens: 7 },
    ],
  ])('with %j in its usage', (more, known) => {
    const content = { role: 'model', parts: [{ text: 'a' }] }
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 1, ...more }
    const answer = { candidates: [{ content, finishReason: 'STOP' }], usageMetadata }
    expect(decode(JSON.stringify(answer)).usage).toEqual({ inputTokens: 9, outputTokens: 1, ...known })
  })

  test('parallel calls with ids', () => {
    expect(decodeFixture('gemini-response-tools.json').choices).toEqual([
      {
        index: 0,
        parts: [
          {
            type: 'tool-call',
            id: 'fc-1',
            name: 'get_weather',
            arguments: '{"city":"Oslo"}',
            signature: 'CsIBsig1==',
            path: '',
          },
          { type: 'tool-call', id: 'fc-2', name: 'get_time', arguments: '{}', path: '' },
        ],
        finishReason: 'tool-calls',
      },
    ])
  })

  test('a call without id and arguments', () => {
    expect(decodeFixture('gemini-response-tools-noid.json').choices[0]?.parts).toEqual([
      { type: 'tool-call', id: 'call_made_0', name: 'get_time', arguments: '{}', path: '' },
    ])
  })

  test.each([
    ['gemini-response-blocked-prompt.json', [], 'content-filter', 33, 0],
    ['gemini-response-safety.json', [], 'content-filter', 33, 0],
    ['gemini-response-maxtokens-empty.json', [], 'length', 20, 256],
    ['gemini-response-continuation.json', ['Part one of a long answer'], 'length', 50, 65536],
  ])('%s', (name, texts, finishReason, inputTokens, outputTokens) => {
    const response = decodeFixture(name)
    expect(response.choices).toEqual([
      { index: 0, parts: texts.map((text) => ({ type: 'text', text, path: '' })), finishReason },
    ])
    expect(response.usage).toMatchObject({ inputTokens, outputTokens })
  })

  test('equal what their stream collects to', () => {
    for (const name of ['text', 'tools', 'tools-noid', 'blocked-prompt', 'safety', 'maxtokens-empty', 'continuation']) {
      const body = wireText(`gemini-response-${name}.json`)
      const event = Buffer.from(`data: ${JSON.stringify(JSON.parse(body))}\r\n\r\n`)
      const collector = createAnswerCollector('gemini')
      for (const streamed of eventsOfChunks([event])) collector.push(streamed)
      expect(decode(body)).toEqual(collector.response())
    }
  })
})

describe('bodies that are no answer', () => {
  const code = (body: string) => {
    try {
      decode(body)
    } catch (error) {
      if (error instanceof GatewayError) return [error.code, error.message]
    }
    throw new Error('an error was expected')
  }

  test.each([
    ['a failed call', wireText('gemini-response-malformed-call.json'), 'upstream_error'],
    [
      'a failed call behind text',
      '{"candidates":[{"content":{"parts":[{"text":"secret"}]},"finishReason":"MALFORMED_FUNCTION_CALL"}]}',
      'upstream_error',
    ],
    ['text without a reason', '{"candidates":[{"content":{"parts":[{"text":"secret"}]}}]}', 'upstream_error'],
    ['an empty object', '{}', 'upstream_error'],
    ['an empty array', '[]', 'upstream_error'],
    ['nothing', '', 'upstream_error'],
    ['HTML', '<html>secret</html>', 'upstream_error'],
    ['an error', '{"error":{"code":503,"status":"UNAVAILABLE","message":"secret"}}', 'overloaded'],
    ['an error in an array', wireText('gemini-error-array-wrapped.json'), 'rate_limit_exceeded'],
  ])('%s', (_name, body, expected) => {
    const [found, message] = code(body)
    expect(found).toBe(expected)
    expect(message).not.toMatch(/secret|get_weather/)
  })
})
