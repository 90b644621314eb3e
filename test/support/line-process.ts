import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface LineProcess {
  readonly pid: number
  /** What it printed, line by line, so far. */
  readonly lines: readonly string[]
  /** Resolves when it has printed so many lines, or ended. */
  printed(count: number): Promise<void>
  kill(): Promise<void>
}

/** A script in a process of its own, which ends with the test at the latest. */
export function startLineProcess(script: string, args: readonly string[]): LineProcess {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
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
