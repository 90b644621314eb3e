import type { BenchPart } from '../parts/part.js'
import { NETWORK_NAMES } from './networks.js'
import { runPoolProcess } from './run-pool-process.js'

const TABLE = 'resident memory of a process with nothing but a pool, MB'
const MB = 1024 * 1024
const THREADS = [1, 2, 4]
const NONE = { label: 'without pool', digits: 0 }
const PER_THREAD_READY = { label: 'each further thread', digits: 0 }
const PER_THREAD_USED = { label: 'in use', digits: 0 }

/** In a fresh process each time, since what one pool has freed the next would take without showing. */
export const memoryPart: BenchPart = {
  name: 'memory',
  about: 'what each thread with its models adds to the resident size',
  async run({ rounds, workDir, figures }) {
    for (let round = 0; round < rounds; round++) {
      for (const name of NETWORK_NAMES) {
        const runs = []
        for (const threads of THREADS) runs.push({ threads, ...(await runPoolProcess(name, threads, workDir)) })
        const [first] = runs
        const last = runs.at(-1)
        if (first === undefined || last === undefined) return
        figures.add(TABLE, name, NONE, first.withoutPool / MB)
        for (const { threads, ready, used } of runs) {
          figures.add(TABLE, name, { label: `${threads}: ready`, digits: 0 }, ready / MB)
          figures.add(TABLE, name, { label: `${threads}: used`, digits: 0 }, used / MB)
        }
        const further = (last.threads - first.threads) * MB
        figures.add(TABLE, name, PER_THREAD_READY, (last.ready - first.ready) / further)
        figures.add(TABLE, name, PER_THREAD_USED, (last.used - first.used) / further)
      }
    }
  },
}
