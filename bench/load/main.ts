/** Measures the gateway and its references side by side. `npm run bench:load -- --help` */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stopAll } from './child-processes.js'
import { chooseScenarios } from './choose-scenarios.js'
import { startLoadGenerator } from './load-generator.js'
import type { Sample } from './metrics.js'
import { type LoadBenchOptions, parseOptions, USAGE } from './options.js'
import { choosePinning, pinThisProcess } from './pinning.js'
import { renderGoals, renderScenario, renderStartUps } from './render-report.js'
import { runRounds } from './run-rounds.js'
import { buildScenarios } from './scenarios.js'
import { startTargets, startUpstream } from './start-targets.js'
import { summariseGoal, summariseMetric } from './summary.js'
import { BUILT_IN_TARGETS, DEFAULT_TARGETS, readTargetsFile, type Target } from './targets.js'

/** Something else is running. */
const BUSY_LOAD = 0.7
const RESULTS = fileURLToPath(new URL('../../../bench/results', import.meta.url))

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-bench-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else process.exitCode = await runBench(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

/** The exit code: 1 when any answer was wrong or missing. */
async function runBench(options: LoadBenchOptions): Promise<number> {
  const targets = chooseTargets(options)
  const scenarios = chooseScenarios(options.scenarios, buildScenarios(options.quick))
  const pinning = choosePinning()
  if (pinning === undefined) console.log('No cores could be pinned: these figures compare with nothing else.\n')
  else pinThisProcess(pinning.rest)
  const loadBefore = loadavg()[0] ?? 0
  if (loadBefore > BUSY_LOAD)
    console.log(`The machine is busy (load ${loadBefore.toFixed(1)}): ratios only, and those with care.\n`)

  const upstream = await startUpstream(workDir, pinning)
  const generator = startLoadGenerator(workDir, pinning)
  const running = await startTargets(targets, upstream, workDir, pinning)
  const startUps = running.flatMap(({ startUp }) => startUp ?? [])
  console.log(renderStartUps(startUps))

  const startedAt = new Date().toISOString()
  const samples: Sample[] = []
  for (const scenario of scenarios) {
    samples.push(...(await runRounds(scenario, running, generator, options.rounds)))
    console.log(
      renderScenario(
        scenario,
        targets.map(({ name }) => name),
        samples,
      ),
    )
  }

  const goals = scenarios.flatMap((scenario) =>
    scenario.goals.flatMap((goal) => summariseGoal(samples, scenario, goal) ?? []),
  )
  console.log(renderGoals(goals))
  const file = options.jsonFile ?? join(RESULTS, `load-${startedAt.replaceAll(':', '-').slice(0, 19)}.json`)
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    pinning: pinning ?? null,
    loadBefore,
  }
  const summary = scenarios.flatMap((scenario) =>
    targets.flatMap(({ name }) =>
      scenario.metrics.flatMap((metric) => summariseMetric(samples, scenario.name, name, metric) ?? []),
    ),
  )
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(
    file,
    `${JSON.stringify({ startedAt, options, machine, startUps, goals, summary, samples }, null, 1)}\n`,
  )
  console.log(`figures: ${file}`)
  return reportFailures(samples)
}

function reportFailures(samples: readonly Sample[]): number {
  const failed = samples.filter(({ failures }) => failures > 0)
  for (const { scenario, target, round, failures, failureExamples } of failed) {
    console.error(`FAILED ${scenario}, ${target}, round ${round}: ${failures}, such as`)
    for (const example of failureExamples) console.error(`  ${example}`)
  }
  return failed.length === 0 ? 0 : 1
}

function chooseTargets(options: LoadBenchOptions): readonly Target[] {
  const others = options.targetsFile === undefined ? [] : readTargetsFile(options.targetsFile)
  const known = [...BUILT_IN_TARGETS, ...others]
  const names = options.targets ?? [...DEFAULT_TARGETS, ...others.map(({ name }) => name)]
  return names.map((name) => {
    const target = known.find((candidate) => candidate.name === name)
    if (target !== undefined) return target
    throw new Error(`No target is called ${name}; there are ${known.map((candidate) => candidate.name).join(', ')}.`)
  })
}
