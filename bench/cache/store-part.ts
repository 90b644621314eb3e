import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, freePort, startChild } from '../load/child-processes.js'
import type { CachePart, CachePartContext } from './cache-part.js'
import type { StoreJob, StoreReport } from './store-process.js'

const KEEP = 'keeping answers of 1 KB, 32 at a time: encoding and index on the event loop, then the store'
const HYDRATE = 'reading everything again when a gateway starts'
const MEMORY = 'memory of the process: index, directory and prompts; with the store in memory answers too'
const SIZES = [1000, 10_000, 50_000]
const STORES = ['memory', 'embedded', 'redis'] as const
const KB = 1024

/** What keeping costs, and starting with what was kept. */
export const storePart: CachePart = {
  name: 'store',
  about: 'insert, hydrate and memory of each store, in a process of its own',
  async run(context) {
    for (const store of STORES) {
      const server = store === 'redis' ? await startRedis(context.workDir) : undefined
      if (store === 'redis' && server === undefined) {
        console.warn('NOT MEASURED: the redis store, since there is no redis-server on PATH.')
        continue
      }
      for (const size of SIZES.filter((size) => size <= context.mostEntries)) {
        for (let round = 0; round < context.rounds; round++) {
          await measure({ store, size, port: server?.port ?? 0 }, round, context)
        }
      }
      await server?.child.stop()
    }
  },
}

type Subject = Pick<StoreJob, 'store' | 'size' | 'port'>

async function measure(of: Subject, round: number, context: CachePartContext): Promise<void> {
  const dataDir = join(context.workDir, `store-${of.store}-${of.size}-${round}`)
  mkdirSync(dataDir)
  const { figures, promptsFile } = context
  const subject = `${of.store}, ${of.size.toLocaleString('en')} entries`
  const filled = await run({ ...of, kind: 'fill', dataDir, promptsFile }, context)
  figures.add(KEEP, subject, { label: 'on the loop: p50 ms', digits: 3 }, filled.keepOnLoop.p50 / 1000)
  figures.add(KEEP, subject, { label: 'p99', digits: 3 }, filled.keepOnLoop.p99 / 1000)
  figures.add(KEEP, subject, { label: 'until kept: p50 ms', digits: 2 }, filled.keep.p50 / 1000)
  figures.add(KEEP, subject, { label: 'p99 ', digits: 2 }, filled.keep.p99 / 1000)
  figures.add(KEEP, subject, { label: 'a second', digits: 0 }, (1000 * of.size) / filled.readyMs)
  figures.add(MEMORY, subject, { label: 'KB an entry', digits: 2 }, filled.grownBytes / KB / of.size)
  if (of.store === 'memory') return
  const again = await run({ ...of, kind: 'hydrate', dataDir, promptsFile }, context)
  if (again.entries !== of.size) figures.fail(`${subject}: ${again.entries} were read again`)
  figures.add(HYDRATE, subject, { label: 'until all are found, s', digits: 2 }, again.readyMs / 1000)
  figures.add(HYDRATE, subject, { label: 'until all are linked, s', digits: 2 }, again.settledMs / 1000)
  figures.add(HYDRATE, subject, { label: 'longest block of the event loop, ms', digits: 1 }, again.longestBlockMs)
  figures.add(MEMORY, subject, { label: 'KB an entry, read again', digits: 2 }, again.grownBytes / KB / of.size)
}

async function run(job: StoreJob, { workDir }: CachePartContext): Promise<StoreReport> {
  const script = fileURLToPath(new URL('store-process.js', import.meta.url))
  const child = startChild({
    name: `${job.kind} ${job.store} ${job.size}`,
    command: [process.execPath, '--expose-gc', '--max-semi-space-size=64', script, JSON.stringify(job)],
    cpu: undefined,
    logFile: join(workDir, 'store-process.log'),
    ipc: true,
  })
  const ended = once(child.process, 'exit').then(() => {
    throw new Error(`${child.name} ended without a report:\n${child.logTail()}`)
  })
  // A process that has reported ends too.
  ended.catch(() => {})
  // The child's own report.
  const [report] = (await Promise.race([once(child.process, 'message'), ended])) as [StoreReport]
  await child.stop()
  return report
}

async function startRedis(workDir: string): Promise<{ readonly port: number; readonly child: Child } | undefined> {
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined
  const port = await freePort()
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', workDir]
  const child = startChild({
    name: 'redis-server',
    command: ['redis-server', ...fixed],
    cpu: undefined,
    logFile: join(workDir, 'redis.log'),
  })
  return { port, child }
}
