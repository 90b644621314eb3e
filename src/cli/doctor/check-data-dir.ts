import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findLockOwner } from '../../cache/store/embedded/data-dir-lock.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

const NAME = 'data folder'
const GIB = 1024 ** 3
const ROOMY_BYTES = GIB
const FULL_BYTES = 64 * 1024 ** 2

export interface DataDirOptions {
  readonly dataDir: string
  /** The gateway that answers at the configured port may well have it. */
  readonly isServing: boolean
  /** Nobody else may have it then. */
  readonly isExclusive: boolean
}

/** Whether the folder can be written, belongs to nobody else, and has room. Makes no folder. */
export async function checkDataDir(options: DataDirOptions): Promise<readonly Diagnosis[]> {
  const { dataDir } = options
  const existing = await nearestExisting(dataDir)
  const refusal = await tryToWrite(existing, existing === dataDir)
  if (refusal !== undefined) {
    const fix = 'Give the user of the gateway the right to write there, or set server.dataDir or LLMROUTER_DATA_DIR.'
    return [fail(NAME, `${dataDir} cannot be written: ${refusal}`, fix)]
  }
  const noted = [await checkOwner(options), await checkRoom(existing)].filter((found) => found !== undefined)
  if (noted.length > 0) return noted
  return [ok(NAME, existing === dataDir ? `${dataDir} can be written` : `${dataDir} will be made`)]
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await access(folder, constants.F_OK)
    return folder
  } catch {
    const parent = dirname(folder)
    return parent === folder ? folder : nearestExisting(parent)
  }
}

/** Rights alone do not tell of a read-only or full disk, so a file is written; not outside of our own folder, though. */
async function tryToWrite(folder: string, isOwn: boolean): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`
    if (!isOwn) return void (await access(folder, constants.W_OK | constants.X_OK))
    const file = join(folder, `doctor-${randomUUID()}`)
    try {
      await writeFile(file, 'llmrouter doctor')
    } finally {
      await rm(file, { force: true })
    }
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

async function checkOwner({ dataDir, isExclusive, isServing }: DataDirOptions): Promise<Diagnosis | undefined> {
  const owner = await findLockOwner(dataDir)
  if (owner === undefined || isServing || !isExclusive) return undefined
  const message = `${dataDir} is in use by process ${owner.pid} on ${owner.host}`
  return fail(
    NAME,
    message,
    'Stop it, or set another server.dataDir: a gateway on a folder in use ends with exit code 73.',
  )
}

async function checkRoom(folder: string): Promise<Diagnosis | undefined> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= ROOMY_BYTES) return undefined
  const message = `the disk of ${folder} has only ${(free / GIB).toFixed(2)} GiB left`
  const fix = 'Make room, lower cache.maxEntries, or set server.dataDir to a larger disk.'
  return free < FULL_BYTES ? fail(NAME, message, fix) : warn(NAME, message, fix)
}
