import { describe, expect, test } from 'vitest'
import { isWorse, whyInadequate, whyInadequateStart } from '../../src/attempts/why-inadequate.js'
import type { ChatResponse, Choice } from '../../src/core/chat-response.js'
import type { AssistantPart } from '../../src/core/message.js'
import type { StreamEvent } from '../../src/core/stream-event.js'

const text = (words: string): AssistantPart => ({ type: 'text', text: words, path: '' })
const thought: AssistantPart = { type: 'reasoning', text: 'Hm.', origin: 'openai', path: '' }
const refusal: AssistantPart = { type: 'refusal', text: 'No.', path: '' }
const call: AssistantPart = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}', path: '' }

function answer(parts: readonly AssistantPart[], finishReason: Choice['finishReason'] = 'stop'): ChatResponse {
  return { id: 'x', model: 'm', choices: [{ index: 0, parts, finishReason }], usage: undefined }
}

function twice(one: ChatResponse, other: ChatResponse): ChatResponse {
  return { ...one, choices: [...one.choices, ...other.choices] }
}

describe('an answer', () => {
  test.each([
    ['with text', answer([text('Yes.')]), {}, undefined],
    ['with a tool call and no text', answer([call], 'tool-calls'), {}, undefined],
    ['that pauses for a tool of the provider', answer([], 'pause'), {}, undefined],
    ['without anything', answer([]), {}, 'empty'],
    ['of white space', answer([text(' \n')]), {}, 'empty'],
    ['of thoughts alone', answer([thought]), {}, 'empty'],
    ['without a choice', { ...answer([]), choices: [] }, {}, 'empty'],
    ['that refuses', answer([refusal]), {}, 'refused'],
    ['that a filter ended', answer([text('I')], 'content-filter'), {}, 'refused'],
    ['that was cut', answer([text('Ye')], 'length'), {}, 'cut'],
    [
      'that was cut at the client’s limit',
      answer([text('Ye')], 'length'),
      { maxTokens: 100, maxOutputTokens: 100 },
      undefined,
    ],
    [
      'that was cut at the client’s limit, of a model without a known one',
      answer([text('Ye')], 'length'),
      { maxTokens: 9 },
      undefined,
    ],
    [
      'that was cut below the client’s limit',
      answer([text('Ye')], 'length'),
      { maxTokens: 100, maxOutputTokens: 50 },
      'cut',
    ],
    ['that the client’s own text stopped at once', answer([], 'stop-sequence'), {}, undefined],
    ['of which one choice is good', twice(answer([]), answer([text('Yes.')])), {}, undefined],
    ['of which no choice is good', twice(answer([refusal]), answer([])), {}, 'refused'],
  ])('%s', (_what, response, request, expected) => {
    expect(whyInadequate(response, request)).toBe(expected)
  })
})

describe('a stream that begins with', () => {
  const finish = (reason: Choice['finishReason']): StreamEvent => ({ type: 'finish', choice: 0, reason })
  test.each<[string, StreamEvent, { maxTokens?: number }, string | undefined]>([
    ['text', { type: 'text-delta', choice: 0, text: 'Y' }, {}, undefined],
    ['thoughts', { type: 'reasoning-delta', choice: 0, text: 'H' }, {}, undefined],
    ['a tool', { type: 'tool-start', choice: 0, index: 0, id: 'c', name: 'f' }, {}, undefined],
    ['a refusal', { type: 'refusal-delta', choice: 0, text: 'N' }, {}, 'refused'],
    ['its end', finish('stop'), {}, 'empty'],
    ['the end by a filter', finish('content-filter'), {}, 'refused'],
    ['the end by length', finish('length'), {}, 'cut'],
    ['the end by length, the client’s', finish('length'), { maxTokens: 1 }, undefined],
    ['the end by the client’s own text', finish('stop-sequence'), {}, undefined],
    ['a pause', finish('pause'), {}, undefined],
  ])('%s', (_what, first, request, expected) => {
    expect(whyInadequateStart(first, request)).toBe(expected)
  })
})

test('something is better than nothing', () => {
  expect([
    isWorse('empty', 'cut'),
    isWorse('refused', 'schema'),
    isWorse('cut', 'cut'),
    isWorse('cut', 'empty'),
  ]).toEqual([true, true, false, false])
})
