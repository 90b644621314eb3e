/** What each step costs, in microseconds a piece. `npm run bench -- [part of a name …]` */
import { Bench } from 'tinybench'
import { MICRO_CASES } from './micro/cases.js'

const TIME_MS = 500
const WARM_UP_MS = 250

const wanted = process.argv.slice(2)
const chosen = MICRO_CASES.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
const bench = new Bench({ time: TIME_MS, warmupTime: WARM_UP_MS, throws: true })
const counts = new Map<string, { readonly pieces: number; readonly piece: string }>()

for (const { name, piece, expected, run } of chosen) {
  const pieces = run()
  // A step that has stopped working would otherwise look fast.
  if (pieces !== expected) throw new Error(`${name}: ${pieces} ${piece}s instead of ${expected}`)
  counts.set(name, { pieces, piece })
  bench.add(name, run)
}

await bench.run()

const width = Math.max(...chosen.map(({ name }) => name.length))
for (const { name, result } of bench.tasks) {
  const { pieces = 1, piece = '' } = counts.get(name) ?? {}
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
  const micros = (ms: number): string => ((ms * 1000) / pieces).toFixed(3).padStart(10)
  console.log(
    `${name.padEnd(width)} ${micros(result.latency.p50)} µs/${piece} (p99 ${micros(result.latency.p99).trim()})`,
  )
}
