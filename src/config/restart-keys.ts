import { formatPath, valueAt } from './config-path.js'
import { resolveHost } from './resolve-host.js'
import type { Config } from './schema.js'

/** What is only looked at when the gateway starts. */
const RESTART_PATHS = [
  ['server', 'host'],
  ['server', 'port'],
  ['server', 'maxBodyBytes'],
  ['server', 'stalledClientMs'],
  ['server', 'tls'],
  ['server', 'dataDir'],
  ['cache', 'store'],
  ['cache', 'redis'],
  ['cache', 'encryptionKey'],
  ['inference', 'threads'],
  ['inference', 'embedder'],
  ['inference', 'mirror'],
  ['telemetry', 'metricsPort'],
  ['telemetry', 'otlpEndpoint'],
] as const

/** The keys whose change takes a restart, as paths: `server.port`. */
export function diffRestartKeys(running: Config, next: Config): readonly string[] {
  const changed = RESTART_PATHS.filter((path) => !sameData(valueAt(running, path), valueAt(next, path))).map(formatPath)
  // `host: auto` follows the client keys.
  const movesHost = !changed.includes('server.host') && resolveHost(running) !== resolveHost(next)
  return movesHost ? ['server.host', ...changed] : changed
}

/** Key order counts, and is always that of the schema. */
function sameData(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The next configuration, with everything that takes a restart left as it runs. */
export function keepRestartKeys(running: Config, next: Config): Config {
  const kept = {
    ...next,
    server: { ...next.server },
    cache: { ...next.cache },
    inference: { ...next.inference },
    telemetry: { ...next.telemetry },
  }
  for (const [section, key] of RESTART_PATHS) {
    Object.assign(kept[section], { [key]: valueAt(running, [section, key]) })
  }
  for (const section of Object.values(kept)) Object.freeze(section)
  return Object.freeze(kept)
}
