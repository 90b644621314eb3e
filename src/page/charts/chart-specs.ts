import { formatDollars, formatMs, formatRate, formatShare } from '../format/numbers.js'
import type { ChartSpec } from './chart-spec.js'

/** The charts over time, in the order of the page. */
export const CHART_SPECS: readonly ChartSpec[] = [
  {
    id: 'ttft',
    title: 'Time to first token',
    note: 'of the last 10 s',
    scale: 'log',
    format: formatMs,
    atLeast: 10,
    lines: [
      { label: 'p50', colour: 'blue', value: ({ ttft }) => ttft.p50 },
      { label: 'p90', colour: 'violet', value: ({ ttft }) => ttft.p90 },
      { label: 'p99', colour: 'orange', value: ({ ttft }) => ttft.p99 },
      { label: 'cache p50', colour: 'teal', value: ({ cacheTtft }) => cacheTtft.p50, isDashed: true },
    ],
  },
  {
    id: 'gap',
    title: 'Between tokens',
    note: 'of providers, last 10 s',
    scale: 'linear',
    format: formatMs,
    atLeast: 1,
    lines: [
      { label: 'p50', colour: 'blue', value: ({ gap }) => gap.p50 },
      { label: 'p90', colour: 'violet', value: ({ gap }) => gap.p90 },
      { label: 'p99', colour: 'orange', value: ({ gap }) => gap.p99 },
    ],
  },
  {
    id: 'requests',
    title: 'Requests and errors',
    note: 'a second',
    scale: 'linear',
    format: formatRate,
    atLeast: 1,
    lines: [
      { label: 'requests/s', colour: 'blue', value: ({ requestsPerSecond }) => requestsPerSecond, isFilled: true },
      { label: 'errors/s', colour: 'red', value: ({ errorsPerSecond }) => errorsPerSecond },
    ],
  },
  {
    id: 'tokens',
    title: 'Tokens',
    note: 'streamed a second',
    scale: 'linear',
    format: formatRate,
    atLeast: 10,
    lines: [{ label: 'tokens/s', colour: 'violet', value: ({ tokensPerSecond }) => tokensPerSecond, isFilled: true }],
  },
  {
    id: 'money',
    title: 'Spent and saved',
    note: '$ a minute',
    scale: 'linear',
    format: formatDollars,
    atLeast: 0,
    lines: [
      { label: 'saved', colour: 'green', value: ({ savedPerMinute }) => savedPerMinute, isFilled: true },
      { label: 'spent', colour: 'orange', value: ({ spentPerMinute }) => spentPerMinute },
    ],
  },
  {
    id: 'cache',
    title: 'Cache hits',
    note: 'share of lookups',
    scale: 'linear',
    format: formatShare,
    atLeast: 1,
    isFixed: true,
    band: [2, 3],
    lines: [
      { label: 'hit rate', colour: 'teal', value: ({ hitRate }) => hitRate },
      { label: 'false hits', colour: 'red', value: ({ falseHits }) => falseHits?.ratio ?? null },
      { label: 'interval to', colour: 'grey', value: ({ falseHits }) => falseHits?.upper ?? null, isDashed: true },
      { label: 'from', colour: 'grey', value: ({ falseHits }) => falseHits?.lower ?? null, isDashed: true },
    ],
  },
  {
    id: 'loop',
    title: 'Event loop and threads',
    note: 'waits, last 10 s',
    scale: 'log',
    format: formatMs,
    atLeast: 10,
    lines: [
      { label: 'loop lag p50', colour: 'blue', value: ({ loopLag }) => loopLag.p50 },
      { label: 'loop lag p99', colour: 'orange', value: ({ loopLag }) => loopLag.p99 },
      { label: 'threads p50', colour: 'teal', value: ({ poolWait }) => poolWait.p50, isDashed: true },
    ],
  },
]
