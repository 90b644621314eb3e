import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../load/child-processes.js'
import { makeNetwork, type NetworkName } from './networks.js'
import type { PoolProcessJob, PoolProcessReport } from './pool-process.js'

export interface PoolProcessRun extends PoolProcessReport {
  /** From the start of the process until every thread had its models. */
  readonly readyMs: number
}

/** Starts a pool in a process of its own, uses it a little, and ends it. */
export async function runPoolProcess(name: NetworkName, threads: number, workDir: string): Promise<PoolProcessRun> {
  const job: PoolProcessJob = { setup: makeNetwork(name), threads }
  const startedMs = performance.now()
  const child = startChild({
    name: `pool of ${name}`,
    command: [process.execPath, fileURLToPath(new URL('pool-process.js', import.meta.url)), JSON.stringify(job)],
    cpu: undefined,
    logFile: join(workDir, 'pool-process.log'),
    ipc: true,
  })
  let readyMs = Number.NaN
  const report = await new Promise<PoolProcessReport>((resolve, reject) => {
    child.process.on('message', (message: 'ready' | PoolProcessReport) => {
      if (message === 'ready') readyMs = performance.now() - startedMs
      else resolve(message)
    })
    child.process.on('exit', () => reject(new Error(`${child.name} ended early:\n${child.logTail()}`)))
  })
  await child.stop()
  return { ...report, readyMs }
}
