import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** What the processes of one group have used so far. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  /** Of the largest process: a launcher such as npx is not the server. */
  readonly rssBytes: number
  /** Highest resident size since the last `resetPeak`, of the largest process. */
  readonly peakRssBytes: number
}

const TICKS_PER_SECOND = ticksPerSecond()

/** From /proc; undefined where there is none. */
export function readUsage(groupId: number): ProcessUsage | undefined {
  let ticks = 0
  let rssBytes = 0
  let peakRssBytes = 0
  const members = groupMembers(groupId)
  if (members.length === 0) return undefined
  for (const { pid, fields } of members) {
    // utime and stime, fields 14 and 15 of proc(5), counted from the field behind the name.
    ticks += Number(fields[11]) + Number(fields[12])
    const status = readOrEmpty(`/proc/${pid}/status`)
    rssBytes = Math.max(rssBytes, statusBytes(status, 'VmRSS'))
    peakRssBytes = Math.max(peakRssBytes, statusBytes(status, 'VmHWM'))
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, rssBytes, peakRssBytes }
}

export function resetPeak(groupId: number): void {
  for (const { pid } of groupMembers(groupId)) {
    try {
      // 5 sets VmHWM to what is resident now, see proc(5).
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Without it the peak is that of the whole life, which is the stricter figure.
    }
  }
}

interface Member {
  readonly pid: string
  /** Of /proc/PID/stat, from the state on. */
  readonly fields: readonly string[]
}

function groupMembers(groupId: number): readonly Member[] {
  const members: Member[] = []
  let pids: string[] = []
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return members
  }
  for (const pid of pids) {
    const stat = readOrEmpty(`/proc/${pid}/stat`)
    // The name stands in brackets and may itself hold brackets and spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(fields[2]) === groupId) members.push({ pid, fields })
  }
  return members
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function statusBytes(status: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)
  return match === null ? 0 : Number(match[1]) * 1024
}

function ticksPerSecond(): number {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  } catch {
    return 100
  }
}
