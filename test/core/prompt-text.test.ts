import { expect, test } from 'vitest'
import type { Message } from '../../src/core/message.js'
import { promptText } from '../../src/core/prompt-text.js'

const path = 'messages[0]'
const text = (value: string) => ({ type: 'text', text: value, path }) as const
const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, path } as const

const CASES: readonly [string, readonly Message[], string][] = [
  ['nothing without messages', [], ''],
  ['nothing of a system prompt', [{ role: 'system', parts: [text('Be brief.')], path }], ''],
  [
    'the last user turn, whoever spoke after it',
    [
      { role: 'user', parts: [text('first')], path },
      { role: 'user', parts: [text('second')], path },
      { role: 'assistant', parts: [text('answer')], path },
    ],
    'second',
  ],
  [
    'the text between images, in lines',
    [{ role: 'user', parts: [text('Compare'), image, text('with this')], path }],
    'Compare\nwith this',
  ],
]

test.each(CASES)('is %s', (_, messages, expected) => {
  expect(promptText({ messages })).toBe(expected)
})
