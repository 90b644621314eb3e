import { shuffle } from '../cache-eval/random.js'
import type { UpstreamName } from './soak-config.js'

export type FaultTarget = 'redis' | 'threads' | 'config' | UpstreamName

/**
 * - `kill`: SIGKILL, started again when the time is over; a thread is terminated, and the gateway replaces it.
 * - `hang`: SIGSTOP, and SIGCONT when the time is over; a thread is blocked.
 * - `drop`: all connections of Redis are closed.
 * - `flush`: Redis forgets everything.
 * - `reload`: the gateway reads its configuration again.
 */
export interface Fault {
  readonly atMs: number
  readonly target: FaultTarget
  readonly kind: 'kill' | 'hang' | 'drop' | 'flush' | 'reload'
  readonly forMs: number
}

interface FaultSort {
  readonly target: FaultTarget
  readonly kind: Fault['kind']
  /** Shortest and longest time. */
  readonly ms: readonly [number, number]
}

const upstreamSorts = (target: UpstreamName): readonly FaultSort[] => [
  { target, kind: 'kill', ms: [300, 3000] },
  { target, kind: 'hang', ms: [500, 9000] },
]

const SORTS: readonly FaultSort[] = [
  { target: 'redis', kind: 'kill', ms: [300, 4000] },
  { target: 'redis', kind: 'hang', ms: [100, 3000] },
  { target: 'redis', kind: 'drop', ms: [0, 0] },
  { target: 'redis', kind: 'flush', ms: [0, 0] },
  { target: 'threads', kind: 'kill', ms: [0, 0] },
  { target: 'threads', kind: 'kill', ms: [0, 0] },
  { target: 'threads', kind: 'hang', ms: [200, 3000] },
  { target: 'config', kind: 'reload', ms: [0, 0] },
  ...upstreamSorts('alpha'),
  ...upstreamSorts('beta'),
  ...upstreamSorts('gamma'),
]

/** A target is well again for so long before the next fault meets it. */
const REST_MS = 2000

/** In the order of time; each kind at least once where there is time for it; none lasts beyond the end. */
export function planFaults(totalMs: number, everyMs: number, random: () => number): readonly Fault[] {
  const faults: Fault[] = []
  const freeAt = new Map<FaultTarget, number>()
  let waiting: FaultSort[] = []
  let atMs = 0
  for (;;) {
    atMs += -Math.log(1 - random()) * everyMs
    if (waiting.length === 0) waiting = [...shuffle(SORTS, random)]
    const place = waiting.findIndex(({ target }) => (freeAt.get(target) ?? 0) <= atMs)
    const [sort] = place === -1 ? [] : waiting.splice(place, 1)
    if (atMs >= totalMs) return faults
    if (sort === undefined) continue
    const [least, most] = sort.ms
    const forMs = Math.round(least + random() * (most - least))
    if (atMs + forMs > totalMs) continue
    faults.push({ atMs: Math.round(atMs), target: sort.target, kind: sort.kind, forMs })
    freeAt.set(sort.target, atMs + forMs + REST_MS)
  }
}
