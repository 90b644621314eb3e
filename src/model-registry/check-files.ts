import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ManifestModel, ModelFile } from './manifest.js'

/** Large reads: the time goes into hashing, and 23 MB take some 30 ms. */
const READ_BYTES = 1 << 20

/** A file that is not what the manifest says. */
export interface FileProblem {
  /** Absolute. */
  readonly path: string
  readonly expected: string
  readonly found: string
  readonly isMissing: boolean
}

export interface ModelState {
  /**
   * `installed`: every file is there, with its size and hash. `absent`: none is there. `damaged`: some are missing or
   * wrong. `unmade`: the manifest announces files that have not been made yet.
   */
  readonly status: 'installed' | 'absent' | 'damaged' | 'unmade'
  readonly problems: readonly FileProblem[]
}

/** Reads and hashes every file of the model. Nothing is thrown: what cannot be read is a problem like others. */
export async function checkModel(model: ManifestModel, folder: string): Promise<ModelState> {
  if (model.files.some((file) => file.sha256 === null)) return { status: 'unmade', problems: [] }
  const checked = await Promise.all(model.files.map((file) => checkFile(file, folder)))
  const problems = checked.filter((problem) => problem !== undefined)
  if (problems.length === 0) return { status: 'installed', problems }
  const isAbsent = problems.length === checked.length && problems.every((problem) => problem.isMissing)
  return { status: isAbsent ? 'absent' : 'damaged', problems }
}

/** What is wrong with one file, if anything is. */
export async function checkFile(file: ModelFile, folder: string): Promise<FileProblem | undefined> {
  const path = join(folder, file.path)
  const problem = (expected: string, found: string, isMissing = false): FileProblem => ({
    path,
    expected,
    found,
    isMissing,
  })
  try {
    const stats = await stat(path)
    if (!stats.isFile()) return problem('a file', 'something else')
    if (file.bytes !== null && stats.size !== file.bytes) {
      return problem(formatBytes(file.bytes), formatBytes(stats.size))
    }
    const found = await hashFile(path)
    return found === file.sha256 ? undefined : problem(`sha256 ${file.sha256}`, `sha256 ${found}`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
    return problem(file.bytes === null ? 'a file' : formatBytes(file.bytes), isMissing ? 'no file' : code, isMissing)
  }
}

/** SHA-256 in lower-case hexadecimal. Rejects with the file system's error. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk)
  return hash.digest('hex')
}

export function describeProblem({ path, expected, found }: FileProblem): string {
  return `${path}: expected ${expected}, found ${found}`
}

/** `22,972,370 bytes`: sizes are compared by the byte, so they are told by the byte. */
export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} bytes`
}
