import { availableParallelism } from 'node:os'
import type { Job, JobResult } from '../load/job.js'
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.js'
import { choosePinning, type Pinning } from '../load/pinning.js'
import { startUpstream } from '../load/start-targets.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import type { NetworkName } from './networks.js'
import { type PooledGateway, startPooledGateway } from './start-pooled-gateway.js'

const STREAMS = 200
const TOKENS_PER_SECOND = 50
const TABLE = `${STREAMS} streams of ${TOKENS_PER_SECOND} tokens/s through a gateway whose pool rests, or has more to embed than it can`
/** As `threads: auto`. */
const THREADS = Math.max(1, availableParallelism() - 1)

const GAP_P50 = { label: 'gap p50 ms', digits: 2 }
const GAP_P99 = { label: 'gap p99 ms', digits: 2 }
const TTFT_P50 = { label: 'TTFT p50 ms', digits: 2 }
const LAG_P50 = { label: 'loop lag p50 ms', digits: 2 }
const LAG_P99 = { label: 'loop lag p99 ms', digits: 2 }
const LAG_MAX = { label: 'max', digits: 1 }
const EMBEDDED = { label: 'texts/s', digits: 0 }
const RATIO = { label: 'gap p99 × resting', digits: 2 }

interface Setting {
  readonly network: NetworkName
  /** Event loop and threads share one core: there is no other for the kernel to give. */
  readonly oneCore: boolean
}

const SETTINGS: readonly Setting[] = [
  { network: 'bundled int8', oneCore: false },
  { network: 'minilm int8', oneCore: false },
  { network: 'bundled int8', oneCore: true },
  { network: 'minilm int8', oneCore: true },
]

/** What embedding does to streams. Both cases are measured in each round, and each round has the other one first. */
export const isolationPart: BenchPart = {
  name: 'isolation',
  about: 'what streams notice of a saturated pool; every byte is compared',
  async run(context) {
    const pinning = choosePinning()
    const upstream = await startUpstream(context.workDir, pinning)
    const generator = startLoadGenerator(context.workDir, pinning)
    for (const setting of SETTINGS) {
      if (setting.oneCore && pinning === undefined) continue
      await measureSetting(setting, { upstream, generator, pinning, context })
    }
  },
}

interface Surroundings {
  /** Port of the scripted provider. */
  readonly upstream: number
  readonly generator: LoadGenerator
  readonly pinning: Pinning | undefined
  readonly context: PartContext
}

async function measureSetting(setting: Setting, around: Surroundings): Promise<void> {
  const { context, generator, pinning, upstream } = around
  const gateway = await startPooledGateway({
    network: setting.network,
    threads: THREADS,
    upstream: `http://127.0.0.1:${upstream}`,
    cpu: setting.oneCore ? pinning?.target : undefined,
    workDir: context.workDir,
  })
  for (const saturated of [false, true]) await runStreams(gateway, generator, saturated, 1)
  for (let round = 0; round < context.rounds; round++) {
    const order = round % 2 === 0 ? [false, true] : [true, false]
    const gaps = new Map<boolean, number>()
    for (const saturated of order) gaps.set(saturated, await measureOnce(setting, gateway, saturated, around))
    const ratio = (gaps.get(true) ?? Number.NaN) / (gaps.get(false) ?? Number.NaN)
    context.figures.add(TABLE, subjectOf(setting, true), RATIO, ratio)
  }
  await gateway.stop()
  const subject = subjectOf(setting, true)
  context.figures.expect({ table: TABLE, subject, column: LAG_P99, sense: 'at most', limit: 10 })
  context.figures.expect({ table: TABLE, subject, column: RATIO, sense: 'at most', limit: 2 })
}

/** Answers with the 99th percentile of the gaps between tokens. */
async function measureOnce(
  setting: Setting,
  gateway: PooledGateway,
  saturated: boolean,
  { context, generator }: Surroundings,
): Promise<number> {
  const { figures, quick } = context
  const { result, ended } = await runStreams(gateway, generator, saturated, quick ? 2 : 5)
  const subject = subjectOf(setting, saturated)
  figures.add(TABLE, subject, GAP_P50, result.tokenGap.p50 / 1000)
  figures.add(TABLE, subject, GAP_P99, result.tokenGap.p99 / 1000)
  figures.add(TABLE, subject, TTFT_P50, result.firstToken.p50 / 1000)
  figures.add(TABLE, subject, LAG_P50, ended.lag.p50)
  figures.add(TABLE, subject, LAG_P99, ended.lag.p99)
  figures.add(TABLE, subject, LAG_MAX, ended.lag.max)
  figures.add(TABLE, subject, EMBEDDED, ended.embeddingsPerSecond)
  if (result.failures > 0) figures.fail(`${subject}: ${result.failures}, such as ${result.failureExamples.join('; ')}`)
  if (saturated && ended.embeddingsPerSecond === 0) figures.fail(`${subject}: nothing was embedded`)
  return result.tokenGap.p99 / 1000
}

async function runStreams(
  gateway: PooledGateway,
  generator: LoadGenerator,
  saturated: boolean,
  seconds: number,
): Promise<{ readonly result: JobResult; readonly ended: Awaited<ReturnType<PooledGateway['end']>> }> {
  const job: Job = {
    port: gateway.port,
    path: '/v1/chat/completions',
    headers: {},
    dialect: 'openai',
    model: 'anthropic/bench-model',
    stream: true,
    plan: { tokens: TOKENS_PER_SECOND * seconds, delayMs: 0, gapMs: 1000 / TOKENS_PER_SECOND, eventsPerWrite: 1 },
    promptBytes: 1024,
    load: { kind: 'open', connections: STREAMS, perSecond: STREAMS, count: STREAMS },
  }
  await gateway.begin(saturated)
  const result = await generator.run(job)
  return { result, ended: await gateway.end() }
}

function subjectOf({ network, oneCore }: Setting, saturated: boolean): string {
  return `${network}${oneCore ? ', one core' : ''}, ${saturated ? 'saturated' : 'resting'}`
}
