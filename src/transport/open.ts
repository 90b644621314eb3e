import { listenNode } from './node-http.js'
import type { ListenOptions, Transport } from './transport.js'
import { listenUws, loadUws } from './uws.js'

export type TransportChoice = 'auto' | 'uws' | 'node'

interface OpenedTransport {
  readonly transport: Transport
  /** Why uWebSockets.js does not serve although it was wanted. */
  readonly fallbackReason?: string
}

/**
 * Starts the server on uWebSockets.js, or on node:http where that has no binary for this platform and Node.js.
 * @throws as `Listen` does; with `'uws'` also when the binary does not load.
 */
export async function openTransport(
  options: ListenOptions,
  preferred: TransportChoice = 'auto',
): Promise<OpenedTransport> {
  if (preferred === 'node') return { transport: await listenNode(options) }
  if (preferred === 'auto') {
    const fallbackReason = await whyNotUws()
    if (fallbackReason !== undefined) return { transport: await listenNode(options), fallbackReason }
  }
  return { transport: await listenUws(options) }
}

async function whyNotUws(): Promise<string | undefined> {
  try {
    await loadUws()
    return undefined
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return text.split('\n', 1)[0]
  }
}
