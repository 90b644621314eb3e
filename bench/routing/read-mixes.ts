import { join } from 'node:path'
import { FieldError, type JsonRow, readJsonLines } from '../../src/calibrate/json-lines.js'
import { packageRoot } from '../../src/package-root.js'

export interface PromptMix {
  readonly name: string
  readonly prompts: readonly string[]
}

const FIELDS = ['prompt', 'text', 'a']

/** @throws CalibrationError that names the line and the field */
export async function readMix(file: string, isWanted: (row: JsonRow) => boolean = () => true): Promise<PromptMix> {
  const prompts = new Set<string>()
  await readJsonLines(file, (row) => {
    const value = FIELDS.map((field) => row[field]).find((field) => field !== undefined)
    if (typeof value !== 'string' || value.trim() === '')
      throw new FieldError(`expected a text in ${FIELDS.join(' or ')}`)
    if (isWanted(row)) prompts.add(value)
  })
  if (prompts.size === 0) throw new Error(`${file} has no rows.`)
  return { name: file, prompts: [...prompts] }
}

/** Three that come with llmrouter. */
export async function sampleMixes(): Promise<readonly PromptMix[]> {
  const folder = join(packageRoot(), 'test/fixtures')
  const labelled = join(folder, 'routing/labelled.jsonl.gz')
  return [
    { ...(await readMix(join(folder, 'everyday-pairs.jsonl'))), name: 'everyday questions' },
    { ...(await readMix(labelled, ({ source }) => source === 'gsm8k')), name: 'GSM8K' },
    { ...(await readMix(labelled, ({ source }) => source === 'mmlu')), name: 'MMLU' },
  ]
}
