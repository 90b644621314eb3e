import type { Job, JobResult } from '../load/job.js'
import { startLoadGenerator } from '../load/load-generator.js'
import { choosePinning } from '../load/pinning.js'
import { startTargets, startUpstream } from '../load/start-targets.js'
import { BUILT_IN_TARGETS, FLOOR } from '../load/targets.js'
import type { CachePart } from './cache-part.js'
import { startBenchGateway } from './start-gateway.js'

const TABLE = 'not streaming, 64 connections, 1 KB prompts that are all different: every answer is looked for and kept'
const RATE = { label: 'requests/s', digits: 0 }
const RATIO = { label: '× floor', digits: 2 }
const WITHOUT = 'gateway, cache off'
const STORES = ['memory', 'embedded'] as const
const EXACT_ONLY = 'semantic: { mode: "off" }'

/** What keeping answers costs those who never ask twice. */
export const throughputPart: CachePart = {
  name: 'throughput',
  about: 'misses that are looked for and kept, against the floor of bench:load and a gateway without a cache',
  async run({ figures, quick, rounds, workDir }) {
    const pinning = choosePinning()
    const upstream = await startUpstream(workDir, pinning)
    const generator = startLoadGenerator(workDir, pinning)
    const floors = BUILT_IN_TARGETS.filter(({ name }) => name === FLOOR)
    const ports = new Map<string, number>()
    for (const { port } of await startTargets(floors, upstream, workDir, pinning)) ports.set(FLOOR, port)
    for (const store of ['off', ...STORES]) {
      const common = { name: `throughput-${store}`, workDir, upstream, cpu: pinning?.target }
      const gateway = await startBenchGateway({ ...common, cache: `{ store: "${store}", ${EXACT_ONLY} }` })
      ports.set(store === 'off' ? WITHOUT : nameOf(store), gateway.port)
    }

    let asked = 0
    async function measure(subject: string): Promise<number> {
      const job = { ...JOB, port: ports.get(subject) ?? 0, distinctFrom: asked, load: loadOf(quick ? 1 : 3) }
      const result = await generator.run(job)
      asked += result.allRequests + CONNECTIONS
      if (result.failures > 0)
        figures.fail(`${subject}: ${result.failures}, such as ${result.failureExamples.join('; ')}`)
      return rateOf(result)
    }

    for (const subject of [...ports.keys(), ...ports.keys()]) await measure(subject)
    for (let round = 0; round < rounds; round++) {
      const subjects = [...ports.keys()]
      const rates = new Map<string, number>()
      for (const at of subjects.keys()) {
        const subject = subjects[(at + round) % subjects.length] ?? FLOOR
        rates.set(subject, await measure(subject))
      }
      for (const subject of subjects) {
        const rate = rates.get(subject) ?? 0
        figures.add(TABLE, subject, RATE, rate)
        figures.add(TABLE, subject, RATIO, rate / (rates.get(FLOOR) ?? Number.NaN))
      }
    }
    for (const store of STORES) {
      figures.expect({ table: TABLE, subject: nameOf(store), column: RATIO, sense: 'at least', limit: 0.5 })
    }
  },
}

const nameOf = (store: string): string => `gateway, cache ${store}`
const rateOf = ({ windowRequests, windowSeconds }: JobResult): number => windowRequests / windowSeconds

const CONNECTIONS = 64
const loadOf = (seconds: number): Job['load'] => ({ kind: 'closed', connections: CONNECTIONS, seconds })

const JOB: Omit<Job, 'port' | 'load'> = {
  path: '/v1/chat/completions',
  headers: {},
  dialect: 'openai',
  model: 'anthropic/bench-model',
  stream: false,
  plan: { tokens: 64, delayMs: 0, gapMs: 0, eventsPerWrite: 1 },
  promptBytes: 1024,
}
