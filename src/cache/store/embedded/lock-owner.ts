import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import * as z from 'zod'

const ownerSchema = z.object({
  pid: z.int().positive(),
  /** Tells apart two processes that have the same number at different times, or in different containers. */
  token: z.uuid(),
  host: z.string(),
  /** Boot and PID namespace: where the number means one process. Null where the system does not tell. */
  realm: z.string().nullable(),
  /** When the process was started, in ticks since the boot. Null as above. */
  startedTicks: z.string().nullable(),
})

/** A process that holds a lock, as it wrote itself into it. */
export type LockOwner = z.output<typeof ownerSchema>

export const thisProcess: LockOwner = {
  pid: process.pid,
  token: randomUUID(),
  host: hostname(),
  realm: readRealm(),
  startedTicks: readStartedTicks(process.pid) ?? null,
}

/** Undefined: not the text of an owner. Locks come into being whole, so nobody is just writing it. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** `unknown`: it may be of another machine or container, or another process may have its number by now. */
export function stateOf(owner: LockOwner): 'alive' | 'dead' | 'unknown' {
  if (owner.token === thisProcess.token) return 'alive'
  if (owner.host !== thisProcess.host || owner.realm !== thisProcess.realm) return 'unknown'
  if (owner.pid === process.pid) return 'dead'
  if (!isRunning(owner.pid)) return 'dead'
  if (owner.startedTicks === null) return 'unknown'
  return readStartedTicks(owner.pid) === owner.startedTicks ? 'alive' : 'dead'
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It runs, as somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function readRealm(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

/** Field 22 of /proc/PID/stat, see proc(5). The second field is a name in brackets that may hold anything. */
function readStartedTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
