import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { stopAll } from '../load/child-processes.js'
import { createFigureBook, renderFigures, renderOutcomes } from './figures.js'
import type { NamedPart, PartContext } from './part.js'
import type { PartOptions } from './part-options.js'

/** Something else is running. */
const BUSY_LOAD = 0.7

/** A bench from its command line to its exit code; what it started is stopped, whatever happens. */
export async function runBench<Options>(
  parse: (argv: readonly string[]) => Options | 'help',
  usage: string,
  run: (options: Options) => Promise<number>,
): Promise<void> {
  try {
    const options = parse(process.argv.slice(2))
    if (options === 'help') process.stdout.write(usage)
    else process.exitCode = await run(options)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    await stopAll()
  }
}

export interface Measured<Part extends NamedPart> extends PartOptions<Part> {
  /** Of the bench, for its file. */
  readonly name: string
  /** What else the first line has to say. */
  readonly beside?: string
  readonly measure: (part: Part, context: PartContext) => Promise<void>
}

/** Each part with its tables, then the goals and a file with all figures. The exit code: 1 when anything was found wrong. */
export async function runParts<Part extends NamedPart>(options: Measured<Part>): Promise<number> {
  const { beside = '', jsonFile, measure, name, parts, quick, rounds } = options
  const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-bench-'))
  process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))
  const startedAt = new Date().toISOString()
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    loadBefore: loadavg()[0] ?? 0,
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${startedAt}, ${rounds} rounds${beside}\n`)
  if (machine.loadBefore > BUSY_LOAD)
    console.log(`The machine is busy (load ${machine.loadBefore.toFixed(1)}): these figures are too high.\n`)

  const book = createFigureBook()
  for (const part of parts) {
    const before = new Set(book.figures())
    await measure(part, { rounds, quick, workDir, figures: book })
    console.log(`— ${part.name}: ${part.about}\n`)
    console.log(renderFigures(book.figures().filter((figure) => !before.has(figure))))
  }
  console.log(renderOutcomes(book.outcomes()))

  const time = startedAt.replaceAll(':', '-').slice(0, 19)
  const file = jsonFile ?? join(packageRoot(), `bench/results/${name}-${time}.json`)
  mkdirSync(dirname(file), { recursive: true })
  const { failures, figures, outcomes } = book
  const report = { startedAt, rounds, quick, machine, outcomes: outcomes(), failures: failures(), figures: figures() }
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  console.log(`figures: ${file}`)
  for (const failure of failures()) console.error(`FAILED ${failure}`)
  return failures().length === 0 ? 0 : 1
}
