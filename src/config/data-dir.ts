import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Environment } from './interpolate.js'
import type { Config } from './schema.js'

/** Where the gateway keeps its data: as configured, else the place the XDG base directories give it. */
export function resolveDataDir(config: Pick<Config, 'server'>, env: Environment): string {
  if (config.server.dataDir !== null) return config.server.dataDir
  const dataHome = env.XDG_DATA_HOME
  // The XDG specification says to ignore relative ones.
  if (dataHome !== undefined && isAbsolute(dataHome)) return join(dataHome, 'llmrouter')
  return join(homeOf(env), '.local', 'share', 'llmrouter')
}

/** The home folder of this environment, which need not be that of the process. */
export function homeOf(env: Environment): string {
  return env.HOME === undefined || env.HOME === '' ? homedir() : env.HOME
}
