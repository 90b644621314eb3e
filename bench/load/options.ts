import { parseArgs } from 'node:util'

export interface LoadBenchOptions {
  readonly rounds: number
  readonly quick: boolean
  /** Names or beginnings of names; empty: all. */
  readonly scenarios: readonly string[]
  readonly targets: readonly string[] | undefined
  readonly targetsFile: string | undefined
  readonly jsonFile: string | undefined
}

export const USAGE = `npm run bench:load -- [options]

  --rounds N         interleaved rounds, 5 if not given (2 with --quick)
  --quick            short runs: a smoke test, not figures to quote
  --only NAMES       these scenarios, separated by commas; the beginning of a name is enough
  --use NAMES        these targets, separated by commas: direct, passthrough, floor, floor-scan, gateway,
                     gateway-anthropic, gateway-openai and those of --targets; if not given direct, passthrough,
                     floor, gateway and all of --targets
  --targets FILE     other gateways to measure beside; see bench/load/targets.example.json
  --json FILE        where the figures go, bench/results/load-<time>.json if not given
`

/** @throws TypeError for what it does not know. */
export function parseOptions(argv: readonly string[]): LoadBenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      use: { type: 'string' },
      targets: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5))
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError('--rounds has to be a whole number of 1 or more')
  return {
    rounds,
    quick: values.quick,
    scenarios: list(values.only) ?? [],
    targets: list(values.use),
    targetsFile: values.targets,
    jsonFile: values.json,
  }
}

function list(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').filter((name) => name !== '')
}
