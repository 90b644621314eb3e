import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** How many descriptors of each kind a process has open: `socket`, `pipe`, `anon_inode:[eventpoll]`, or a file's path. */
export function countDescriptors(pid: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    const kind = kindOf(`/proc/${pid}/fd/${name}`)
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

function kindOf(link: string): string | undefined {
  try {
    return readlinkSync(link).replace(/:\[\d+\]$/, '')
  } catch {
    // Closed since the folder was read.
    return undefined
  }
}

/** What there is more of than before. */
export function descriptorsLeft(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map(
    [...after].flatMap(([kind, count]) => {
      const more = count - (before.get(kind) ?? 0)
      return more > 0 ? [[kind, more] as const] : []
    }),
  )
}

export function residentMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? Number.NaN) / 1024
}
