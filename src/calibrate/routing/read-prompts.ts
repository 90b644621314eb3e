import { describe } from '../../core/decode.js'
import { CalibrationError } from '../calibration-error.js'
import { FieldError, type JsonRow, readJsonLines, textOf } from '../json-lines.js'

/** A prompt as the gateway gets it, and how good either model's answer was, if somebody looked. */
export interface RoutingPrompt {
  readonly prompt: string
  readonly label: AdequacyLabel | undefined
}

/** Each from 0 (wrong) to 1 (right). */
export interface AdequacyLabel {
  readonly cheap: number
  readonly strong: number
}

/**
 * Reads JSON Lines: `{prompt, cheap?, strong?}`. Without `strong` the strong model is taken to be always right, so that
 * `cheap` says how good the cheap answer is beside it. Other fields are left alone.
 * @throws CalibrationError that names the line and the field
 */
export async function readPrompts(file: string): Promise<readonly RoutingPrompt[]> {
  const prompts: RoutingPrompt[] = []
  await readJsonLines(file, (row) => prompts.push({ prompt: textOf(row, 'prompt'), label: labelOf(row) }))
  if (prompts.length === 0) throw new CalibrationError(`${file} has no rows: expected {"prompt": "…"} on each line.`)
  return prompts
}

function labelOf(row: JsonRow): AdequacyLabel | undefined {
  if (row.cheap === undefined && row.strong === undefined) return undefined
  return { cheap: shareOf(row, 'cheap'), strong: row.strong === undefined ? 1 : shareOf(row, 'strong') }
}

function shareOf(row: JsonRow, field: string): number {
  const value = row[field]
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw new FieldError(`${field}: expected a number from 0 to 1, true or false, found ${describe(value)}`)
}
