import { parseArgs } from 'node:util'
import { chooseParts, listParts, type PartOptions, wholeNumber } from '../parts/part-options.js'
import type { CachePart } from './cache-part.js'

export interface CacheBenchOptions extends PartOptions<CachePart> {
  readonly promptsFile: string | undefined
  readonly mostEntries: number
}

const MOST_ENTRIES = 1_000_000
const MOST_ENTRIES_QUICK = 20_000

export function renderUsage(parts: readonly CachePart[]): string {
  return `npm run bench:cache -- [options]

  --only NAMES     these parts, separated by commas; all if not given
  --prompts FILE   real prompts, one a line or as JSON lines with a "prompt" (.gz too); the repository's own pairs of
                   prompts if not given, which are few and made from templates
  --entries N      most entries of an index or a store, 1,000,000 if not given (20,000 with --quick)
  --rounds N       rounds of each measurement, 3 if not given (1 with --quick)
  --quick          short runs: a smoke test, not figures to quote
  --json FILE      where the figures go, bench/results/cache-<time>.json if not given

${listParts(parts)}
Vectors are those of the shipped embedder. Where more are needed than there are prompts, prompts are noised (words changed,
added, left out, letters swapped) and recombined (the beginning of one, the end of another). They are kept in a folder
of the system's temporary one: a million takes minutes and a gigabyte.
`
}

/** @throws TypeError for what it does not know. */
export function parseOptions(argv: readonly string[], known: readonly CachePart[]): CacheBenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      prompts: { type: 'string' },
      entries: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { quick } = values
  return {
    parts: chooseParts(known, values.only),
    rounds: wholeNumber('--rounds', values.rounds ?? (quick ? '1' : '3')),
    quick,
    promptsFile: values.prompts,
    mostEntries: wholeNumber('--entries', values.entries ?? String(quick ? MOST_ENTRIES_QUICK : MOST_ENTRIES)),
    jsonFile: values.json,
  }
}
