import type { LatencySummary } from '../../src/telemetry/latency/latency-series.js'
import { createLatencies, type Percentiles } from '../latencies.js'
import { startTargets } from '../load/start-targets.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { gatewayTarget } from './gateway-target.js'
import { readGateway } from './read-gateway.js'
import { type StreamCounts, streamOnce } from './stream-once.js'

const TTFT_MS = 200
const GAP_MS = 20
const TABLE = `streams of the simulator with ttft=${TTFT_MS} gap=${GAP_MS}: what a client measures, and what /stats says`
/** Of the client's, or so many milliseconds: whichever is more. */
const MOST_SHARE = 0.02
const MOST_MS = 3

/** A client's own counts have to equal the gateway's, and its percentiles nearly. */
export const accuracyPart: BenchPart = {
  name: 'accuracy',
  about: "whether the gateway's counts and percentiles are those of its clients",
  async run(context) {
    const { quick, rounds, workDir } = context
    for (let round = 0; round < rounds; round++) {
      const target = { ...gatewayTarget('watched', undefined), name: `watched-${round}` }
      const [running] = await startTargets([target], 0, workDir, undefined)
      if (running === undefined) return
      await measure(context, `http://127.0.0.1:${running.port}`, quick ? 20 : 100, quick ? 40 : 100)
      await running.child?.stop()
    }
  },
}

async function measure(context: PartContext, url: string, streams: number, tokens: number): Promise<void> {
  const firstToken = createLatencies()
  const gaps = createLatencies()
  const question = (n: number): string => `Stream ${n} [[sim tokens=${tokens} ttft=${TTFT_MS} gap=${GAP_MS} seed=${n}]]`
  const answers = await Promise.all(
    Array.from({ length: streams }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * 37))
      return streamOnce(url, question(n), { firstToken, gaps })
    }),
  )
  const found = await readGateway(url)
  compareCounts(context, answers, found.counts)
  comparePercentiles(context, 'TTFT', firstToken.percentiles(), found.ttft)
  comparePercentiles(context, 'inter-token', gaps.percentiles(), found.gap)
}

function compareCounts(
  { figures }: PartContext,
  answers: readonly StreamCounts[],
  counts: Readonly<Record<string, number>>,
) {
  const sum = (value: (answer: StreamCounts) => number): number => answers.reduce((all, one) => all + value(one), 0)
  const expected: Readonly<Record<string, number>> = {
    requests: answers.length,
    'first tokens': answers.length,
    gaps: sum(({ pieces }) => pieces - 1),
    'input tokens': sum(({ inputTokens }) => inputTokens),
    'output tokens': sum(({ outputTokens }) => outputTokens),
  }
  for (const [name, count] of Object.entries(expected)) {
    const digits = { digits: 0 }
    figures.add('counts', name, { label: 'client', ...digits }, count)
    figures.add('counts', name, { label: 'gateway', ...digits }, counts[name] ?? 0)
    if (counts[name] !== count) figures.fail(`${name}: the client counted ${count}, the gateway ${counts[name]}`)
  }
}

/** @param client microseconds */
function comparePercentiles(
  { figures }: PartContext,
  what: string,
  client: Percentiles,
  gateway: LatencySummary,
): void {
  for (const name of ['p50', 'p90'] as const) {
    const row = `${what} ${name}`
    const seen = client[name] / 1000
    const off = Math.abs(gateway[name] - seen)
    figures.add(TABLE, row, { label: 'client ms', digits: 2 }, seen)
    figures.add(TABLE, row, { label: '/stats ms', digits: 2 }, gateway[name])
    const share = { label: 'of what may be off', digits: 3 }
    figures.add(TABLE, row, share, off / Math.max(MOST_SHARE * seen, MOST_MS))
    figures.expect({ table: TABLE, subject: row, column: share, sense: 'at most', limit: 1 })
  }
}
