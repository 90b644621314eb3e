/** How often the semantic cache is right. `npm run bench:cache-eval -- --help` */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import { detectJumps } from './cache-eval/detect-jump.js'
import { readEvalData } from './cache-eval/eval-data.js'
import { openEvalModels } from './cache-eval/eval-models.js'
import { type Evaluated, evaluate } from './cache-eval/evaluate.js'
import { makeStreams } from './cache-eval/make-streams.js'
import { type CacheEvalOptions, parseOptions, USAGE } from './cache-eval/options.js'
import { renderDetections, renderEvaluated } from './cache-eval/render-evaluated.js'
import { readComparisonTeacher, TRUE_LABELS } from './cache-eval/teachers.js'

const RATES = [0.02, 0.05, 0.1]
const DETECTIONS = 400
const CUTS = Array.from({ length: 49 }, (_, step) => Math.round(1000 * (0.75 + 0.005 * step)) / 1000)

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else await run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function run(options: CacheEvalOptions): Promise<void> {
  const startedAt = new Date().toISOString()
  const { adjudicatedFile, embedder, file, seed, storePrompts, verifier } = options
  const data = await readEvalData({ file, adjudicatedFile, seed })
  const models = await openEvalModels({ verifier, ...(embedder !== undefined && { embedder }) })
  try {
    console.log(`${file}: ${data.prompts.length} prompts`)
    console.log(
      `${models.embedder.name} ${models.hasVerifier ? 'with' : 'without'} a verifier, prior: ${models.priorKind}\n`,
    )
    await models.prepare(data.prompts.map(({ text }) => text))
    const streams = makeStreams(data.prompts, options)
    const teachers = options.lessons === 0 ? [] : [TRUE_LABELS, readComparisonTeacher()]
    const onProgress = (what: string, done: number, total: number): void =>
      void process.stderr.write(`${done} of ${total}: ${what}\n`)
    const evaluated = await evaluate({
      data,
      models,
      streams,
      teachers,
      rates: RATES,
      cuts: CUTS,
      seed,
      storePrompts,
      onProgress,
    })
    for (const one of evaluated) console.log(renderEvaluated(one))
    const detections = detectJumps(DETECTIONS)
    console.log(renderDetections(detections))
    write(options, { startedAt, options, streams: evaluated.map(withoutPrompts), detections })
  } finally {
    await models.close()
  }
}

/** The data may be somebody's own. */
function withoutPrompts({ rows, stream }: Evaluated): object {
  return { name: stream.name, splits: stream.splits.length, rows }
}

function write(
  { jsonFile }: CacheEvalOptions,
  report: { readonly startedAt: string; readonly [part: string]: unknown },
): void {
  const name = `bench/results/cache-eval-${report.startedAt.replaceAll(':', '-').slice(0, 19)}.json`
  const file = jsonFile ?? join(packageRoot(), name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  console.log(`figures: ${file}`)
}
