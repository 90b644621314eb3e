/** A gateway that is watched at work, or not. `node gateway-process.js CONFIG watched|unwatched` */
import { loadConfig } from '../../src/config/load.js'
import { startGateway } from '../../src/main.js'
import { createLogger } from '../../src/telemetry/log.js'

const [file, how] = process.argv.slice(2)
const { config } = loadConfig({ file, env: {}, cwd: process.cwd() })
await startGateway({
  config,
  log: createLogger('info'),
  configStatus: () => ({ status: 'ok' }),
  isUnwatched: how === 'unwatched',
})
