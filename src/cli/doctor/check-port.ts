import { resolveHost } from '../../config/resolve-host.js'
import type { Config } from '../../config/schema.js'
import { listenError, probeListen } from '../../transport/listen-error.js'
import { gatewayUrl } from '../gateway-url.js'
import { askHealth } from './ask-health.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

export interface PortExamined {
  readonly diagnosis: Diagnosis
  /** A gateway of ours has it already. */
  readonly isOurs: boolean
}

/** Free, or served by a gateway of ours. */
export async function checkPort(config: Config): Promise<PortExamined> {
  const host = resolveHost(config)
  const { port } = config.server
  if (port === 0) return { diagnosis: ok('port', `any free one on ${host}`), isOurs: false }
  const cause = await probeListen(host, port)
  if (cause === undefined) return { diagnosis: ok('port', `${host}:${port} is free`), isOurs: false }
  const health = cause.code === 'EADDRINUSE' ? await askHealth(gatewayUrl(config)) : undefined
  if (health === undefined) return { diagnosis: unusable('port', host, port, cause), isOurs: false }
  const message = `${host}:${port} is served by llmrouter ${health.version}`
  if (health.status === 'ok') return { diagnosis: ok('port', message), isOurs: true }
  const fix = `Look at ${gatewayUrl(config)}/health and into its log.`
  return { diagnosis: warn('port', `${message}, which says it is ${health.status}`, fix), isOurs: true }
}

/** Undefined: it has no port of its own, or the gateway that serves has it. */
export async function checkMetricsPort(config: Config, isServing: boolean): Promise<Diagnosis | undefined> {
  const port = config.telemetry.metricsPort
  if (port === null || port === 0 || isServing) return undefined
  const host = resolveHost(config)
  const cause = await probeListen(host, port)
  return cause === undefined
    ? ok('metrics port', `${host}:${port} is free`)
    : unusable('metrics port', host, port, cause)
}

function unusable(name: string, host: string, port: number, cause: NodeJS.ErrnoException): Diagnosis {
  const [what = '', ...help] = messageOf(listenError(host, port, cause)).split('. ')
  return fail(name, what.replace(/\.$/, ''), help.join('. ') || 'Choose another address (server.host, server.port).')
}
