import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The server under test has a core to itself; the upstream, the load generator and the bench share another. */
export interface Pinning {
  readonly target: string
  readonly rest: string
}

/** Undefined, when there is one core only or no `taskset`: figures are then not comparable with pinned ones. */
export function choosePinning(): Pinning | undefined {
  if (spawnSync('taskset', ['-V']).status !== 0) return undefined
  const [target, rest] = allowedCpus()
  return target === undefined || rest === undefined ? undefined : { target: String(target), rest: String(rest) }
}

export function pinThisProcess(cpu: string): void {
  spawnSync('taskset', ['-a', '-c', '-p', cpu, String(process.pid)])
}

function allowedCpus(): readonly number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
    return list.split(',').flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, n) => first + n)
    })
  } catch {
    return []
  }
}
