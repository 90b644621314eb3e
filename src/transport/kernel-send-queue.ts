import { readFile } from 'node:fs/promises'
import { renderAddress } from './peer-address.js'

/** How many bytes the kernel still holds for each peer of one local port. */
export interface KernelSendQueues {
  /** Undefined where the system does not say. Refreshed in the background, at most once at a time. */
  bytesFor(remoteAddress: string, remotePort: number): number | undefined
}

/**
 * Node.js learns that a client has taken something only when a third of the kernel's buffer, which may be megabytes,
 * is free. Linux says more in /proc/net/tcp, which is read while some client looks stalled. Elsewhere nothing is known.
 */
export function createKernelSendQueues(localPort: number): KernelSendQueues {
  let known = new Map<string, number>()
  let reading = false

  async function refresh(): Promise<void> {
    reading = true
    const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readTable))
    known = parseSendQueues(tables.join('\n'), localPort)
    reading = false
  }

  return {
    bytesFor(remoteAddress, remotePort) {
      if (!reading) void refresh()
      return known.get(`${remoteAddress} ${remotePort}`)
    },
  }
}

async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1')
  } catch {
    return ''
  }
}

/** Columns: slot, local address, remote address, state, `tx_queue:rx_queue`, …; all hexadecimal. */
export function parseSendQueues(table: string, localPort: number): Map<string, number> {
  const queues = new Map<string, number>()
  const localSuffix = `:${localPort.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of table.split('\n')) {
    const [, local, remote, , queue] = line.trim().split(/\s+/)
    if (local === undefined || remote === undefined || queue === undefined || !local.endsWith(localSuffix)) continue
    const [address = '', port = ''] = remote.split(':')
    queues.set(`${parseAddress(address)} ${Number.parseInt(port, 16)}`, Number.parseInt(queue, 16))
  }
  return queues
}

/** Each word of four bytes is printed as a number of this machine, which on all common ones is little-endian. */
function parseAddress(hex: string): string {
  return renderAddress(Buffer.from(hex, 'hex').swap32())
}
