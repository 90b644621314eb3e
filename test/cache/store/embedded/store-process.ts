import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const CHILD = fileURLToPath(new URL('../../children/write-under-load.mjs', import.meta.url))

export interface StoreProcess {
  readonly pid: number
  /** What it printed, line by line, so far. */
  readonly lines: readonly string[]
  /** Resolves when it has printed so many lines, or ended. */
  printed(count: number): Promise<void>
  kill(): Promise<void>
}

/** Another process that has the store of a folder open; with `first` it writes entries from that number on. */
export function startStoreProcess(dataDir: string, first?: number): StoreProcess {
  const args = first === undefined ? [CHILD, dataDir] : [CHILD, dataDir, String(first)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let isOver = false
  const ended = once(child, 'close').then(() => {
    isOver = true
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(stop)
  return {
    pid: pidOf(child),
    lines,
    async printed(count) {
      while (lines.length < count && !isOver) await Promise.race([once(reader, 'line'), ended])
    },
    kill: stop,
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process did not start')
  return pid
}
