import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { freePort, startChild, waitUntilReady } from '../load/child-processes.js'
import type { BenchPart, PartContext } from '../parts/part.js'
import { NETWORK_NAMES } from './networks.js'
import { runPoolProcess } from './run-pool-process.js'
import { startPooledGateway } from './start-pooled-gateway.js'

const TABLE = 'from the start of the process, ms'
const READY = { label: 'ready', digits: 0 }
const GATEWAY = 'llmrouter serve, until /ready'
const POOLED = 'gateway and pool of bundled int8, 1 thread'
const READY_TIMEOUT_MS = 20_000

/** Files are in the page cache after the first round, as they are when a gateway is restarted. */
export const coldPart: BenchPart = {
  name: 'cold',
  about: 'how long a start takes until all models are loaded and warm',
  async run(context) {
    const { rounds, workDir, figures } = context
    for (let round = 0; round < rounds; round++) {
      for (const name of NETWORK_NAMES) {
        for (const threads of [1, 2]) {
          const { readyMs } = await runPoolProcess(name, threads, workDir)
          figures.add(TABLE, `pool of ${name}, ${threads} thread${threads === 1 ? '' : 's'}`, READY, readyMs)
        }
      }
      await measurePooledGateway(context)
      await measureGateway(context)
    }
    for (const subject of [POOLED, GATEWAY])
      figures.expect({ table: TABLE, subject, column: READY, sense: 'at most', limit: 2000 })
  },
}

async function measurePooledGateway({ workDir, figures }: PartContext): Promise<void> {
  const gateway = await startPooledGateway({
    network: 'bundled int8',
    threads: 1,
    upstream: 'http://127.0.0.1:9',
    cpu: undefined,
    workDir,
  })
  figures.add(TABLE, POOLED, READY, gateway.readyMs)
  await gateway.stop()
}

/** As users start it, with whatever models it comes with. */
async function measureGateway({ workDir, figures }: PartContext): Promise<void> {
  const port = await freePort()
  const folder = mkdtempSync(join(workDir, 'serve-'))
  const configFile = join(folder, 'llmrouter.yaml')
  writeFileSync(configFile, `server: { host: 127.0.0.1, port: ${port}, dataDir: "${folder}/data" }\n`)
  const startedMs = performance.now()
  const child = startChild({
    name: 'gateway',
    command: [
      process.execPath,
      '--max-semi-space-size=64',
      join(packageRoot(), 'bin/llmrouter.js'),
      'serve',
      '--config',
      configFile,
    ],
    cpu: undefined,
    cwd: folder,
    logFile: join(folder, 'output.log'),
  })
  figures.add(
    TABLE,
    GATEWAY,
    READY,
    await waitUntilReady(child, `http://127.0.0.1:${port}/ready`, startedMs, READY_TIMEOUT_MS),
  )
  await child.stop()
}
