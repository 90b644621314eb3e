import { startLoadGenerator } from '../load/load-generator.js'
import { cpuMicrosPerRequest, cpuMicrosPerToken, type Metric, type Sample } from '../load/metrics.js'
import { choosePinning } from '../load/pinning.js'
import { runRounds } from '../load/run-rounds.js'
import { buildScenarios, type Scenario } from '../load/scenarios.js'
import { startTargets, startUpstream } from '../load/start-targets.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { gatewayTarget } from './gateway-target.js'

const TABLE = 'processor time of a gateway that is watched at work, and of one that is not, in turn'
const RATIO = { label: 'watched / unwatched', digits: 3 }
const MOST = 1.05

const PROVIDERS = '{ anthropic: { type: anthropic, apiKey: x, baseUrl: "{upstream}" } }'

/** Pairs of runs, each round with the other one first: what drifts or disturbs meets both. */
export const relayCostPart: BenchPart = {
  name: 'relay-cost',
  about: 'what counting and timing adds to the work on a token, and on a request that does not stream',
  async run(context) {
    const pinning = choosePinning()
    const upstream = await startUpstream(context.workDir, pinning)
    const generator = startLoadGenerator(context.workDir, pinning)
    const targets = [gatewayTarget('watched', PROVIDERS), gatewayTarget('unwatched', PROVIDERS)]
    const running = await startTargets(targets, upstream, context.workDir, pinning)
    for (const scenario of buildScenarios(context.quick)) {
      const metric = metricOf(scenario)
      if (metric === undefined) continue
      addFigures(context, scenario, metric, await runRounds(scenario, running, generator, context.rounds))
    }
  },
}

function metricOf({ name }: Scenario): Metric | undefined {
  if (name.startsWith('full-speed')) return cpuMicrosPerToken
  return name === 'throughput' ? cpuMicrosPerRequest : undefined
}

function addFigures(
  { figures }: PartContext,
  { name, title }: Scenario,
  metric: Metric,
  samples: readonly Sample[],
): void {
  for (const { failureExamples, failures, target } of samples) {
    if (failures > 0) figures.fail(`${name}, ${target}: ${failures}, such as ${failureExamples.join('; ')}`)
  }
  for (const round of new Set(samples.map((sample) => sample.round))) {
    const of = (target: string): number => {
      const sample = samples.find((one) => one.round === round && one.target === target)
      return (sample && metric.of(sample)) ?? Number.NaN
    }
    for (const target of ['watched', 'unwatched']) {
      figures.add(TABLE, title, { label: `${target}, ${metric.label}`, digits: metric.digits }, of(target))
    }
    figures.add(TABLE, title, RATIO, of('watched') / of('unwatched'))
  }
  if (metric === cpuMicrosPerToken) {
    figures.expect({ table: TABLE, subject: title, column: RATIO, sense: 'at most', limit: MOST })
  }
}
