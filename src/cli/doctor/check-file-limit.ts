import { execFileSync } from 'node:child_process'
import { type Diagnosis, fail, ok, warn } from './diagnosis.js'

/** Models, logs, the cache's file, Redis, libraries, threads. */
const OWN_FILES = 256
const NAME = 'file limit'

/**
 * A request under way holds two sockets: its client's and its provider's.
 * @param limit Infinity: there is none; undefined: the system does not tell
 */
export function checkFileLimit(maxConcurrentRequests: number, limit: number | undefined = readFileLimit()): Diagnosis {
  const needed = 2 * maxConcurrentRequests + OWN_FILES
  if (limit === undefined) return ok(NAME, 'this system tells of none')
  if (limit >= needed) {
    const shown = limit === Number.POSITIVE_INFINITY ? 'as many as wanted' : String(limit)
    return ok(NAME, `${shown} open files, ${needed} needed for server.maxConcurrentRequests ${maxConcurrentRequests}`)
  }
  const message = `${limit} open files are allowed, and server.maxConcurrentRequests ${maxConcurrentRequests} may need ${needed}`
  const fix = `Allow ${needed} ("ulimit -n", LimitNOFILE of systemd, ulimits of Docker), or lower server.maxConcurrentRequests.`
  return limit < maxConcurrentRequests + OWN_FILES ? fail(NAME, message, fix) : warn(NAME, message, fix)
}

/** Node.js raises its own limit as far as it may when it starts; children inherit it. */
function readFileLimit(): number | undefined {
  try {
    const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const limit = text.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text)
    return Number.isNaN(limit) ? undefined : limit
  } catch {
    return undefined // no POSIX shell
  }
}
