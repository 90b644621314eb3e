import { parseArgs } from 'node:util'
import type { BenchPart } from './part.js'

export interface InferenceBenchOptions {
  readonly parts: readonly BenchPart[]
  readonly rounds: number
  readonly quick: boolean
  readonly jsonFile: string | undefined
}

export function renderUsage(parts: readonly BenchPart[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length))
  return `npm run bench:inference -- [options]

  --only NAMES   these parts, separated by commas; all if not given
  --rounds N     rounds of each measurement, 5 if not given (2 with --quick)
  --quick        short runs: a smoke test, not figures to quote
  --json FILE    where the figures go, bench/results/inference-<time>.json if not given

${parts.map(({ name, about }) => `  ${name.padEnd(width)}   ${about}\n`).join('')}
The networks have random weights: speed and memory do not depend on what a network has learned. They are made once,
into a folder of the system's temporary one. \`bundled\` is the shape of the shipped embedder: a vocabulary of 8,000,
a vector of 256 for each word, a learned weighted mean. \`minilm\` is that of all-MiniLM-L6-v2: 30,522 words, 6 layers,
384 wide, 12 heads, 1,536 between. Every thread runs its network on one core.

Cells are medians over the rounds, with the lowest and the highest. Percentiles come from HDR histograms; where requests
arrive at fixed times, latency counts from the time a request was due, so that nobody's waiting is left out.
`
}

/** @throws TypeError for what it does not know. */
export function parseOptions(argv: readonly string[], known: readonly BenchPart[]): InferenceBenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5))
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError('--rounds has to be a whole number of 1 or more')
  return { parts: choose(known, values.only), rounds, quick: values.quick, jsonFile: values.json }
}

function choose(known: readonly BenchPart[], only: string | undefined): readonly BenchPart[] {
  if (only === undefined) return known
  return only
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const part = known.find((candidate) => candidate.name === name)
      if (part !== undefined) return part
      throw new TypeError(
        `No part is called ${name}; there are ${known.map((candidate) => candidate.name).join(', ')}.`,
      )
    })
}
