import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createRandom } from '../../bench/cache-eval/random.js'
import { bootstrap, unitsOf } from '../../bench/routing/bootstrap.js'
import { parseEvalOptions } from '../../bench/routing/eval-options.js'
import { readLabelledPrompts } from '../../bench/routing/labelled-prompts.js'
import { createRecovery, type Outcome } from '../../bench/routing/recovery.js'
import { packageRoot } from '../../src/package-root.js'

const once = (rows: number): Float64Array => new Float64Array(rows).fill(1)
const outcome = (cheap: number, strong: number, extraCost = 1): Outcome => ({ cheap, strong, extraCost })

describe('the recovery of a gain', () => {
  // Two of four prompts gain from the strong model, and asking it costs three times as much for the first.
  const outcomes = [outcome(0, 1, 3), outcome(0, 1), outcome(1, 1), outcome(0, 0)]

  test('is worked out by hand', () => {
    const { apgr, callsForPgr, qualityAt } = createRecovery(outcomes, [0.9, 0.8, 0.2, 0.1])
    expect(apgr(once(4), 'calls')).toBeCloseTo(0.75, 10)
    // Half of the gain after 3 of 6 dollars, all of it after 4.
    expect(apgr(once(4), 'cost')).toBeCloseTo((3 * 0.25 + 1 * 0.75 + 2 * 1) / 6, 10)
    expect(callsForPgr(once(4), 0.5, 'calls')).toBeCloseTo(0.25, 10)
    expect(callsForPgr(once(4), 0.8, 'calls')).toBeCloseTo(0.4, 10)
    expect(callsForPgr(once(4), 0.5, 'cost')).toBeCloseTo(0.5, 10)
    expect(qualityAt(once(4), 0)).toBe(0.25)
    expect(qualityAt(once(4), 0.25)).toBeCloseTo(0.5, 10)
    expect(qualityAt(once(4), 1)).toBe(0.75)
  })

  test('of the wrong order is late', () => {
    const { apgr, callsForPgr } = createRecovery(outcomes, [0.1, 0.2, 0.8, 0.9])
    expect(apgr(once(4), 'calls')).toBeCloseTo(0.25, 10)
    expect(callsForPgr(once(4), 0.5, 'calls')).toBeCloseTo(0.75, 10)
  })

  test('of equal scores is a straight line, whatever the order of the rows', () => {
    for (const rows of [outcomes, [...outcomes].reverse()]) {
      expect(createRecovery(rows, [0.5, 0.5, 0.5, 0.5]).apgr(once(4), 'calls')).toBeCloseTo(0.5, 10)
    }
  })

  test('counts prompts as often as they were drawn', () => {
    const weights = Float64Array.from([0, 2, 1, 1])
    const repeated = [outcome(0, 1), outcome(0, 1), outcome(1, 1), outcome(0, 0)]
    expect(createRecovery(outcomes, [0.9, 0.8, 0.2, 0.1]).apgr(weights, 'calls')).toBeCloseTo(
      createRecovery(repeated, [0.8, 0.8, 0.2, 0.1]).apgr(once(4), 'calls'),
      10,
    )
  })
})

test('an interval holds the truth about as often as it says, and is wider for units that belong together', () => {
  const random = createRandom(3)
  const mean = (values: readonly number[], units: readonly number[]) =>
    bootstrap({
      units,
      rounds: 200,
      random,
      figure: (weights) =>
        weights.reduce((sum, weight, at) => sum + weight * (values[at] ?? 0), 0) /
        weights.reduce((sum, weight) => sum + weight, 0),
    })
  let held = 0
  for (let round = 0; round < 100; round += 1) {
    const values = Array.from({ length: 80 }, () => (random() < 0.3 ? 1 : 0))
    const { high, low } = mean(
      values,
      values.map((_, at) => at),
    )
    if (low <= 0.3 && 0.3 <= high) held += 1
  }
  expect(held).toBeGreaterThanOrEqual(85)

  const groups = Array.from({ length: 200 }, (_, at) => `group ${Math.floor(at / 20)}`)
  const values = groups.map((_, at) => (Math.floor(at / 20) % 2 === 0 ? 1 : 0))
  const alone = mean(
    values,
    values.map((_, at) => at),
  )
  const together = mean(values, unitsOf(groups))
  expect(together.high - together.low).toBeGreaterThan(2 * (alone.high - alone.low))
})

test('the script judges the shipped sample with the real classifier', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(packageRoot(), 'dist/bench/routing-eval.js'),
    ...['--rounds', '20'],
  ])
  expect(stdout).toContain('400 prompts. Quality: always cheap 0.685 [')
  const rows = stdout.split('\n').filter((line) => line.startsWith('| '))
  expect(rows.map((row) => row.split('|')[1]?.trim())).toEqual([
    '',
    'this classifier',
    'length of the prompt',
    'shuffle, as many strong calls',
    'oracle',
  ])
  for (const row of rows.slice(1)) expect(row.match(/\d\.\d{3} \[\d\.\d{3}–\d\.\d{3}\]/g)).toHaveLength(3)
}, 60_000)

test('RouteLLM’s own files are read, and what is wrong is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-eval-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'rows.jsonl')
  const row = { prompt: 'a', weak_correct: false, strong_correct: true, subject: 'law', routellm_contaminated: false }
  const rows = [row, row, { ...row, prompt: 'b', routellm_contaminated: true }, { prompt: 'c', cheap: 0.5, strong: 1 }]
  writeFileSync(file, rows.map((each) => JSON.stringify(each)).join('\n'))
  expect(await readLabelledPrompts(file)).toEqual([
    { prompt: 'a', cheap: 0, strong: 1, group: 'law' },
    { prompt: 'c', cheap: 0.5, strong: 1, group: '' },
  ])
  writeFileSync(file, JSON.stringify({ prompt: 'a', cheap: 3, strong: 1 }))
  await expect(readLabelledPrompts(file)).rejects.toThrow(`${file}, line 1: cheap: expected a number from 0 to 1`)
})

test('as many classifiers as files, or none', () => {
  expect(() => parseEvalOptions(['--data', 'a', '--data', 'b', '--classifier', 'c'])).toThrow('as often as --data')
  expect(parseEvalOptions(['--data', 'a', '--classifier', 'c'])).toMatchObject({
    parts: [{ data: 'a', classifier: 'c' }],
  })
})
