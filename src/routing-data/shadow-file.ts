import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'

const error = z.number().min(0).lt(0.5)
const row = z.array(z.number()).length(2).readonly()

/** The shape of `routing-learning.json`: what shadow calls taught. */
const shadowStateSchema = z.strictObject({
  version: z.literal(1),
  /** Of the two models and the curve: of others it says nothing. */
  of: z.string(),
  learning: z.strictObject({ mean: row, covariance: z.array(row).length(2).readonly(), labels: z.int().min(0) }),
  /** The newest verdicts, oldest first: each with how often such ones err. */
  judged: z
    .array(z.strictObject({ isWrong: z.boolean(), wrongOfRight: error, rightOfWrong: error }))
    .max(500)
    .readonly(),
  /** On this day of the Unix epoch. */
  spent: z.strictObject({ day: z.int(), usd: z.number().min(0) }),
})

export type ShadowState = z.output<typeof shadowStateSchema>

export const shadowFile = (dataDir: string): string => join(dataDir, 'routing-learning.json')

/** Never throws: what cannot be used is learnt anew. */
export function readShadowState(file: string, warn: (message: string) => void): ShadowState | undefined {
  try {
    return shadowStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    warn(`${file} is ignored, and learning begins anew: it cannot be read, is damaged or of another version.`)
    return undefined
  }
}

/** Whole or not at all. @throws Error of the file system */
export function writeShadowState(file: string, state: ShadowState): void {
  const part = `${file}.${process.pid}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(part, JSON.stringify(state))
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}
