import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { CANDIDATE_FEATURES } from '../core/hit-model/candidate-features.js'
import { type CachePriorFile, cachePriorSchema } from './prior-schema.js'

/** A prior that cannot be read or written. The message names the file and the field. */
export class PriorError extends Error {
  override readonly name = 'PriorError'
}

/** Fitted by `llmrouter calibrate --cache` on this machine. */
export const ownPriorFile = (dataDir: string): string => join(dataDir, 'cache-prior.json')

/** Comes with llmrouter. `packageRoot` ends in a slash. */
export const shippedPriorFile = (packageRoot: string): string => `${packageRoot}models/cache-prior.json`

/** Undefined if there is no such file. @throws PriorError with all that is wrong with it, each with its path */
export function readPriorFile(file: string): CachePriorFile | undefined {
  let tree: unknown
  try {
    tree = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    const reason = error instanceof Error ? error.message : String(error)
    throw new PriorError(`${file} cannot be read: ${reason}`, { cause: error })
  }
  const parsed = cachePriorSchema.safeParse(tree)
  const problems = parsed.success
    ? unknownFeatures(parsed.data)
    : parsed.error.issues.map((issue) => `${z.core.toDotPath(issue.path)}: ${issue.message}`)
  if (parsed.success && problems.length === 0) return parsed.data
  const help = 'Fit it anew with "llmrouter calibrate --cache", or delete it.'
  throw new PriorError(`${file} is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n${help}`)
}

/** A later version may know features that this one does not compute. */
function unknownFeatures({ priors, fallback }: CachePriorFile): readonly string[] {
  const known: readonly string[] = CANDIDATE_FEATURES
  const all = [...priors.map((prior, i) => ({ path: `priors[${i}]`, ...prior })), { path: 'fallback', ...fallback }]
  return all.flatMap(({ path, columns = [] }) =>
    columns.flatMap(({ name }, i) =>
      known.includes(name) ? [] : [`${path}.columns[${i}].name: "${name}" is no feature of this version`],
    ),
  )
}

/** Puts it in the place of what was there, whole or not at all. @throws PriorError */
export function writePriorFile(file: string, prior: CachePriorFile): void {
  const part = `${file}.${process.pid}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(part, `${JSON.stringify(cachePriorSchema.parse(prior), null, 1)}\n`, { flush: true })
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new PriorError(`${file} could not be written: ${reason}`, { cause: error })
  }
}
