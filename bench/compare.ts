/** The gateway beside what else stands between clients and providers, as Markdown. `npm run bench:compare -- --help` */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packageRoot } from '../src/package-root.js'
import { chooseTargets, EVERYTHING } from './compare/compare-targets.js'
import { withDistinctPrompts } from './compare/distinct-prompts.js'
import { renderComparison, renderReached } from './compare/render-comparison.js'
import { stopAll } from './load/child-processes.js'
import { chooseScenarios } from './load/choose-scenarios.js'
import { startLoadGenerator } from './load/load-generator.js'
import type { Sample } from './load/metrics.js'
import { type LoadBenchOptions, parseOptions } from './load/options.js'
import { choosePinning, pinThisProcess } from './load/pinning.js'
import { runRounds } from './load/run-rounds.js'
import { buildScenarios } from './load/scenarios.js'
import { startTargets, startUpstream } from './load/start-targets.js'
import { summariseGoal } from './load/summary.js'

const USAGE = `npm run bench:compare -- [options]

  --rounds N     interleaved rounds, 5 if not given (2 with --quick)
  --quick        short runs: a smoke test, not figures to quote
  --only NAMES   these scenarios, separated by commas; the beginning of a name is enough
  --use NAMES    these targets, separated by commas; all if not given
  --json FILE    where all figures go, bench/results/compare-<time>.json if not given
`

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-bench-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else process.exitCode = await compare(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

/** The exit code: 1 when any answer of any target was wrong or missing. */
async function compare(options: LoadBenchOptions): Promise<number> {
  const missing: string[] = []
  const targets = chooseTargets((what) => missing.push(what)).filter(
    ({ name }) => options.targets?.includes(name) ?? true,
  )
  const scenarios = chooseScenarios(options.scenarios, buildScenarios(options.quick))
  const pinning = choosePinning()
  if (pinning !== undefined) pinThisProcess(pinning.rest)
  const startedAt = new Date().toISOString()
  const loadBefore = loadavg()[0] ?? 0
  const upstream = await startUpstream(workDir, pinning)
  const generator = withDistinctPrompts(startLoadGenerator(workDir, pinning))
  const running = await startTargets(targets, upstream, workDir, pinning)

  const samples: Sample[] = []
  for (const scenario of scenarios) {
    console.error(`${new Date().toISOString()} ${scenario.name}`)
    samples.push(...(await runRounds(scenario, running, generator, options.rounds)))
  }
  const goals = scenarios.flatMap((scenario) =>
    scenario.goals.flatMap((goal) => summariseGoal(samples, scenario, goal) ?? []),
  )
  const names = targets.map(({ name }) => name)
  const failures = samples.reduce((sum, sample) => sum + sample.failures, 0)
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`
  const pinned =
    pinning === undefined ? 'Nothing was pinned to a core' : 'Each target on one core, the rest on the other'
  console.log(
    [
      `${startedAt.slice(0, 16)}, ${machine}, load ${loadBefore.toFixed(1)} before. ${pinned}; medians of ${options.rounds}`,
      'interleaved rounds, in brackets the ratio to the floor of the same round; all prompts are different; latencies from the',
      `intended start. \`gateway\` has cache and routing off, \`${EVERYTHING}\` nothing. Answers wrong or missing: ${failures}.`,
      ...missing.map((what) => `Left out: ${what}.`),
      '',
      renderComparison(scenarios, names, samples),
      '',
      renderReached(goals),
    ].join('\n'),
  )
  for (const { failureExamples, round, scenario, target } of samples) {
    if (failureExamples.length > 0)
      console.error(`FAILED ${scenario}, ${target}, ${round}: ${failureExamples.join('; ')}`)
  }
  const file =
    options.jsonFile ?? join(packageRoot(), `bench/results/compare-${startedAt.replaceAll(':', '-').slice(0, 19)}.json`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(
    file,
    `${JSON.stringify({ startedAt, options, machine, loadBefore, missing, goals, samples }, null, 1)}\n`,
  )
  console.log(`\nfigures: ${file}`)
  return failures === 0 ? 0 : 1
}
