import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { DataDirError } from '../cache/store/embedded/data-dir-error.js'
import { type DataDirLock, lockDataDir } from '../cache/store/embedded/data-dir-lock.js'
import { addEarlier } from '../core/limits/spend.js'
import type { Accounts } from './accounts.js'
import { readSpends, SpendFileError, writeSpends } from './spend-file.js'

/** Sees to it that what keys have spent outlives the process. */
export interface SpendKeeper {
  /** Resolves when what was spent before is in the accounts. Only the first call does anything. */
  open(): Promise<void>
  /** Something was spent: it is written within a moment. */
  note(): void
  /** Resolves when all is written. */
  close(): Promise<void>
}

export interface SpendKeeperOptions {
  readonly dataDir: string
  readonly accounts: Accounts
  readonly warn: (message: string) => void
  /** Between two writes. What was spent meanwhile is lost when the process is killed. */
  readonly pauseMs?: number
}

const PAUSE_MS = 1000

/**
 * In `spend.json` of a data folder. Another process that keeps its own there goes first: then this one warns, and keeps what
 * is spent in memory.
 */
export function createSpendKeeper(options: SpendKeeperOptions): SpendKeeper {
  const { accounts, dataDir, warn, pauseMs = PAUSE_MS } = options
  const file = join(dataDir, 'spend.json')
  let opening: Promise<void> | undefined
  let lock: DataDirLock | undefined
  let isNews = false
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let isFailing = false

  async function load(): Promise<void> {
    try {
      lock = await lockDataDir(dataDir, 'spend.lock')
    } catch (error) {
      if (!(error instanceof DataDirError)) throw error
      return warn(`What keys spend is kept in memory only: ${error.message}`)
    }
    for (const [name, spend] of await read()) addEarlier(accounts.of(name).spend, spend)
    if (isNews) schedule()
  }

  async function read(): ReturnType<typeof readSpends> {
    try {
      return await readSpends(file)
    } catch (error) {
      if (!(error instanceof SpendFileError)) throw error
      const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '')}`
      await rename(file, aside).catch(() => {})
      warn(`${file} cannot be read (${error.message}), and was moved to ${aside}: budgets begin anew.`)
      return []
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      writing = write()
    }, pauseMs).unref()
  }

  async function write(): Promise<void> {
    await writing
    if (!isNews || lock === undefined) return
    isNews = false
    try {
      await writeSpends(file, accounts.spends())
      isFailing = false
    } catch (error) {
      isNews = true
      if (!isFailing)
        warn(`What keys have spent cannot be written: ${error instanceof Error ? error.message : String(error)}`)
      isFailing = true
    }
    if (isNews) schedule()
  }

  function open(): Promise<void> {
    opening ??= load()
    return opening
  }

  return {
    open,
    note() {
      isNews = true
      if (lock === undefined) void open()
      else schedule()
    },
    async close() {
      await opening
      clearTimeout(timer)
      await write()
      clearTimeout(timer)
      await lock?.release()
      lock = undefined
    },
  }
}
