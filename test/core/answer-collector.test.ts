import { expect, test } from 'vitest'
import { createAnswerCollector, eventsOf } from '../../src/core/answer-collector.js'
import type { AssistantPart } from '../../src/core/message.js'

test('an answer of more parts than a call can have arguments is replayed whole', () => {
  const parts = Array.from({ length: 70_000 }, (_, n): AssistantPart => {
    return { type: 'tool-call', id: `c${n}`, name: 'f', arguments: '{}', path: '' }
  })
  const answer = {
    id: 'a',
    model: 'm',
    choices: [{ index: 0, parts, finishReason: 'tool-calls' as const }],
    usage: undefined,
  }
  const collector = createAnswerCollector('openai')
  for (const event of eventsOf(answer)) collector.push(event)
  expect(collector.response().choices[0]?.parts).toHaveLength(70_000)
})
