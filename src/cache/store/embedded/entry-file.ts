import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { checkEntryFile } from './check-entry-file.js'
import { DataDirError } from './data-dir-error.js'

/** Ids and bytes in LMDB. Its methods throw what LMDB throws. */
export type EntryFile = RootDatabase<Buffer, string>

/**
 * Opens `cache.mdb` of a data folder that this process has locked. A damaged one is moved aside, with a warning, and a new
 * one begun. Rejects with a DataDirError when it can be neither read nor made.
 */
export async function openEntryFile(dataDir: string, warn: (message: string) => void): Promise<EntryFile> {
  const path = join(dataDir, 'cache.mdb')
  // LMDB's table of readers. Those of a process that died would keep old pages from being used again.
  await rm(lockOf(path), { force: true })
  if (await isThere(path)) await makeSureIsWhole(path, warn)
  try {
    return openWhole(path)
  } catch (error) {
    throw new DataDirError(`The cache file ${path} cannot be opened: ${messageOf(error)}`, null, { cause: error })
  }
}

function openWhole(path: string): EntryFile {
  return open<Buffer, string>({
    path,
    encoding: 'binary',
    // Batches by turn make promises inside lmdb that nobody handles when the disk is full: that would end the process.
    eventTurnBatching: false,
  })
}

async function makeSureIsWhole(path: string, warn: (message: string) => void): Promise<void> {
  const verdict = await checkEntryFile(path)
  await rm(lockOf(path), { force: true })
  if (verdict.kind === 'unchecked') warn(`The cache file ${path} could not be checked: ${verdict.reason}.`)
  if (verdict.kind !== 'damaged') return
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '')}`
  await rename(path, aside)
  warn(`The cache file ${path} is damaged (${verdict.sign}). It was moved to ${aside}; the cache starts empty.`)
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
