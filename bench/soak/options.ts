import { parseArgs } from 'node:util'

export interface SoakOptions {
  readonly minutes: number
  /** Requests a second. */
  readonly rate: number
  readonly seed: number
  /** Mean time between two faults. */
  readonly faultEveryMs: number
}

export const USAGE = `npm run bench:soak -- [options]

  --minutes N      how long, 2 if not given
  --rate N         requests a second, 40 if not given
  --seed N         of requests and faults, 1 if not given: the same seed, the same plan
  --fault-every N  mean seconds between two faults, 6 if not given
`

/** @throws TypeError for what it does not know. */
export function parseOptions(argv: readonly string[]): SoakOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      'fault-every': { type: 'string', default: '6' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    minutes: positive('minutes', values.minutes),
    rate: positive('rate', values.rate),
    seed: positive('seed', values.seed),
    faultEveryMs: positive('fault-every', values['fault-every']) * 1000,
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new TypeError(`--${name} has to be a number above 0`)
}
