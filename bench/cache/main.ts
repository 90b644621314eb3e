/** Measures the semantic cache. `npm run bench:cache -- --help` */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { createFigureBook, renderFigures, renderOutcomes } from '../inference/figures.js'
import { stopAll } from '../load/child-processes.js'
import type { CachePart } from './cache-part.js'
import { exactPart } from './exact-part.js'
import { indexPart } from './index-part.js'
import { type CacheBenchOptions, parseOptions, renderUsage } from './options.js'
import { readPrompts } from './read-prompts.js'
import { semanticPart } from './semantic-part.js'
import { storePart } from './store-part.js'
import { throughputPart } from './throughput-part.js'

const PARTS: readonly CachePart[] = [exactPart, throughputPart, semanticPart, storePart, indexPart]
/** Something else is running. */
const BUSY_LOAD = 0.7

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-bench-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseOptions(process.argv.slice(2), PARTS)
  if (options === 'help') process.stdout.write(renderUsage(PARTS))
  else process.exitCode = await runBench(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

/** The exit code: 1 when anything was found that is not there. */
async function runBench(options: CacheBenchOptions): Promise<number> {
  const { parts, rounds, quick, promptsFile, mostEntries, jsonFile } = options
  const prompts = readPrompts(promptsFile)
  const startedAt = new Date().toISOString()
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    loadBefore: loadavg()[0] ?? 0,
  }
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${startedAt}, ${rounds} rounds, ${prompts.length} real prompts\n`,
  )
  if (machine.loadBefore > BUSY_LOAD)
    console.log(`The machine is busy (load ${machine.loadBefore.toFixed(1)}): these figures are too high.\n`)

  const book = createFigureBook()
  for (const part of parts) {
    const before = new Set(book.figures())
    await part.run({ rounds, quick, figures: book, workDir, prompts, promptsFile, mostEntries })
    console.log(`— ${part.name}: ${part.about}\n`)
    console.log(renderFigures(book.figures().filter((figure) => !before.has(figure))))
  }
  console.log(renderOutcomes(book.outcomes()))

  const file =
    jsonFile ?? join(packageRoot(), `bench/results/cache-${startedAt.replaceAll(':', '-').slice(0, 19)}.json`)
  mkdirSync(dirname(file), { recursive: true })
  const { figures, outcomes, failures } = book
  const report = { startedAt, rounds, quick, machine, outcomes: outcomes(), failures: failures(), figures: figures() }
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  console.log(`figures: ${file}`)
  for (const failure of failures()) console.error(`FAILED ${failure}`)
  return failures().length === 0 ? 0 : 1
}
