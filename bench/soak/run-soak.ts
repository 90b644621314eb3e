import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../cache-eval/random.js'
import { createSoakHttp, type SoakHttp } from './ask-gateway.js'
import { countDescriptors, descriptorsLeft, residentMb } from './descriptors.js'
import { explainExamples } from './explain-examples.js'
import { FaultJournal } from './fault-journal.js'
import { injectFault } from './inject-fault.js'
import { judgeChat } from './judge-chat.js'
import { judgeEmbeddings, readVectors } from './judge-embeddings.js'
import type { SoakOptions } from './options.js'
import { planFaults } from './plan-faults.js'
import { renderSoak } from './render-soak.js'
import { drawAsk, EMBEDDING_TEXTS } from './request-mix.js'
import type { Point } from './slope.js'
import { TOTAL_MS } from './soak-config.js'
import { SoakLedger } from './soak-ledger.js'
import { type SoakWorld, startWorld } from './soak-world.js'
import { Tally } from './tally.js'

/** Without faults, so that everything that is opened once has been opened. */
const WARM_UP_MS = 10_000
const SAMPLE_MS = 5000
const PROGRESS_MS = 60_000
/** For connections that are kept for a while to be closed. */
const REST_MS = 45_000

/** The exit code: 1 when a byte was wrong, an answer was lost, or something was left open. */
export async function runSoak(options: SoakOptions, workDir: string): Promise<number> {
  const journal = new FaultJournal()
  const world = await startWorld(workDir, options.seed, (fault) => journal.noteScripted(fault))
  const soak = await createSoak(options, world, journal)
  await soak.load(WARM_UP_MS)
  const before = await restingDescriptors(world)

  const totalMs = options.minutes * 60_000
  const sampling = sampleMemory(world, journal, soak.ledger)
  const faults = injectAll(world, journal, options, totalMs)
  await soak.load(totalMs)
  const injected = await faults
  const memory = sampling.end()
  const metrics = await soak.readMetrics()
  for (const line of explainExamples(soak.ledger, world.gatewayLog)) console.log(line)
  const left = descriptorsLeft(before, await restingDescriptors(world, before))
  const hasEnded = world.gateway.exited
  await world.gateway.stop()
  const { text, isGood } = renderSoak({
    options,
    ledger: soak.ledger,
    injected,
    memory,
    left,
    metrics,
    hasEnded,
    exitCode: world.gateway.process.exitCode,
  })
  console.log(text)
  return isGood ? 0 : 1
}

async function createSoak({ rate, seed }: SoakOptions, world: SoakWorld, journal: FaultJournal) {
  const ledger = new SoakLedger(journal)
  const random = createRandom(seed)
  let asked = 0

  const known = await withHttp(world, async (http) => {
    const texts = EMBEDDING_TEXTS.map((_, place) => place)
    const { body } = await http.ask({ kind: 'embeddings', client: 'wide', texts })
    return readVectors(body) ?? []
  })

  async function askOne(http: SoakHttp): Promise<void> {
    const ask = drawAsk(asked++, random)
    const fromMs = Date.now()
    const got = await http.ask(ask)
    const verdict = ask.kind === 'chat' ? judgeChat(ask, got) : judgeEmbeddings(ask, got, known)
    // What explains an error may still be on its way.
    if (verdict.kind === 'error') await sleep(200)
    ledger.note(ask, got, verdict, fromMs)
  }

  /** Requests at random times, whether or not earlier ones have been answered; resolves when all have been. */
  async function load(forMs: number): Promise<void> {
    await withHttp(world, async (http) => {
      const underWay = new Set<Promise<void>>()
      let dueMs = performance.now()
      const endMs = dueMs + forMs
      while (dueMs < endMs) {
        const one = askOne(http).finally(() => underWay.delete(one))
        underWay.add(one)
        dueMs += (-Math.log(1 - random()) * 1000) / rate
        await sleep(Math.max(0, dueMs - performance.now()))
      }
      await Promise.all(underWay)
    })
  }

  return { ledger, load, readMetrics: () => withHttp(world, (http) => http.get('/metrics')) }
}

async function withHttp<T>(world: SoakWorld, use: (http: SoakHttp) => Promise<T>): Promise<T> {
  const http = createSoakHttp(world.ports.gateway)
  try {
    return await use(http)
  } finally {
    await http.close()
  }
}

/** Each at its time; answers what was done, by name, when all is well again. */
async function injectAll(
  world: SoakWorld,
  journal: FaultJournal,
  { faultEveryMs, seed }: SoakOptions,
  totalMs: number,
): Promise<Tally> {
  const injected = new Tally()
  const startMs = performance.now()
  const underWay: Promise<void>[] = []
  for (const fault of planFaults(totalMs, faultEveryMs, createRandom(seed + 1))) {
    await sleep(Math.max(0, startMs + fault.atMs - performance.now()))
    injected.add(`${fault.target} ${fault.kind}`)
    underWay.push(injectFault(world, journal, fault))
  }
  await Promise.all(underWay)
  return injected
}

function sampleMemory({ gateway, gatewayLog }: SoakWorld, journal: FaultJournal, ledger: SoakLedger) {
  const points: Point[] = []
  const startMs = Date.now()
  let nextProgressMs = PROGRESS_MS
  const timer = setInterval(() => {
    if (gateway.exited) return
    const elapsedMs = Date.now() - startMs
    points.push({ x: elapsedMs / 60_000, y: residentMb(gateway.pid) })
    journal.forgetBefore(Date.now() - 3 * TOTAL_MS)
    if (elapsedMs < nextProgressMs) return
    nextProgressMs += PROGRESS_MS
    const rss = points.at(-1)?.y.toFixed(0)
    console.log(`${(elapsedMs / 60_000).toFixed(0)} min: RSS ${rss} MB; ${ledger.verdicts}`)
    for (const line of explainExamples(ledger, gatewayLog)) console.log(line)
    gateway.truncateLog()
  }, SAMPLE_MS)
  return {
    end(): readonly Point[] {
      clearInterval(timer)
      return points
    },
  }
}

/** Once nothing is asked any more: without `wanted` when they have stopped to change, else when there are no more than that. */
async function restingDescriptors(
  { gateway }: SoakWorld,
  wanted?: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const untilMs = performance.now() + REST_MS
  let last = countDescriptors(gateway.pid)
  let sameSinceMs = performance.now()
  while (performance.now() < untilMs) {
    await sleep(500)
    const now = countDescriptors(gateway.pid)
    if (wanted !== undefined && descriptorsLeft(wanted, now).size === 0) return now
    if (descriptorsLeft(last, now).size + descriptorsLeft(now, last).size > 0) sameSinceMs = performance.now()
    else if (wanted === undefined && performance.now() - sameSinceMs > 12_000) return now
    last = now
  }
  return last
}
