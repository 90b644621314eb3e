/**
 * The gateway and a pool in one process, which the parent tells when to saturate the pool and asks how the event loop
 * fared. `node pooled-gateway.js '{"configFile":…,"setup":…,"threads":1}'`
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { loadConfig } from '../../src/config/load.js'
import type { EmbedderSetup } from '../../src/inference/contract.js'
import { startGateway } from '../../src/main.js'
import { createLogger } from '../../src/telemetry/log.js'
import type { Percentiles } from '../latencies.js'
import { createSaturation } from './create-saturation.js'
import { openPool } from './open-pool.js'

export interface PooledGatewayJob {
  readonly configFile: string
  readonly setup: EmbedderSetup
  readonly threads: number
}

export type PooledGatewayOrder = { readonly kind: 'begin'; readonly saturate: boolean } | { readonly kind: 'end' }

export type PooledGatewayReport =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'begun' }
  | { readonly kind: 'ended'; readonly lag: Lag; readonly embeddingsPerSecond: number }

/** Milliseconds by which the event loop was late, seen by a timer of Node's own that runs no JavaScript. */
export type Lag = Pick<Percentiles, 'p50' | 'p99' | 'max'>

/** Finer would be a load of its own. */
const RESOLUTION_MS = 2

// The parent's own JSON.
const job = JSON.parse(process.argv[2] ?? '') as PooledGatewayJob
const { config } = loadConfig({ file: job.configFile, env: {}, cwd: process.cwd() })
const opening = openPool(job.setup, job.threads)
const gateway = await startGateway({
  config,
  log: createLogger('info'),
  configStatus: () => ({ file: job.configFile, status: 'ok' }),
})
const pool = await opening
const saturation = createSaturation(pool, job.threads)
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()

process.on('message', (order: PooledGatewayOrder) => {
  if (order.kind === 'begin') {
    if (order.saturate) saturation.begin()
    delay.reset()
    report({ kind: 'begun' })
  } else {
    const lag = lagOf(delay)
    saturation.end().then(
      (embeddingsPerSecond) => report({ kind: 'ended', lag, embeddingsPerSecond }),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
})
process.on('disconnect', () => process.exit(0))
report({ kind: 'ready', url: gateway.url })

function report(what: PooledGatewayReport): void {
  process.send?.(what)
}

/** The histogram holds the times between two turns of its timer, in nanoseconds. */
function lagOf(histogram: IntervalHistogram): Lag {
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  return { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) }
}
