import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { checkDataFile } from './check-data-file.js'
import { DataDirError } from './data-dir-error.js'

/** Ids and bytes in LMDB. Its methods throw what LMDB throws. */
export type DataFile = RootDatabase<Buffer, string>

export interface DataFileOptions {
  /** This process has it locked. */
  readonly dataDir: string
  readonly name: string
  /** What it is called in messages. */
  readonly what: 'cache' | 'ledger'
  warn(message: string): void
}

/**
 * Opens a file of a data folder. A damaged one is moved aside, with a warning, and a new one begun. Rejects with a
 * DataDirError when it can be neither read nor made.
 */
export async function openDataFile({ dataDir, name, warn, what }: DataFileOptions): Promise<DataFile> {
  const path = join(dataDir, name)
  // LMDB's table of readers. Those of a process that died would keep old pages from being used again.
  await rm(lockOf(path), { force: true })
  if (await isThere(path)) await makeSureIsWhole(path, what, warn)
  try {
    return openWhole(path)
  } catch (error) {
    throw new DataDirError(`The ${what} file ${path} cannot be opened: ${messageOf(error)}`, null, { cause: error })
  }
}

function openWhole(path: string): DataFile {
  return open<Buffer, string>({
    path,
    encoding: 'binary',
    // Batches by turn make promises inside lmdb that nobody handles when the disk is full: that would end the process.
    eventTurnBatching: false,
  })
}

async function makeSureIsWhole(path: string, what: string, warn: (message: string) => void): Promise<void> {
  const verdict = await checkDataFile(path)
  await rm(lockOf(path), { force: true })
  if (verdict.kind === 'unchecked') warn(`The ${what} file ${path} could not be checked: ${verdict.reason}.`)
  if (verdict.kind !== 'damaged') return
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '')}`
  await rename(path, aside)
  warn(`The ${what} file ${path} is damaged (${verdict.sign}). It was moved to ${aside}; the ${what} starts empty.`)
}

function lockOf(path: string): string {
  return `${path}-lock`
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
