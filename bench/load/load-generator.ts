import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from './child-processes.js'
import type { Job, JobResult } from './job.js'
import type { Pinning } from './pinning.js'

/** The load generator's process, from the outside. */
export interface LoadGenerator {
  run(job: Job): Promise<JobResult>
}

const SPARE_MS = 45_000

export function startLoadGenerator(workDir: string, pinning: Pinning | undefined): LoadGenerator {
  const child = startChild({
    name: 'load generator',
    command: [process.execPath, fileURLToPath(new URL('client.js', import.meta.url))],
    cpu: pinning?.rest,
    logFile: join(workDir, 'client.log'),
    ipc: true,
  })

  return {
    run(job) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(new Error('The load generator did not come to an end.')), limitMs(job))
        const onExit = (): void => finish(new Error(`The load generator ended:\n${child.logTail()}`))
        const onMessage = (message: { readonly result?: JobResult; readonly error?: string }): void =>
          finish(message.result ?? new Error(message.error))

        function finish(outcome: JobResult | Error): void {
          clearTimeout(timer)
          child.process.off('exit', onExit)
          child.process.off('message', onMessage)
          if (outcome instanceof Error) reject(outcome)
          else resolve(outcome)
        }

        child.process.on('exit', onExit)
        child.process.on('message', onMessage)
        child.process.send(job)
      })
    },
  }
}

function limitMs({ load, plan }: Job): number {
  const answerMs = plan.delayMs + plan.gapMs * plan.tokens
  const loadMs = load.kind === 'closed' ? load.seconds * 1000 : (load.count / load.perSecond) * 1000
  return loadMs + answerMs + SPARE_MS
}
