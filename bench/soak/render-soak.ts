import type { SoakOptions } from './options.js'
import { type Point, slopeOf } from './slope.js'
import type { SoakLedger } from './soak-ledger.js'
import type { Tally } from './tally.js'

export interface SoakResult {
  readonly options: SoakOptions
  readonly ledger: SoakLedger
  readonly injected: Tally
  readonly memory: readonly Point[]
  /** Descriptors there are more of than before. */
  readonly left: ReadonlyMap<string, number>
  readonly metrics: string
  /** The gateway's process ended by itself. */
  readonly hasEnded: boolean
  readonly exitCode: number | null
}

const MOST_SLOPE = 1
/** Over less than this a slope says nothing. */
const LEAST_MINUTES = 20

export function renderSoak(result: SoakResult): { readonly text: string; readonly isGood: boolean } {
  const { exitCode, hasEnded, injected, ledger, left, memory, metrics, options } = result
  // The cache fills for two minutes, and the heap takes its time.
  const warmMinutes = Math.min(10, options.minutes / 3)
  const settled = memory.filter(({ x }) => x >= warmMinutes)
  const slope = slopeOf(settled)
  const sizes = settled.map(({ y }) => y)
  const isSlopeJudged = options.minutes - warmMinutes >= LEAST_MINUTES
  const isGood =
    ledger.failures === 0 && left.size === 0 && !hasEnded && exitCode === 0 && !(isSlopeJudged && slope > MOST_SLOPE)
  const lines = [
    ['requests', `${ledger.kinds}`],
    ['cache', `${ledger.caches}`],
    ['faults', `${injected}`],
    ['verdicts', `${ledger.verdicts}`],
    ['errors, each explained by a fault', `${ledger.errors}`],
    ['wrong bytes', `${ledger.verdicts.of('wrong')}`],
    ['lost answers', `${ledger.verdicts.of('lost')}`],
    [
      'RSS',
      `${shown(Math.min(...sizes))} to ${shown(Math.max(...sizes))} MB after ${warmMinutes.toFixed(1)} min, slope ${slope.toFixed(2)} MB/min${isSlopeJudged ? '' : ' (too short a time to judge)'}`,
    ],
    ['descriptors left open', left.size === 0 ? '0' : [...left].map(([kind, count]) => `${kind} ${count}`).join(', ')],
    ['threads replaced', sumOf(metrics, 'llmrouter_pool_restarts_total')],
    [
      'retries, fallbacks, hedges',
      ['retries', 'fallbacks', 'hedges'].map((name) => sumOf(metrics, `llmrouter_${name}_total`)).join(', '),
    ],
    ['gateway', hasEnded ? `ended by itself with ${exitCode}` : `ended with ${exitCode} when told to`],
  ]
  const width = Math.max(...lines.map(([name = '']) => name.length))
  const rows = lines.map(([name = '', value]) => `${name.padEnd(width)}  ${value}`)
  return { text: ['', ...rows, isGood ? 'GOOD' : 'FAILED'].join('\n'), isGood }
}

function sumOf(metrics: string, name: string): string {
  const values = metrics.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return String(values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0))
}

const shown = (value: number): string => value.toFixed(0)
