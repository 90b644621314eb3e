import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPool } from '../../../bench/inference/open-pool.js'
import { type AnswerContent, readAnswer } from '../../../src/core/answers/answer-content.js'
import { ANSWER_FEATURES, answerFeatures } from '../../../src/core/answers/answer-features.js'
import { compareAnswers } from '../../../src/core/answers/compare-answers.js'
import type { ChatResponse } from '../../../src/core/chat-response.js'
import { fitLogistic } from '../../../src/core/hit-model/fit-logistic.js'
import { sigmoid } from '../../../src/core/hit-model/log-odds.js'
import { wilsonInterval } from '../../../src/core/hit-model/wilson-interval.js'
import { BUNDLED_EMBEDDER } from './bundled-embedder.js'
import { type AnswerPair, readPairs } from './read-pairs.js'

/**
 * Fits the comparison of answers on every other topic and prints its weights, then what the shipped comparison makes of
 * both halves. Verdicts of the held-out half are counted, not read.
 */
const pairs = readPairs(readFileSync(join('models', 'training', 'answers', 'topics.jsonl'), 'utf8'))
const cosines = await cosinesOf(pairs)
const rows = pairs.map((pair, at) => ({ ...pair, cosine: cosines[at] ?? 0 }))
type Row = (typeof rows)[number]

printWeights(rows.filter((row) => !row.heldOut))
for (const heldOut of [false, true])
  printVerdicts(
    heldOut,
    rows.filter((row) => row.heldOut === heldOut),
  )
if (process.argv.includes('--failures')) {
  for (const row of rows.filter((row) => !row.heldOut)) {
    const { verdict, reason } = verdictOf(row)
    if (verdict !== (row.isSame ? 'right' : 'wrong'))
      print(`\n${row.isSame} → ${verdict} (${reason})\n  ${row.a}\n  ${row.b}`)
  }
}

function printWeights(fitted: readonly Row[]): void {
  const values = fitted.map(({ a, b, cosine, prompts }) => {
    const features = answerFeatures({ a: contentOf(a), b: contentOf(b), cosine, prompts })
    return [1, ...ANSWER_FEATURES.map((name) => features[name])]
  })
  // Equal and different answers weigh the same, however many there are of each.
  const { mean } = fitLogistic({
    rows: fitted.map(({ isSame, topic }, at) => ({ values: values[at] ?? [], label: isSame ? 1 : 0, cluster: topic })),
    priorPrecision: [0.01, ...ANSWER_FEATURES.map(() => 0.25)],
  })
  print(`intercept ${mean[0]?.toFixed(3)}`)
  ANSWER_FEATURES.forEach((name, at) => {
    print(`${name} ${mean[at + 1]?.toFixed(3)}`)
  })
  const probabilities = values.map((row) => sigmoid(row.reduce((sum, x, i) => sum + x * (mean[i] ?? 0), 0)))
  for (const cut of [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) {
    const above = (same: boolean): number =>
      fitted.filter((r, i) => r.isSame === same && (probabilities[i] ?? 0) >= cut).length
    print(`at least ${cut}: ${above(true)} of the equal, ${above(false)} of the different`)
  }
}

function printVerdicts(heldOut: boolean, of: readonly Row[]): void {
  print(`\n${heldOut ? 'Held-out' : 'Fitted'} topics: pairs, right, wrong, unsure`)
  for (const isSame of [true, false]) {
    const verdicts = of.filter((row) => row.isSame === isSame).map((row) => verdictOf(row).verdict)
    const count = (verdict: string): number => verdicts.filter((given) => given === verdict).length
    const [right, wrong] = [count('right'), count('wrong')]
    const { low, high } = wilsonInterval(isSame ? wrong : right, right + wrong)
    const error = `error of the judged ${percent((isSame ? wrong : right) / (right + wrong))} [${percent(low)}–${percent(high)}]`
    print(`${isSame ? 'equal    ' : 'different'} ${verdicts.length} ${right} ${wrong} ${count('unsure')}; ${error}`)
  }
}

function verdictOf({ a, b, cosine, prompts }: Row): ReturnType<typeof compareAnswers> {
  return compareAnswers({ kept: responseOf(a), fresh: responseOf(b), cosine, prompts })
}

function responseOf(text: string): ChatResponse {
  const choice = { index: 0, parts: [{ type: 'text', text, path: '' } as const], finishReason: 'stop' as const }
  return { id: undefined, model: undefined, choices: [choice], usage: undefined }
}

function contentOf(text: string): AnswerContent {
  return readAnswer(responseOf(text))
}

async function cosinesOf(all: readonly AnswerPair[]): Promise<readonly number[]> {
  const texts = [...new Set(all.flatMap(({ a, b }) => [a, b]))]
  const pool = await openPool(BUNDLED_EMBEDDER, 1)
  const outcome = await pool.embed(texts)
  await pool.close()
  if (outcome.kind !== 'done') throw new Error(`The pool answered: ${outcome.kind}.`)
  const { dimension, vectors } = outcome.value
  const vectorOf = (text: string): Float32Array => {
    const at = texts.indexOf(text) * dimension
    return vectors.subarray(at, at + dimension)
  }
  return all.map(({ a, b }) => {
    const other = vectorOf(b)
    return vectorOf(a).reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0)
  })
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
