import type { Percentiles } from '../latencies.js'
import type { JobResult } from './job.js'

/** One target in one round of one scenario. */
export interface Sample extends JobResult {
  readonly scenario: string
  readonly target: string
  readonly round: number
  /** Of the target's processes. Undefined for the direct call, and where there is no /proc. */
  readonly cpuSeconds: number | undefined
  /** From before the job until after its drain. */
  readonly wallSeconds: number
  readonly peakRssBytes: number | undefined
}

export interface Metric {
  readonly label: string
  readonly digits: number
  /** Shown as a ratio to the floor's as well. */
  readonly compared: boolean
  of(sample: Sample): number | undefined
}

type Quantile = Exclude<keyof Percentiles, 'count'>

export const requestsPerSecond: Metric = {
  label: 'requests/s',
  digits: 0,
  compared: true,
  of: (sample) => sample.windowRequests / sample.windowSeconds,
}

export const tokensPerSecond: Metric = {
  label: 'tokens/s',
  digits: 0,
  compared: true,
  of: (sample) => sample.windowTokens / sample.windowSeconds,
}

export const cpuMicrosPerRequest: Metric = {
  label: 'CPU µs/request',
  digits: 1,
  compared: true,
  of: (sample) => share(sample.cpuSeconds, sample.allRequests),
}

export const cpuMicrosPerToken: Metric = {
  label: 'CPU µs/token',
  digits: 2,
  compared: true,
  of: (sample) => share(sample.cpuSeconds, sample.allTokens),
}

/** Near 100 %: the target itself is the limit. Well below: the upstream or the load generator is. */
export const coreShare: Metric = {
  label: 'core %',
  digits: 0,
  compared: false,
  of: (sample) => (sample.cpuSeconds === undefined ? undefined : (100 * sample.cpuSeconds) / sample.wallSeconds),
}

export const peakRssMb: Metric = {
  label: 'peak RSS MB',
  digits: 0,
  compared: false,
  of: (sample) => (sample.peakRssBytes === undefined ? undefined : sample.peakRssBytes / 1024 / 1024),
}

export const latencyMs = (quantile: Quantile): Metric => milliseconds(`${quantile} ms`, true, 'latency', quantile)
export const ttftMs = (quantile: Quantile): Metric => milliseconds(`TTFT ${quantile} ms`, true, 'firstToken', quantile)
export const gapMs = (quantile: Quantile): Metric => milliseconds(`gap ${quantile} ms`, true, 'tokenGap', quantile)
export const sendDelayMs = (quantile: Quantile): Metric =>
  milliseconds(`sent late ${quantile} ms`, false, 'sendDelay', quantile)

function milliseconds(
  label: string,
  compared: boolean,
  histogram: 'latency' | 'firstToken' | 'tokenGap' | 'sendDelay',
  quantile: Quantile,
): Metric {
  return { label, digits: 2, compared, of: (sample) => sample[histogram][quantile] / 1000 }
}

function share(cpuSeconds: number | undefined, count: number): number | undefined {
  return cpuSeconds === undefined || count === 0 ? undefined : (cpuSeconds * 1e6) / count
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
