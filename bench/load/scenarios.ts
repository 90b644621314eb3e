import type { Job } from './job.js'
import {
  coreShare,
  cpuMicrosPerRequest,
  cpuMicrosPerToken,
  gapMs,
  latencyMs,
  type Metric,
  peakRssMb,
  requestsPerSecond,
  sendDelayMs,
  tokensPerSecond,
  ttftMs,
} from './metrics.js'
import { DIRECT, FLOOR } from './targets.js'

export interface Scenario {
  readonly name: string
  readonly title: string
  readonly job: Pick<Job, 'stream' | 'plan' | 'promptBytes' | 'load'>
  readonly metrics: readonly Metric[]
  readonly goals: readonly Goal[]
}

/** What the gateway has to reach: a metric against `factor` × the reference's in the same round + `plus`. */
export interface Goal {
  readonly metric: Metric
  readonly sense: 'at least' | 'at most'
  readonly reference?: string
  readonly factor?: number
  readonly plus?: number
}

const KILOBYTE = 1024
const TOKENS_PER_SECOND = 50

export function buildScenarios(quick: boolean): readonly Scenario[] {
  const seconds = quick ? 1 : 3
  const openSeconds = quick ? 2 : 5
  const streamSeconds = quick ? 2 : 4
  return [
    throughput(seconds),
    fullSpeed(1, seconds),
    fullSpeed(16, seconds),
    addedLatency(250, openSeconds),
    addedLatency(500, openSeconds),
    pacedStreams(500, streamSeconds),
    pacedStreams(1000, streamSeconds),
  ]
}

function throughput(seconds: number): Scenario {
  const rate = requestsPerSecond
  return {
    name: 'throughput',
    title: 'not streaming, 64 connections, 1 KB prompts, answers of 64 tokens',
    job: {
      stream: false,
      plan: { tokens: 64, delayMs: 0, gapMs: 0, eventsPerWrite: 1 },
      promptBytes: KILOBYTE,
      load: { kind: 'closed', connections: 64, seconds },
    },
    metrics: [rate, cpuMicrosPerRequest, latencyMs('p50'), latencyMs('p99'), coreShare],
    goals: [
      { metric: rate, sense: 'at least', reference: FLOOR, factor: 0.6 },
      { metric: rate, sense: 'at least', reference: 'portkey', factor: 10 },
    ],
  }
}

function fullSpeed(eventsPerWrite: number, seconds: number): Scenario {
  return {
    name: `full-speed-${eventsPerWrite}`,
    title: `32 streams of 512 tokens at full speed, ${eventsPerWrite} event${eventsPerWrite === 1 ? '' : 's'} a write`,
    job: {
      stream: true,
      plan: { tokens: 512, delayMs: 0, gapMs: 0, eventsPerWrite },
      promptBytes: KILOBYTE,
      load: { kind: 'closed', connections: 32, seconds },
    },
    metrics: [tokensPerSecond, cpuMicrosPerToken, coreShare],
    goals: [
      { metric: tokensPerSecond, sense: 'at least', reference: FLOOR, factor: 0.8 },
      { metric: cpuMicrosPerToken, sense: 'at most', reference: FLOOR, factor: 1.25 },
    ],
  }
}

function addedLatency(perSecond: number, seconds: number): Scenario {
  const p50 = latencyMs('p50')
  const p99 = latencyMs('p99')
  return {
    name: `latency-${perSecond}`,
    title: `not streaming, ${perSecond} requests/s at fixed times, latency from the intended start`,
    job: {
      stream: false,
      plan: { tokens: 64, delayMs: 0, gapMs: 0, eventsPerWrite: 1 },
      promptBytes: KILOBYTE,
      load: { kind: 'open', connections: 64, perSecond, count: perSecond * seconds },
    },
    metrics: [p50, p99, sendDelayMs('p50'), sendDelayMs('p99'), cpuMicrosPerRequest],
    goals: [
      { metric: p50, sense: 'at most', reference: DIRECT, plus: 1 },
      { metric: p99, sense: 'at most', reference: FLOOR, factor: 1.5 },
    ],
  }
}

function pacedStreams(streams: number, seconds: number): Scenario {
  const ttft = ttftMs('p50')
  const gap = gapMs('p99')
  const goals: Goal[] =
    streams < 1000
      ? [
          { metric: ttft, sense: 'at most', reference: FLOOR, factor: 2, plus: 1 },
          { metric: gap, sense: 'at most', reference: FLOOR, factor: 2 },
        ]
      : [
          { metric: tokensPerSecond, sense: 'at least', reference: FLOOR, factor: 0.95 },
          { metric: peakRssMb, sense: 'at most', plus: 400 },
        ]
  return {
    name: `streams-${streams}`,
    title: `${streams} streams at once, ${TOKENS_PER_SECOND} tokens/s each, begun within a second`,
    job: {
      stream: true,
      plan: { tokens: TOKENS_PER_SECOND * seconds, delayMs: 0, gapMs: 1000 / TOKENS_PER_SECOND, eventsPerWrite: 1 },
      promptBytes: KILOBYTE,
      load: { kind: 'open', connections: streams, perSecond: streams, count: streams },
    },
    metrics: [ttft, ttftMs('p99'), gapMs('p50'), gap, tokensPerSecond, cpuMicrosPerToken, peakRssMb],
    goals,
  }
}
