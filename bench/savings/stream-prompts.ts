import { join } from 'node:path'
import { FieldError, type JsonRow, readJsonLines } from '../../src/calibrate/json-lines.js'
import { estimateTextTokens } from '../../src/core/tokens/text-tokens.js'
import { packageRoot } from '../../src/package-root.js'
import { readEvalData } from '../cache-eval/eval-data.js'

/** A prompt with all that decides which answers to it are right, and what they cost. */
export interface StreamPrompt {
  readonly prompt: string
  /** Prompts of one group have one right answer: one that was kept for another of the group fits. */
  readonly group: string
  /** Whether somebody marked the two models' answers; otherwise both are taken to be right. */
  readonly isMarked: boolean
  readonly cheap: number
  readonly strong: number
  readonly promptTokens: number
  readonly answerTokens: number
}

export const FORMAT = `One JSON object a line (.gz too):
  {"prompt": "…", "group": "…", "cheap": 0, "strong": 1}
Prompts of one group have one right answer, so that an answer kept for one fits the others. Without "group" a prompt is alone,
and so is one with marks: there a group only names the subject.
"cheap" and "strong" say whether that model's answer to the prompt was right; without them both are taken to be right. "text"
does for "prompt", "weak_correct" and "strong_correct" for the marks. Rows with neither prompt nor text are left alone, and so
are rows that say "routellm_contaminated": true.
`

/** @throws CalibrationError that names the line and the field */
export async function readStreamPrompts(file: string): Promise<readonly StreamPrompt[]> {
  const prompts = new Map<string, StreamPrompt>()
  await readJsonLines(file, (row) => {
    const prompt = row.prompt ?? row.text
    if (prompt === undefined || row.routellm_contaminated === true) return
    if (typeof prompt !== 'string' || prompt.trim() === '') throw new FieldError('prompt: expected a text')
    if (!prompts.has(prompt)) prompts.set(prompt, promptOf(prompt, row))
  })
  return [...prompts.values()]
}

/** Our own everyday questions, whose groups are known, and some marked benchmark questions. */
export async function readSample(seed: number): Promise<readonly (readonly StreamPrompt[])[]> {
  const folder = join(packageRoot(), 'test/fixtures')
  const everyday = await readEvalData({
    file: join(folder, 'everyday-pairs.jsonl'),
    adjudicatedFile: undefined,
    seed,
  })
  return [
    everyday.prompts.map(({ group, text }) => promptOf(text, { group: `everyday ${group}` })),
    await readStreamPrompts(join(folder, 'routing/labelled.jsonl.gz')),
  ]
}

const [FEWEST_TOKENS, MOST_TOKENS] = [60, 400]

function promptOf(prompt: string, row: JsonRow): StreamPrompt {
  const [cheap, strong] = [row.cheap ?? row.weak_correct, row.strong ?? row.strong_correct]
  const isMarked = cheap !== undefined && strong !== undefined
  const group = row.group === undefined || isMarked ? prompt : JSON.stringify(row.group)
  return {
    prompt,
    group,
    isMarked,
    cheap: markOf(cheap, 'cheap'),
    strong: markOf(strong, 'strong'),
    promptTokens: Math.ceil(estimateTextTokens(prompt)),
    answerTokens: FEWEST_TOKENS + (hash(group) % (MOST_TOKENS - FEWEST_TOKENS)),
  }
}

/** Right or wrong: an answer that is served is one or the other. */
function markOf(value: unknown, field: string): number {
  if (value === undefined) return 1
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && value >= 0 && value <= 1) return value >= 0.5 ? 1 : 0
  throw new FieldError(`${field}: expected a number from 0 to 1, true or false`)
}

/** FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
