import { parseArgs } from 'node:util'
import type { NamedPart } from './part.js'

/** What to measure, and where the figures go. */
export interface PartOptions<Part extends NamedPart> {
  readonly parts: readonly Part[]
  readonly rounds: number
  readonly quick: boolean
  /** Undefined: a file of its own under `bench/results`. */
  readonly jsonFile: string | undefined
}

/** The lines of `--help` that all have. */
export const PART_OPTIONS_HELP = (
  name: string,
): string => `  --only NAMES   these parts, separated by commas; all if not given
  --rounds N     rounds of each measurement, 5 if not given (2 with --quick)
  --quick        short runs: a smoke test, not figures to quote
  --json FILE    where the figures go, bench/results/${name}-<time>.json if not given
`

export function listParts(parts: readonly NamedPart[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length))
  return parts.map(({ name, about }) => `  ${name.padEnd(width)}   ${about}\n`).join('')
}

/** @throws TypeError for what it does not know. */
export function parsePartOptions<Part extends NamedPart>(
  argv: readonly string[],
  known: readonly Part[],
): PartOptions<Part> | 'help' {
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
  const { quick } = values
  const rounds = wholeNumber('--rounds', values.rounds ?? (quick ? '2' : '5'))
  return { parts: chooseParts(known, values.only), rounds, quick, jsonFile: values.json }
}

export function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new TypeError(`${name} has to be a whole number of 1 or more`)
}

/** @param only names with commas between; undefined: all of them */
export function chooseParts<Part extends NamedPart>(known: readonly Part[], only: string | undefined): readonly Part[] {
  const names = only?.split(',').filter((name) => name !== '')
  const unknown = names?.find((name) => known.every((part) => part.name !== name))
  if (unknown !== undefined) {
    throw new TypeError(`No part is called ${unknown}; there are ${known.map(({ name }) => name).join(', ')}.`)
  }
  return known.filter(({ name }) => names === undefined || names.includes(name))
}
