import { loadUws } from '../../src/transport/uws.js'

const loads = await loadUws().then(
  () => true,
  () => false,
)
if (!loads) {
  console.warn(
    `uWebSockets.js has no binary for Node ${process.versions.node} here: NOT RUN over it, only over node:http. Use Node 20 or 22 for both.`,
  )
}

/** The transports that this platform and Node.js can run, for suites that hold both to the same behaviour. */
export const TRANSPORTS: readonly ('uws' | 'node')[] = loads ? ['uws', 'node'] : ['node']
