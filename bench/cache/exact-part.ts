import { fileURLToPath } from 'node:url'
import { isObject } from '../../src/core/decode.js'
import { SEED_COUNT } from '../load/answer-plan.js'
import { freePort, startChild, waitUntilReady } from '../load/child-processes.js'
import type { Job, JobResult, Load } from '../load/job.js'
import { startLoadGenerator } from '../load/load-generator.js'
import { choosePinning } from '../load/pinning.js'
import { startUpstream } from '../load/start-targets.js'
import type { CachePart, CachePartContext } from './cache-part.js'
import { type BenchGateway, startBenchGateway } from './start-gateway.js'

const TABLE =
  '1 KB prompts, answers of 64 tokens in one piece, exact hits: the gateway on one core, the generator on another'
const BARE = 'bare handler, same bytes'
const STORES = ['memory', 'embedded'] as const
const RATE = { label: 'requests/s, 64 connections', digits: 0 }
const RATIO = { label: '× bare', digits: 2 }
const P50 = { label: '250/s: p50 ms', digits: 3 }
const P99 = { label: 'p99 ms', digits: 3 }
const PER_SECOND = 250
const CONNECTIONS = 64

/** What a request costs whose answer is there. */
export const exactPart: CachePart = {
  name: 'exact',
  about: 'exact hits through the gateway, against a handler that has the same bytes in memory; every byte is compared',
  async run(context) {
    const { figures, rounds, workDir } = context
    const pinning = choosePinning()
    const upstream = await startUpstream(workDir, pinning)
    const generator = startLoadGenerator(workDir, pinning)
    const gateways = new Map<string, BenchGateway>()
    for (const store of STORES) {
      const common = { name: `exact-${store}`, workDir, upstream, cpu: pinning?.target }
      gateways.set(store, await startBenchGateway({ ...common, cache: `{ store: ${store} }` }))
    }
    const ports = new Map([...gateways].map(([store, { port }]) => [store, port]))
    ports.set(BARE, await startSameBytes(gateways.get('memory')?.port ?? 0, workDir, pinning?.target))

    async function measure(subject: string, load: Load): Promise<JobResult> {
      const result = await generator.run(jobOf(ports.get(subject) ?? 0, load))
      if (result.failures > 0)
        figures.fail(`${subject}: ${result.failures}, such as ${result.failureExamples.join('; ')}`)
      return result
    }

    // The first answers are made and kept, later ones warm the compilers up.
    for (const subject of [...ports.keys(), ...ports.keys()]) await measure(subject, closed(context.quick ? 1 : 3))
    for (let round = 0; round < rounds; round++) {
      const rates = new Map<string, number>()
      for (const subject of rotated([...ports.keys()], round)) {
        const { windowRequests, windowSeconds } = await measure(subject, closed(context.quick ? 1 : 3))
        rates.set(subject, windowRequests / windowSeconds)
      }
      for (const subject of ports.keys()) {
        const rate = rates.get(subject) ?? 0
        figures.add(TABLE, subject, RATE, rate)
        figures.add(TABLE, subject, RATIO, rate / (rates.get(BARE) ?? Number.NaN))
        const { latency } = await measure(subject, open(context.quick ? 1 : 4))
        figures.add(TABLE, subject, P50, latency.p50 / 1000)
        figures.add(TABLE, subject, P99, latency.p99 / 1000)
      }
    }
    for (const [store, gateway] of gateways) await insistOnHits(store, gateway, context)
    for (const store of STORES) {
      figures.expect({ table: TABLE, subject: store, column: P50, sense: 'at most', limit: 0.5 })
      figures.expect({ table: TABLE, subject: store, column: RATIO, sense: 'at least', limit: 0.5 })
    }
    for (const { child } of gateways.values()) await child.stop()
  },
}

const closed = (seconds: number): Load => ({ kind: 'closed', connections: CONNECTIONS, seconds })
const open = (seconds: number): Load => ({
  kind: 'open',
  connections: CONNECTIONS,
  perSecond: PER_SECOND,
  count: PER_SECOND * seconds,
})

/** Whoever comes first in a round comes last in the next. */
const rotated = <T>(items: readonly T[], by: number): readonly T[] =>
  items.map((_, at) => items[(at + by) % items.length]).filter((item) => item !== undefined)

function jobOf(port: number, load: Load): Job {
  return {
    ...{ port, load },
    path: '/v1/chat/completions',
    headers: {},
    dialect: 'openai',
    model: 'anthropic/bench-model',
    stream: false,
    plan: { tokens: 64, delayMs: 0, gapMs: 0, eventsPerWrite: 1 },
    promptBytes: 1024,
  }
}

async function startSameBytes(gateway: number, workDir: string, cpu: string | undefined): Promise<number> {
  const port = await freePort()
  const script = fileURLToPath(new URL('same-bytes.js', import.meta.url))
  const child = startChild({
    name: BARE,
    command: [process.execPath, script, '--port', String(port), '--gateway', String(gateway)],
    cpu,
    logFile: `${workDir}/same-bytes.log`,
  })
  await waitUntilReady(child, `http://127.0.0.1:${port}/ready`, performance.now(), 10_000)
  return port
}

/** A gateway that asked its provider again and again would have been measured for something else. */
async function insistOnHits(store: string, gateway: BenchGateway, { figures }: CachePartContext): Promise<void> {
  const stats = await gateway.ask('GET', '/cache/stats')
  const [hits, misses] = isObject(stats) ? [Number(stats.hits), Number(stats.misses)] : [0, 0]
  if (!(misses <= SEED_COUNT && hits > misses)) figures.fail(`${store}: ${hits} hits and ${misses} misses`)
}
