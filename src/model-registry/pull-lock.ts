import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { diskError } from './part-file.js'

const LOOK_EVERY_MS = 200
/** Two looks and a removal are done by then. */
const TAKEOVER_MS = 20
/** The holder touches the file this often ... */
const TOUCH_EVERY_MS = 10_000
/** ... so one that has not been touched for so long belongs to a process that died, or that sleeps. */
const STALE_AFTER_MS = 60_000

/** Tells this process from one that had its number before: in containers they all have the number 1. */
const TOKEN = randomUUID()

export interface LockOptions {
  /** Absolute; its folder exists. */
  readonly file: string
  readonly signal: AbortSignal
  /** Called once, if another process (or another pull of this one) has it. */
  onWait(holder: string): void
}

const holderSchema = z.object({ pid: z.number(), host: z.string(), token: z.string() })
type Holder = z.output<typeof holderSchema>

/**
 * Runs `work` while no other process does, on this machine or on another that shares the folder. The lock saves fetching
 * twice; what is fetched stays right without it, since parts are written in place and verified as a whole.
 * Rejects with the signal's reason if it is aborted while waiting, with a ModelError if the lock cannot be written.
 */
export async function withPullLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(options)
  const touching = setInterval(() => void touch(options.file), TOUCH_EVERY_MS)
  touching.unref()
  try {
    return await work()
  } finally {
    clearInterval(touching)
    await release(options.file)
  }
}

async function acquire({ file, signal, onWait }: LockOptions): Promise<void> {
  let isTold = false
  for (let looks = 1; ; looks++) {
    signal.throwIfAborted()
    if (await tryCreate(file)) return
    const holder = await readHolder(file)
    if (await isDead(file, holder)) {
      await removeDead(file)
      continue
    }
    // Its name may not be in the file yet.
    if (!isTold && (holder !== undefined || looks > 1)) {
      onWait(holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`)
      isTold = true
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal })
  }
}

async function tryCreate(file: string): Promise<boolean> {
  let handle: FileHandle
  try {
    handle = await open(file, 'wx')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw diskError(error, file)
  }
  const holder: Holder = { pid: process.pid, host: hostname(), token: TOKEN }
  try {
    await handle.writeFile(JSON.stringify(holder))
    return true
  } catch (error) {
    await rm(file, { force: true })
    throw diskError(error, file)
  } finally {
    await handle.close()
  }
}

/** Undefined while its holder has not written it yet. */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

async function isDead(file: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host === hostname()) {
    if (holder.pid === process.pid) return holder.token !== TOKEN
    if (!isRunning(holder.pid)) return true
  }
  const stats = await stat(file).catch(() => undefined)
  return stats !== undefined && Date.now() - stats.mtimeMs > STALE_AFTER_MS
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It runs, as somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Under a lock of its own: since the look at it another may have removed it, and a third hold a new one. */
async function removeDead(file: string): Promise<void> {
  const takeover = `${file}.takeover`
  if (!(await tryCreate(takeover))) {
    if (await isDead(takeover, await readHolder(takeover))) await rm(takeover, { force: true })
    else await sleep(TAKEOVER_MS)
    return
  }
  try {
    if (await isDead(file, await readHolder(file))) await rm(file, { force: true })
  } finally {
    await rm(takeover, { force: true })
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date()
  await utimes(file, now, now).catch(() => {})
}

async function release(file: string): Promise<void> {
  const holder = await readHolder(file)
  if (holder?.token === TOKEN) await rm(file, { force: true })
}
