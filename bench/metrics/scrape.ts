import { ProcessFigures } from '../../src/telemetry/process-figures.js'
import { createExposition, type Exposition } from '../../src/telemetry/prometheus/exposition.js'
import { createGauges } from '../../src/telemetry/prometheus/gauges.js'
import { RequestCounter } from '../../src/telemetry/prometheus/request-counter.js'
import { listFamilies } from '../../src/telemetry/prometheus/request-families.js'
import { SETTLED } from '../micro/settled.js'
import type { BenchPart } from '../parts/part.js'

const TABLE = 'a scrape of a gateway with 50 models of 5 providers'
const MODELS = 50
const PROVIDERS = ['anthropic', 'google', 'openai', 'local', 'simulator']
const REQUESTS_A_MODEL = 200
const SCRAPES = 50

const TIME = { label: 'ms', digits: 2 }
const CPU = { label: 'CPU ms', digits: 2 }
const TURN = { label: 'longest turn ms', digits: 2 }
const SIZE = { label: 'kB', digits: 0 }

export const scrapePart: BenchPart = {
  name: 'scrape',
  about: 'time, size, and how long it keeps the event loop from others',
  async run({ figures, quick, rounds }) {
    const filled = [
      { subject: 'streams of all models', exposition: fill(false) },
      { subject: 'the same, with copies of all', exposition: fill(true) },
    ]
    for (const { exposition, subject } of filled) {
      for (const format of ['prometheus', 'openmetrics'] as const) {
        const row = `${subject}, ${format}`
        await exposition.render(format)
        for (let round = 0; round < rounds; round++) {
          const { bytes, cpuMs, ms, turnMs } = await scrape(exposition, format, quick ? 5 : SCRAPES)
          figures.add(TABLE, row, TIME, ms)
          figures.add(TABLE, row, CPU, cpuMs)
          figures.add(TABLE, row, TURN, turnMs)
          figures.add(TABLE, row, SIZE, bytes / 1000)
        }
        figures.expect({ table: TABLE, subject: row, column: TIME, sense: 'at most', limit: 10 })
        figures.expect({ table: TABLE, subject: row, column: TURN, sense: 'at most', limit: 2 })
        if (subject === filled[0]?.subject) {
          figures.expect({ table: TABLE, subject: row, column: SIZE, sense: 'at most', limit: 500 })
        }
      }
    }
  },
}

/** A gateway's whole exposition after requests of every kind to every model. */
function fill(withCopies: boolean): Exposition {
  const counter = new RequestCounter({ hasProvider: () => true, hasModel: () => true })
  const ofProcess = new ProcessFigures()
  ofProcess.latencies.close()
  for (let n = 0; n < MODELS * REQUESTS_A_MODEL; n++) {
    const names = { provider: PROVIDERS[n % PROVIDERS.length] ?? '', model: `some-model-5-${n % MODELS}` }
    const spread = 2 ** (n % 17)
    const [first] = SETTLED.attempts
    counter.note({
      ...SETTLED,
      ...names,
      cache: (['MISS', 'SKIP', 'REFRESH'] as const)[n % 3] ?? 'MISS',
      attempts: first === undefined ? [] : [{ ...first, ...names }],
      ttftMs: spread,
      durationMs: spread * 2,
      savings: [{ cause: 'routing', amount: 1n }],
    })
    counter.rowOf(names.provider, names.model).gap.observe(spread / 5000)
    if (withCopies) counter.note({ ...SETTLED, ...names, cache: 'HIT', attempts: [], ttftMs: 1, durationMs: 2 })
  }
  const gauges = createGauges({
    activeRequests: () => 12,
    cache: () => ({ store: 'embedded', isReachable: true, entries: 50_000, evicted: 0 }),
    falseHits: () => ({ ratio: 0.01, lower: 0.002, upper: 0.04 }),
    adequacy: () => ({ ratio: 0.95, lower: 0.9, upper: 0.98 }),
    pool: () => ({ threads: 2, readyThreads: 2, queueDepth: 0, restarts: 0, unavailable: { late: 1, full: 0 } }),
    strongShare: () => 0.3,
    breakers: () => PROVIDERS.map((provider) => ({ provider, state: 'closed' })),
    stalls: () => 3,
  })
  return createExposition([...listFamilies(counter.families), ...ofProcess.families()], gauges)
}

interface Scraped {
  /** Median, as is `turnMs`. */
  readonly ms: number
  /** Processor time of one scrape, which a busy machine does not stretch. */
  readonly cpuMs: number
  readonly turnMs: number
  readonly bytes: number
}

async function scrape(exposition: Exposition, format: 'prometheus' | 'openmetrics', times: number): Promise<Scraped> {
  const took: number[] = []
  let bytes = 0
  const cpuBefore = process.cpuUsage()
  for (let n = 0; n < times; n++) {
    const startedMs = performance.now()
    bytes = Buffer.from(await exposition.render(format)).length
    took.push(performance.now() - startedMs)
  }
  const { system, user } = process.cpuUsage(cpuBefore)
  const turns: number[] = []
  for (let n = 0; n < times; n++) turns.push(await longestTurn(() => exposition.render(format)))
  return { ms: middle(took), cpuMs: (system + user) / 1000 / times, turnMs: middle(turns), bytes }
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

/** How long the work kept the event loop at a time, seen by something that wants to run in every turn. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now()
  let longest = 0
  let isOver = false
  const turn = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  await new Promise((resolve) => setImmediate(resolve))
  isOver = true
  return longest
}
