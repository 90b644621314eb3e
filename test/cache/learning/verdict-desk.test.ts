import { expect, test } from 'vitest'
import type { SemanticRecord } from '../../../src/cache/learning/create-learning.js'
import { createVerdictDesk } from '../../../src/cache/learning/verdict-desk.js'

const hit = (requestId: string, entryId: string): SemanticRecord => ({
  requestId,
  entryId,
  request: { dialect: 'openai', model: 'm', stream: false, includeUsage: false, messages: [], extras: {}, raw: '' },
  assessment: { kind: 'same-reading', mean: 0.99, lowerBound: 0.97 },
  served: true,
  prompt: 'a',
  cachedPrompt: 'b',
  cachedAnswer: { id: undefined, model: undefined, choices: [], usage: undefined },
  about: { tenant: 'default', key: undefined, provider: 'p', model: 'm' },
})

function open() {
  const said: string[] = []
  const desk = createVerdictDesk({
    onHit: ({ requestId }) => said.push(`hit ${requestId}`),
    onFeedback: ({ requestId }, verdict) => said.push(`${verdict} ${requestId}`),
  })
  return { desk, said }
}

test('a word about a request reaches its hit, one about an entry its newest', () => {
  const { desk, said } = open()
  for (const record of [hit('r1', 'e'), hit('r2', 'e'), hit('r3', 'f')]) desk.onHit(record)
  desk.onFeedback({ entryId: 'e', requestId: 'r1', verdict: 'right' })
  desk.onFeedback({ entryId: 'e', requestId: undefined, verdict: 'wrong' })
  expect(said).toEqual(['hit r1', 'hit r2', 'hit r3', 'right r1', 'wrong r2'])
})

test('a word about an exact hit, or one long ago, teaches nothing', () => {
  const { desk, said } = open()
  desk.onFeedback({ entryId: 'e', requestId: 'exact', verdict: 'wrong' })
  for (let n = 0; n <= 1000; n++) desk.onHit(hit(`r${n}`, 'e'))
  desk.onFeedback({ entryId: 'e', requestId: 'r0', verdict: 'wrong' })
  expect(said.filter((word) => !word.startsWith('hit'))).toEqual([])
})
