import { resolveHost } from '../config/resolve-host.js'
import type { Config } from '../config/schema.js'

/** Where the gateway of this configuration listens, seen from the same machine. */
export function gatewayUrl(config: Config): string {
  const host = resolveHost(config)
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const scheme = config.server.tls === null ? 'http' : 'https'
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${config.server.port}`
}
