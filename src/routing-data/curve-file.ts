import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { type CurveFile, curveFileSchema } from './curve-schema.js'

/** A calibration that cannot be read or written. The message names the file and the field. */
export class CurveError extends Error {
  override readonly name = 'CurveError'
}

/** Written by `llmrouter calibrate` on this machine. */
export const ownCurveFile = (dataDir: string): string => join(dataDir, 'routing-calibration.json')

/** Comes with llmrouter. `packageRoot` ends in a slash. */
export const shippedCurveFile = (packageRoot: string): string => `${packageRoot}models/routing-curve.json`

/** Undefined if there is no such file. @throws CurveError with all that is wrong with it, each with its path */
export function readCurveFile(file: string): CurveFile | undefined {
  let tree: unknown
  try {
    tree = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new CurveError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
  const parsed = curveFileSchema.safeParse(tree)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `  ${z.core.toDotPath(issue.path)}: ${issue.message}`)
  throw new CurveError(
    `${file} is not valid:\n${problems.join('\n')}\nMake it anew with "llmrouter calibrate", or delete it.`,
  )
}

/** Puts it in the place of what was there, whole or not at all. @throws CurveError */
export function writeCurveFile(file: string, curve: CurveFile): void {
  const part = `${file}.${process.pid}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(part, `${JSON.stringify(curveFileSchema.parse(curve), null, 1)}\n`, { flush: true })
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new CurveError(`${file} could not be written: ${reason}`, { cause: error })
  }
}
