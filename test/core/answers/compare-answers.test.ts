import { describe, expect, test } from 'vitest'
import { compareAnswers } from '../../../src/core/answers/compare-answers.js'
import type { ChatResponse, FinishReason } from '../../../src/core/chat-response.js'
import type { AssistantPart } from '../../../src/core/message.js'

const answer = (parts: readonly AssistantPart[], finishReason: FinishReason = 'stop'): ChatResponse => ({
  id: undefined,
  model: undefined,
  choices: [{ index: 0, parts, finishReason }],
  usage: undefined,
})
const text = (written: string): ChatResponse => answer([{ type: 'text', text: written, path: '' }])
const call = (name: string, args: string): AssistantPart => ({
  type: 'tool-call',
  id: name,
  name,
  arguments: args,
  path: '',
})

const verdict = (
  kept: ChatResponse,
  fresh: ChatResponse,
  prompt = 'What is it?',
  cosine: number | null = 0.9,
): string => compareAnswers({ kept, fresh, cosine, prompts: [prompt] }).verdict

describe('answers are compared', () => {
  test.each([
    ['Canberra.', '**Canberra**', 'right'],
    ['Yes, you can.', 'No, you cannot.', 'wrong'],
    ['15% of 240 is 36.', 'It is 60.', 'wrong'],
    ['x = -4', 'x = 4', 'unsure'],
    ['', '', 'unsure'],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(verdict(text(a), text(b))).toBe(expected)
  })

  test('tool calls by name and arguments, whatever the order of calls and keys', () => {
    const kept = answer([call('f', '{"a":1,"b":2}'), call('g', '{}')])
    expect(verdict(kept, answer([call('g', '{ }'), call('f', '{"b":2,"a":1}')]))).toBe('right')
    expect(verdict(kept, answer([call('f', '{"a":1,"b":3}'), call('g', '{}')]))).toBe('wrong')
    expect(verdict(kept, text('Done.'))).toBe('wrong')
  })

  test('a refusal is another answer', () => {
    const refusal = answer([{ type: 'refusal', text: 'I cannot help with that.', path: '' }])
    expect(verdict(refusal, text('Like this.'))).toBe('wrong')
    expect(verdict(refusal, refusal)).toBe('right')
  })

  test('what was cut, what has no vector, and what may take any form are not judged', () => {
    expect(verdict(text('A longer answer'), answer([{ type: 'text', text: 'A', path: '' }], 'length'))).toBe('unsure')
    expect(verdict(text('Take a train.'), text('Go by rail.'), 'How?', null)).toBe('unsure')
    expect(verdict(text('Red leaves fall'), text('Crisp golden air'), 'Write a haiku', 0.1)).toBe('unsure')
  })
})
