import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLearning, type LearningPorts, type SemanticRecord } from '../../../src/cache/learning/create-learning.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'

const answer = (text: string): ChatResponse => ({
  id: undefined,
  model: undefined,
  choices: [{ index: 0, parts: [{ type: 'text', text, path: '' }], finishReason: 'stop' }],
  usage: undefined,
})

const RECORD: SemanticRecord = {
  entryId: 'entry',
  requestId: 'request',
  request: { dialect: 'openai', model: 'm', stream: false, includeUsage: false, messages: [], extras: {}, raw: '{}' },
  assessment: { kind: 'assessed', row: [1, 0.5], mean: 0.97, lowerBound: 0.95 },
  served: true,
  prompt: 'Is it open?',
  cachedPrompt: 'is it open',
  cachedAnswer: answer('Yes, it is.'),
  about: { tenant: 'default', key: undefined, provider: 'p', model: 'm' },
}

function setUp(fresh: string, overrides: Partial<LearningPorts> = {}) {
  const seen = { asked: 0, retracted: [] as string[], warnings: [] as string[], verdicts: [] as string[] }
  const learning = createLearning({
    clock: { now: () => 0, epochMs: () => 86_400_000 },
    random: () => 0,
    prior: {
      columns: [{ name: 'closeness', centre: 0, scale: 1 }],
      cosineFloor: 0.6,
      boundDeviations: 1.645,
      mean: [3, 0.5],
      covariance: [
        [0.05, 0],
        [0, 0.05],
      ],
    },
    fingerprint: 'one',
    file: null,
    settings: () => ({ maxFalseHitRate: 0.05, audit: { share: 1, budgetUsdPerDay: 1, judgeModel: null } }),
    cosineOf: async () => 0.9,
    answerAfresh: async () => {
      seen.asked++
      return { response: answer(fresh), costUsd: 0.3 }
    },
    ask: async () => ({ response: answer('Hm.\nVERDICT: SAME'), costUsd: null }),
    retract: (id) => seen.retracted.push(id),
    audited: (verdict) => seen.verdicts.push(verdict),
    warn: (message) => seen.warnings.push(message),
    ...overrides,
  })
  return { learning, seen }
}

async function auditMany(learning: ReturnType<typeof setUp>['learning'], count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    learning.onHit(RECORD)
    await learning.idle()
  }
}

test('audits that find other answers make the cache doubt, tighten and mark the entry', async () => {
  const { learning, seen } = setUp('No, it is closed.', {
    answerAfresh: async () => ({ response: answer('No, it is closed.'), costUsd: 0 }),
  })
  const before = learning.belief()
  await auditMany(learning, 20)
  const after = learning.belief()
  expect(seen.verdicts).toEqual(Array.from({ length: 20 }, () => 'wrong'))
  expect(after.model.mean[0]).toBeLessThan(before.model.mean[0] ?? 0)
  expect(after.maxFalseHitRate).toBeLessThan(0.05)
  expect(after.offsetOf('entry')).toBeLessThan(0)
  expect(after.offsetOf('another')).toBe(0)
  expect(learning.estimate().flagged).toBe(true)
  await learning.close()
})

test('audits stop at the budget of the day, and failing ones change nothing', async () => {
  const { learning, seen } = setUp('Yes, it is!')
  await auditMany(learning, 10)
  expect(seen.asked).toBe(4)
  expect(learning.estimate()).toMatchObject({ judged: 4, ratio: 0, flagged: false })
  await learning.close()
  const failing = setUp('', { answerAfresh: async () => Promise.reject(new Error('down')) })
  await auditMany(failing.learning, 2)
  expect(failing.seen.verdicts).toEqual(['failed', 'failed'])
  expect(failing.learning.estimate().judged).toBe(0)
  await failing.learning.close()
})

test('a hit that is reported wrong is retracted, and counted when a reviewer says so', async () => {
  const { learning, seen } = setUp('')
  learning.onFeedback(RECORD, 'wrong', 'client')
  expect(seen.retracted).toEqual(['entry'])
  expect(learning.estimate().judged).toBe(0)
  learning.onFeedback(RECORD, 'right', 'reviewer')
  expect(learning.estimate().judged).toBe(1)
  await learning.close()
})

test('what was learnt outlives the process, but not a change of models', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'learning-')), 'cache-learning.json')
  const first = setUp('Yes, it is', { file })
  first.learning.onFeedback(RECORD, 'wrong', 'client')
  const learnt = first.learning.belief().model.mean
  await first.learning.close()
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1 })
  const second = setUp('', { file })
  expect(second.learning.belief().model.mean).toEqual(learnt)
  await second.learning.close()
  const third = setUp('', { file, fingerprint: 'two' })
  expect(third.seen.warnings).toHaveLength(1)
  expect(third.learning.belief().model.mean).toEqual([3, 0.5])
  await third.learning.close()
})
