import { join, resolve } from 'node:path'
import { homeOf } from './data-dir.js'
import type { Environment } from './interpolate.js'
import type { ParsedConfig } from './schema.js'

/** Makes the file names of a configuration absolute: relative ones start at `directory`, `~/` at home. */
export function resolveFileNames(config: ParsedConfig, directory: string, env: Environment): ParsedConfig {
  const absolute = (name: string): string =>
    name === '~' || name.startsWith('~/') ? join(homeOf(env), name.slice(1)) : resolve(directory, name)
  const { tls, dataDir } = config.server
  const providers = Object.entries(config.providers).map(([name, provider]) => [
    name,
    { ...provider, caFile: provider.caFile === null ? null : absolute(provider.caFile) },
  ])
  return {
    ...config,
    server: {
      ...config.server,
      tls: tls === null ? null : { cert: absolute(tls.cert), key: absolute(tls.key) },
      dataDir: dataDir === null ? null : absolute(dataDir),
    },
    providers: Object.fromEntries(providers),
  }
}
