/** Measures what measuring costs, and how right it is. `npm run bench:metrics -- --help` */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { createFigureBook, renderFigures, renderOutcomes } from '../inference/figures.js'
import { type InferenceBenchOptions, parseOptions } from '../inference/options.js'
import type { BenchPart } from '../inference/part.js'
import { stopAll } from '../load/child-processes.js'
import { accuracyPart } from './accuracy.js'
import { relayCostPart } from './relay-cost.js'
import { scrapePart } from './scrape.js'

const PARTS: readonly BenchPart[] = [scrapePart, relayCostPart, accuracyPart]
/** Something else is running. */
const BUSY_LOAD = 0.7

const USAGE = `npm run bench:metrics -- [options]

  --only NAMES   these parts, separated by commas; all if not given
  --rounds N     rounds of each measurement, 5 if not given (2 with --quick)
  --quick        short runs: a smoke test, not figures to quote
  --json FILE    where the figures go, bench/results/metrics-<time>.json if not given

${PARTS.map(({ about, name }) => `  ${name.padEnd(12)} ${about}\n`).join('')}`

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-bench-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseOptions(process.argv.slice(2), PARTS)
  if (options === 'help') process.stdout.write(USAGE)
  else process.exitCode = await runBench(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

/** The exit code: 1 when a count was wrong, or a latency told wrongly. */
async function runBench({ jsonFile, parts, quick, rounds }: InferenceBenchOptions): Promise<number> {
  const startedAt = new Date().toISOString()
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    loadBefore: loadavg()[0] ?? 0,
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${startedAt}, ${rounds} rounds\n`)
  if (machine.loadBefore > BUSY_LOAD)
    console.log(`The machine is busy (load ${machine.loadBefore.toFixed(1)}): these figures are too high.\n`)

  const book = createFigureBook()
  for (const part of parts) {
    const before = new Set(book.figures())
    await part.run({ rounds, quick, workDir, figures: book })
    console.log(`— ${part.name}: ${part.about}\n`)
    console.log(renderFigures(book.figures().filter((figure) => !before.has(figure))))
  }
  console.log(renderOutcomes(book.outcomes()))
  const file =
    jsonFile ?? join(packageRoot(), `bench/results/metrics-${startedAt.replaceAll(':', '-').slice(0, 19)}.json`)
  mkdirSync(dirname(file), { recursive: true })
  const { failures, figures, outcomes } = book
  const report = { startedAt, rounds, quick, machine, outcomes: outcomes(), failures: failures(), figures: figures() }
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  console.log(`figures: ${file}`)
  for (const failure of failures()) console.error(`FAILED ${failure}`)
  return failures().length === 0 ? 0 : 1
}
