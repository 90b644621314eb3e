import { FieldError, type JsonRow, readJsonLines, textOf } from '../../src/calibrate/json-lines.js'
import { describe } from '../../src/core/decode.js'

/** A prompt, and how good the answers of two models to it were, 0 to 1. */
export interface LabelledPrompt {
  readonly prompt: string
  readonly cheap: number
  readonly strong: number
  /** Prompts of one group are not independent: a subject, a source. */
  readonly group: string
}

export const FORMAT = `One JSON object a line (.gz too):
  {"prompt": "…", "cheap": 0, "strong": 1}    how good the cheap and the strong model's answer was: 0 to 1, true or false
An optional "group" (or else "subject", "source") ties prompts together that are not independent. "weak_correct" does for
"cheap" and "strong_correct" for "strong", as in RouteLLM's benchmark answers. Other fields are left alone; a prompt that came
before is left out, and so are rows that say "routellm_contaminated": true.
`

/** @throws CalibrationError that names the line and the field */
export async function readLabelledPrompts(file: string): Promise<readonly LabelledPrompt[]> {
  const rows = new Map<string, LabelledPrompt>()
  await readJsonLines(file, (row) => {
    if (row.routellm_contaminated === true) return
    const prompt = textOf(row, 'prompt')
    if (rows.has(prompt)) return
    const cheap = qualityOf(row, 'cheap', 'weak_correct')
    const strong = qualityOf(row, 'strong', 'strong_correct')
    rows.set(prompt, { prompt, cheap, strong, group: groupOf(row) })
  })
  if (rows.size === 0) throw new Error(`${file} has no rows.`)
  return [...rows.values()]
}

function qualityOf(row: JsonRow, field: string, other: string): number {
  const value = row[field] ?? row[other]
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw new FieldError(`${field}: expected a number from 0 to 1, true or false, found ${describe(value)}`)
}

function groupOf({ group, source, subject }: JsonRow): string {
  const value = group ?? subject ?? source ?? ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
