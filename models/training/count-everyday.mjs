/**
 * What the cache would serve of everyday pairs, each kept prompt alone in it, at the default bound: counts of each list.
 *
 *     npm run build && node models/training/count-everyday.mjs [--show wrong|missed] [FILE.jsonl …]
 *
 * Without files, the lists of `everyday-dev/`; of another file (`a`, `b`, `same`) only counts are printed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { choosePrior } from '../../dist/src/cache/choose-prior.js'
import { readPriorFile, shippedPriorFile } from '../../dist/src/cache/prior-file.js'
import { findCandidates } from '../../dist/src/calibrate/find-candidates.js'
import { indexLabels } from '../../dist/src/calibrate/label-index.js'
import { openCalibrationModels } from '../../dist/src/cli/calibration-models.js'
import { assessCandidate } from '../../dist/src/core/hit-model/assess-candidate.js'
import { packageRoot } from '../../dist/src/package-root.js'

const SERVED_FROM = 0.95
const DEV = new URL('everyday-dev/', import.meta.url)
const args = process.argv.slice(2)
const show = args[0] === '--show' ? args.splice(0, 2)[1] : undefined

const lists = args.length > 0 ? args.map((file) => ({ name: basename(file), pairs: jsonLines(file) })) : devLists()
const models = await openCalibrationModels({ verifier: true })
const prior = choosePrior({
  files: [readPriorFile(shippedPriorFile(packageRoot()))],
  embedder: models.embedder.fingerprint,
  verifier: models.verifier.fingerprint,
})
for (const { name, pairs } of lists) {
  const served = await countServed(pairs)
  process.stdout.write(`${name}: rewordings ${counts(served, true)}, near-opposites ${counts(served, false)}\n`)
  if (args.length > 0) continue
  for (const { pair, isServed, assessment } of served) {
    if ((show === 'wrong' && isServed && !pair.same) || (show === 'missed' && !isServed && pair.same))
      process.stdout.write(`  ${why(assessment)}  ${pair.b}  |  ${pair.a}\n`)
  }
}
await models.pool.close()

async function countServed(pairs) {
  const labels = { stream: [], pairs, doubts: [], ties: new Map() }
  const found = await findCandidates({ ...models, labels, index: indexLabels(labels), onProgress() {} })
  return found.rows.map((row, at) => {
    const assessment = assessCandidate(prior.model, row)
    const isServed = assessment.kind !== 'guarded' && assessment.lowerBound >= SERVED_FROM
    return { pair: pairs[at], assessment, isServed }
  })
}

function counts(served, same) {
  const those = served.filter(({ pair }) => pair.same === same)
  return `${those.filter(({ isServed }) => isServed).length} of ${those.length}`
}

function why(assessment) {
  return assessment.kind === 'guarded' ? assessment.guard : `${assessment.kind} ${assessment.lowerBound.toFixed(2)}`
}

function jsonLines(file) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** As `everyday_pairs.py` reads them. */
function devLists() {
  return readdirSync(DEV)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((name) => ({ name, pairs: pairsOf(readFileSync(new URL(name, DEV), 'utf8')) }))
}

function pairsOf(text) {
  return text.split('\n\n').flatMap((group) => {
    const [kept, ...others] = group.split('\n').filter((line) => line !== '' && !line.startsWith('# '))
    return others.map((line) => ({ a: line.slice(2), b: kept, same: line[0] === '=' }))
  })
}
