import { describe } from '../core/decode.js'
import { CalibrationError } from './calibration-error.js'
import { FieldError, type JsonRow, readJsonLines, textOf } from './json-lines.js'

/** Would the answer to `b` have been right for `a`? */
export interface LabelledPair {
  readonly a: string
  readonly b: string
  readonly same: boolean
}

/** How likely it is that what the groups say of two texts is wrong: two that nobody compared may ask the same. */
export interface DoubtedPair {
  readonly a: string
  readonly b: string
  /** In [0, 1]. */
  readonly doubt: number
}

/** A prompt in the order it was asked. Prompts of one group have one right answer. */
export interface StreamPrompt {
  readonly text: string
  readonly group: string
}

export interface Labels {
  readonly pairs: readonly LabelledPair[]
  readonly doubts: readonly DoubtedPair[]
  readonly stream: readonly StreamPrompt[]
  /** What belongs together beyond pairs and groups: texts with one `group` of a pair row. */
  readonly ties: ReadonlyMap<string, string>
}

/**
 * Reads JSON Lines, compressed where the name ends in `.gz`: `{a, b, same, group?}` is a labelled pair, `{text, group}`
 * the next prompt of a stream; `{a, b, doubt}` says how likely the groups err about two prompts, which the fit weighs and
 * the measuring does not. Data sets often say `label` for `same` and `prompt` for `text`. Other fields are left alone,
 * empty lines are skipped. A text that the stream had before is left out: the exact tier of a cache answers it.
 * @throws CalibrationError that names the line and the field
 */
export async function readLabels(file: string): Promise<Labels> {
  const pairs: LabelledPair[] = []
  const doubts: DoubtedPair[] = []
  const stream = new Map<string, StreamPrompt>()
  const ties = new Map<string, string>()
  await readJsonLines(file, (row) => {
    const field = PROMPT_FIELDS.find((name) => name in row)
    if (field !== undefined) {
      const prompt = { text: textOf(row, field), group: groupOf(row, 'group') }
      if (!stream.has(prompt.text)) stream.set(prompt.text, prompt)
      return
    }
    if (!('a' in row || 'b' in row)) throw new FieldError(EXPECTED)
    if ('doubt' in row && !('same' in row || 'label' in row)) {
      doubts.push({ a: textOf(row, 'a'), b: textOf(row, 'b'), doubt: doubtOf(row) })
      return
    }
    const pair = { a: textOf(row, 'a'), b: textOf(row, 'b'), same: sameOf(row) }
    pairs.push(pair)
    if (row.group !== undefined) for (const side of [pair.a, pair.b]) ties.set(side, groupOf(row, 'group'))
  })
  if (pairs.length === 0 && stream.size === 0)
    throw new CalibrationError(`${file} has no rows: expected {a, b, same} or {text, group} on each line.`)
  return { pairs, doubts, stream: [...stream.values()], ties }
}

const PROMPT_FIELDS = ['text', 'prompt'] as const

const EXPECTED = 'expected the fields a, b and same (a pair), or text and group (a prompt of a stream)'

function groupOf(row: JsonRow, field: string): string {
  const value = row[field]
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new FieldError(`${field}: expected a text or a number, found ${describe(value)}`)
}

function sameOf({ label, same = label }: JsonRow): boolean {
  if (same === true || same === 1) return true
  if (same === false || same === 0) return false
  throw new FieldError(`same: expected true, false, 1 or 0, found ${describe(same)}`)
}

function doubtOf({ doubt }: JsonRow): number {
  if (typeof doubt === 'number' && doubt >= 0 && doubt <= 1) return doubt
  throw new FieldError(
    `doubt: expected a number from 0 to 1, found ${typeof doubt === 'number' ? doubt : describe(doubt)}`,
  )
}
