import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type LearningState, learningStateSchema } from './learning-state.js'

export interface ReadLearning {
  readonly state: LearningState | undefined
  /** Why there is none although there is a file. */
  readonly warning: string | undefined
}

/** Never throws: what cannot be used is learnt anew. */
export function readLearning(file: string, fingerprint: string, size: number): ReadLearning {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { state: undefined, warning: undefined }
    return refused(file, String(error))
  }
  try {
    const state = learningStateSchema.parse(JSON.parse(text))
    if (state.fingerprint !== fingerprint)
      return refused(file, 'it was learnt with another embedder, verifier or prior')
    const fits = state.mean.length === size && state.covariance.length === size
    return fits && state.covariance.every((row) => row.length === size)
      ? { state, warning: undefined }
      : refused(file, 'it has another number of coefficients')
  } catch {
    return refused(file, 'it is damaged or of another version')
  }
}

const refused = (file: string, why: string): ReadLearning => ({
  state: undefined,
  warning: `${file} is ignored, and learning begins anew: ${why}.`,
})

/** Whole or not at all. @throws Error of the file system */
export function writeLearning(file: string, state: LearningState): void {
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
