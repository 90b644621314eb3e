import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DataDirError } from './data-dir-error.js'
import { type LockOwner, parseOwner, stateOf, thisProcess } from './lock-owner.js'

export interface DataDirLock {
  release(): Promise<void>
}

/** A holder touches its lock this often ... */
const BEAT_MS = 2000
/** ... so one of which nothing else is known is dead when its lock lay still for so long. */
const STILL_MS = 10_000
const LOOK_EVERY_MS = 100
/** Somebody else is removing a dead lock: a rename and a removal. */
const TAKEOVER_MS = 10

const sleep = promisify(setTimeout)

/**
 * Takes a data folder, or what the lock's name stands for in it, for this process until it is released or the process dies,
 * however it does. The folder is made if there is none. Rejects with a DataDirError when another process has it, or when it cannot be written. Takes as long as
 * it takes to see whether a holder on another machine, or in another container, is alive: at most ten seconds.
 */
export async function lockDataDir(dataDir: string, name = 'gateway.lock'): Promise<DataDirLock> {
  const file = join(dataDir, name)
  const holder = await acquireIn(dataDir, file)
  if (holder !== undefined) throw inUse(dataDir, holder)
  const beating = setInterval(() => void touch(file), BEAT_MS)
  beating.unref()
  return {
    async release() {
      clearInterval(beating)
      if (await isNamed(file, thisProcess.token)) await rm(file, { force: true })
    },
  }
}

/** Whose the folder is now; undefined: nobody's. Takes as long as taking it would, and takes nothing. */
export async function findLockOwner(dataDir: string): Promise<LockOwner | undefined> {
  const file = join(dataDir, 'gateway.lock')
  const owner = await readOwner(file)
  if (owner === undefined || owner === 'illegible') return undefined
  return (await isAlive(file, owner)) ? owner : undefined
}

async function acquireIn(dataDir: string, file: string): Promise<LockOwner | undefined> {
  try {
    await mkdir(dataDir, { recursive: true })
    return await acquire(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataDirError(`The data folder ${dataDir} cannot be written: ${reason}`, null, { cause: error })
  }
}

function inUse(dataDir: string, { pid, host }: LockOwner): DataDirError {
  const where = host === thisProcess.host ? '' : ` on ${host}`
  const message = `The data folder ${dataDir} is in use by process ${pid}${where}. Stop it, or set another server.dataDir.`
  return new DataDirError(message, pid)
}

/** Who has it; undefined: this process, from now on. */
async function acquire(file: string): Promise<LockOwner | undefined> {
  for (;;) {
    if (await tryCreate(file)) return undefined
    const owner = await readOwner(file)
    if (owner === undefined) continue
    if (owner !== 'illegible' && (await isAlive(file, owner))) {
      // What was seen to change may have been its removal.
      if (await isNamed(file, owner.token)) return owner
      continue
    }
    await removeDead(file, owner)
  }
}

/** A link to a file that is whole appears at once, with its text: nobody ever reads half a lock. */
async function tryCreate(file: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}.new`
  await writeFile(draft, JSON.stringify(thisProcess))
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Undefined: there is no lock. Illegible: the machine went down before its text had reached the disk. */
async function readOwner(file: string): Promise<LockOwner | 'illegible' | undefined> {
  try {
    return parseOwner(await readFile(file, 'utf8')) ?? 'illegible'
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function isAlive(file: string, owner: LockOwner): Promise<boolean> {
  const state = stateOf(owner)
  return state === 'unknown' ? beats(file) : state === 'alive'
}

/** Looks at the lock itself rather than at its age: clocks of two machines differ. */
async function beats(file: string): Promise<boolean> {
  const first = await touchedAt(file)
  for (let waitedMs = 0; waitedMs < STILL_MS; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS)
    if ((await touchedAt(file)) !== first) return true
  }
  return false
}

/**
 * Of all who find the same dead lock only the one who holds a lock named after it may remove it, and that only once: who
 * comes to hold it later finds another lock in its place.
 */
async function removeDead(file: string, dead: LockOwner | 'illegible'): Promise<void> {
  const name = nameOf(dead)
  const door = `${file}.${name}`
  if ((await acquire(door)) !== undefined) return void (await sleep(TAKEOVER_MS))
  try {
    if (await isNamed(file, name)) await rm(file, { force: true })
  } finally {
    await rm(door, { force: true })
  }
}

async function isNamed(file: string, name: string): Promise<boolean> {
  const owner = await readOwner(file)
  return owner !== undefined && nameOf(owner) === name
}

function nameOf(owner: LockOwner | 'illegible'): string {
  return owner === 'illegible' ? owner : owner.token
}

async function touchedAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs
}

async function touch(file: string): Promise<void> {
  const now = new Date()
  await utimes(file, now, now).catch(() => {})
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
