import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { textAnswer } from '../../bench/cache-eval/answers.js'
import { detectJumps } from '../../bench/cache-eval/detect-jump.js'
import { type EvalPrompt, readEvalData } from '../../bench/cache-eval/eval-data.js'
import { type EvalModels, openEvalModels } from '../../bench/cache-eval/eval-models.js'
import { type EvaluateOptions, evaluate, nameOf } from '../../bench/cache-eval/evaluate.js'
import { makeStreams, matedShare } from '../../bench/cache-eval/make-streams.js'
import { renderEvaluated } from '../../bench/cache-eval/render-evaluated.js'
import { requestOf } from '../../bench/cache-eval/request-of.js'
import { startStudy } from '../../bench/cache-eval/study.js'
import { readComparisonTeacher, TRUE_LABELS } from '../../bench/cache-eval/teachers.js'
import type { SemanticRecord } from '../../src/cache/learning/create-learning.js'
import { designRow, type HitModel, predictHit } from '../../src/core/hit-model/hit-model.js'
import { packageRoot } from '../../src/package-root.js'

const SAMPLE = join(packageRoot(), 'test/fixtures/everyday-pairs.jsonl')
const NOT_ADJUDICATED = { adjudicatedFile: undefined, seed: 1 }

function fileOf(rows: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-eval-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'rows.jsonl')
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  return file
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

describe('labelled data', () => {
  test('a stream keeps its order, and pairs outrank its groups', async () => {
    const rows = [
      { prompt: 'one', group: 'x' },
      { prompt: 'two', group: 'x' },
      { a: 'one', b: 'two', same: false },
    ]
    const { adjudicated, prompts, strict } = await readEvalData({ file: fileOf(rows), ...NOT_ADJUDICATED })
    expect(prompts.map(({ text }) => text)).toEqual(['one', 'two'])
    expect([strict('one', 'two'), adjudicated]).toEqual([false, null])
  })

  test('of pairs alone, those that are the same form groups, and those that were compared clusters', async () => {
    const rows = [
      { a: 'one', b: 'two', same: true },
      { a: 'two', b: 'three', same: true },
      { a: 'three', b: 'four', same: false },
      { a: 'five', b: 'six', same: false },
    ]
    const { prompts, strict } = await readEvalData({ file: fileOf(rows), ...NOT_ADJUDICATED })
    const of = (key: 'group' | 'cluster', text: string) => prompts.find((prompt) => prompt.text === text)?.[key]
    expect(prompts).toHaveLength(6)
    expect([of('group', 'one'), strict('one', 'three')]).toEqual([of('group', 'three'), true])
    expect(of('group', 'four')).not.toBe(of('group', 'three'))
    expect(of('cluster', 'four')).toBe(of('cluster', 'one'))
    expect(of('cluster', 'five')).not.toBe(of('cluster', 'one'))
  })

  test('what was adjudicated outranks the labels in a count of its own, by text or by hash', async () => {
    const rows = ['one', 'two', 'three', 'four'].map((prompt, at) => ({ prompt, group: at < 2 ? 'x' : prompt }))
    const adjudicatedFile = fileOf([
      { a: 'one', b: 'two', label: 0 },
      { a: hashOf('three'), b: hashOf('four'), label: 1 },
      { a: hashOf('one'), b: hashOf('four'), label: null },
      { a: hashOf('not in the data'), b: hashOf('one'), label: 1 },
    ])
    const data = await readEvalData({ file: fileOf(rows), adjudicatedFile, seed: 1 })
    expect([data.strict('one', 'two'), data.strict('three', 'four')]).toEqual([true, false])
    expect([data.adjudicated?.('one', 'two'), data.adjudicated?.('four', 'three')]).toEqual([false, true])
    expect(data.adjudicated?.('one', 'four')).toBe(false)
  })

  test('an adjudicated row that is none is refused with its line', async () => {
    const file = fileOf([{ prompt: 'one', group: 'x' }])
    const adjudicatedFile = fileOf([
      { a: 'one', b: 'one', label: 1 },
      { a: 'one', b: 'two' },
    ])
    const reading = readEvalData({ file, adjudicatedFile, seed: 1 })
    await expect(reading).rejects.toThrow(`${adjudicatedFile}, line 2: label: expected 1, 0 or null, found nothing`)
  })
})

describe('streams', () => {
  const OPTIONS = { splits: 2, requests: 300, lessons: 50, seed: 3 }
  const PROMPTS: readonly EvalPrompt[] = Array.from({ length: 700 }, (_, n) => ({
    text: `${n}`,
    group: `${n % 350}`,
    cluster: n % 350,
  }))
  const streams = makeStreams(PROMPTS, OPTIONS)

  test('of two splits share no cluster, and lessons come from the other one', () => {
    for (const { splits } of streams) {
      const [first, second] = splits.map(({ requests }) => new Set(requests.map(({ cluster }) => cluster)))
      expect([...(first ?? [])].filter((cluster) => second?.has(cluster))).toEqual([])
      expect(splits[0]?.lessons).toHaveLength(50)
      expect(splits[0]?.lessons.every(({ cluster }) => !first?.has(cluster))).toBe(true)
    }
  })

  test('repeat groups in words that were not used yet while there are any', () => {
    const requests = streams[0]?.splits[0]?.requests ?? []
    expect(requests).toHaveLength(199)
    expect(new Set(requests.map(({ group }) => group)).size).toBe(104)
    for (const group of new Set(requests.map((request) => request.group))) {
      const wordings = requests.filter((request) => request.group === group).map(({ text }) => text)
      expect(new Set(wordings).size).toBe(Math.min(2, wordings.length))
    }
  })

  test('have no more requests than their groups allow, and an ordinary one has each prompt once', () => {
    expect(streams[1]?.splits[0]?.requests).toHaveLength(300)
    const [, longer] = makeStreams(PROMPTS, { ...OPTIONS, requests: 5000 })
    expect(longer?.splits[0]?.requests).toHaveLength(Math.round((175 * 199) / 104))
    expect(streams[2]?.splits.flatMap(({ requests }) => requests)).toHaveLength(700)
    expect(matedShare(streams[2]?.splits ?? [])).toBe(0.5)
  })
})

