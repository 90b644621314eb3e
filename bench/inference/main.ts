/** Measures the thread pool and its models. `npm run bench:inference -- --help` */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { stopAll } from '../load/child-processes.js'
import { coldPart } from './cold.js'
import { embedPart } from './embed.js'
import { createFigureBook, renderFigures, renderOutcomes } from './figures.js'
import { hopPart } from './hop.js'
import { isolationPart } from './isolation.js'
import { memoryPart } from './memory.js'
import { type InferenceBenchOptions, parseOptions, renderUsage } from './options.js'
import type { BenchPart } from './part.js'
import { threadsPart } from './threads.js'
import { verifyPart } from './verify.js'

const PARTS: readonly BenchPart[] = [hopPart, embedPart, verifyPart, threadsPart, memoryPart, coldPart, isolationPart]
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

/** The exit code: 1 when anything came back wrong or not at all. */
async function runBench({ parts, rounds, quick, jsonFile }: InferenceBenchOptions): Promise<number> {
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
    jsonFile ?? join(packageRoot(), `bench/results/inference-${startedAt.replaceAll(':', '-').slice(0, 19)}.json`)
  mkdirSync(dirname(file), { recursive: true })
  const { figures, outcomes, failures } = book
  const report = { startedAt, rounds, quick, machine, outcomes: outcomes(), failures: failures(), figures: figures() }
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  console.log(`figures: ${file}`)
  for (const failure of failures()) console.error(`FAILED ${failure}`)
  return failures().length === 0 ? 0 : 1
}