describe('the cache on the sample', () => {
  let models: EvalModels
  let options: Pick<EvaluateOptions, 'data' | 'models' | 'streams' | 'seed' | 'storePrompts' | 'onProgress'>
  beforeAll(async () => {
    models = await openEvalModels({ verifier: true })
    const data = await readEvalData({ file: SAMPLE, ...NOT_ADJUDICATED })
    const streams = makeStreams(data.prompts.slice(0, 300), { splits: 2, requests: 150, lessons: 150, seed: 1 })
    options = { data, models, streams, seed: 1, storePrompts: true, onProgress: () => {} }
  })
  afterAll(() => models.close())

  test('counts every request once, and serves more where the decision asks for less', async () => {
    const evaluated = await evaluate({ ...options, teachers: [], rates: [0.02, 0.1], cuts: [0.8, 0.95] })
    expect(evaluated).toHaveLength(3)
    for (const { rows, stream } of evaluated) {
      const requests = stream.splits.flatMap((split) => split.requests)
      const repeated = stream.splits.flatMap(({ requests: own }) => own.length - new Set(own).size)
      for (const { tally } of rows) {
        expect(tally.requests).toBe(requests.length)
        // A prompt whose answer came from another one is not kept itself: asked again, it is answered that way again.
        expect(tally.exact).toBeLessThanOrEqual(repeated.reduce((sum, count) => sum + count, 0))
        expect(tally.wrong.strict).toBeLessThanOrEqual(tally.hits)
        expect(tally.wrong.adjudicated).toBeNull()
      }
      const hits = rows.map(({ tally }) => tally.hits)
      expect(hits[1]).toBeGreaterThanOrEqual(hits[0] ?? 0)
      expect(hits[2]).toBeGreaterThan(hits[3] ?? 0)
      expect(renderEvaluated({ rows, stream })).toContain('| bounded 10 %, cold ')
    }
  }, 120_000)

  test.each([TRUE_LABELS, readComparisonTeacher()])(
    'learns from $name, and keeps it over a restart',
    async (teacher) => {
      const folder = mkdtempSync(join(tmpdir(), 'llmrouter-study-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const clock = { now: () => 0, epochMs: () => 0 }
      const open = (isRight: boolean) => {
        const file = join(folder, `${isRight}.json`)
        const common = { models, maxFalseHitRate: 0.1, teacher, clock, seed: 1, retract: () => {} }
        return startStudy({ ...common, file, isRight: () => isRight })
      }
      const beliefAfter = async (isRight: boolean): Promise<number> => {
        const study = open(isRight)
        for (let lesson = 0; lesson < 400; lesson++) {
          study.desk.onNearMiss(recordOf(study.learning.belief().model), textAnswer('is not looked at'))
          await study.learning.idle()
        }
        await study.learning.close()
        const { learning } = open(isRight)
        const { lowerBound } = predictHit(learning.belief().model, designRow(models.prior.columns, FEATURES))
        await learning.close()
        return lowerBound
      }
      expect(await beliefAfter(true)).toBeGreaterThan((await beliefAfter(false)) + 0.05)
    },
  )

  test('lessons are attended before the requests come', async () => {
    const { prompts } = options.data
    const split = { requests: prompts.slice(0, 60), lessons: prompts.slice(60, 90) }
    const streams = [{ name: 'one', splits: [split] }]
    const [taught] = await evaluate({ ...options, streams, teachers: [TRUE_LABELS], rates: [0.1], cuts: [] })
    expect(taught?.rows.map(({ setting, tally }) => [nameOf(setting), tally.requests])).toEqual([
      ['bounded 10 %, cold', 60],
      ['bounded 10 %, after lessons by true labels', 60],
    ])
  }, 60_000)
})

/** A candidate in the middle of things. */
const FEATURES = { closeness: 2, margin: 0.1, verifierLogOdds: 1, contentJaccard: 0.7 }

function recordOf(model: HitModel): SemanticRecord {
  const row = designRow(model.columns, FEATURES)
  return {
    entryId: 'e',
    requestId: 'r',
    request: requestOf('asked'),
    assessment: { kind: 'assessed', row, ...predictHit(model, row) },
    served: false,
    prompt: 'asked',
    cachedPrompt: 'kept',
    cachedAnswer: textAnswer('is not looked at'),
    about: { tenant: 'default', key: undefined, provider: 'p', model: 'm' },
  }
}

test('a jump of the error is found sooner by a judge who errs less', () => {
  const [sure, model, comparison] = detectJumps(60)
  expect(sure?.median).toBeLessThanOrEqual(80)
  expect(model?.median).toBeGreaterThan(sure?.median ?? 0)
  expect(comparison?.median).toBeGreaterThan(model?.median ?? 0)
}, 60_000)
