import { ConfigError, type ConfigProblem, countProblems } from './config-error.js'
import type { LoadedConfig } from './load.js'
import { isLoopbackHost, resolveHost } from './resolve-host.js'
import { diffRestartKeys, keepRestartKeys } from './restart-keys.js'
import type { Config } from './schema.js'

/** The configuration in force, and how the last try to replace it went. */
export interface ConfigHolder {
  current(): Config
  /**
   * Loads again. What is wrong changes nothing; what is right is swapped in as a whole, but for keys that take a
   * restart, which keep the values they run with. Never throws.
   */
  reload(): ReloadResult
  /** For `/health`, which anybody may read: without values and file names. */
  status(): ConfigStatus
  /** Called with each new configuration; throwing refuses it. Returns the way to stop it. */
  onChange(listener: (config: Config) => void): () => void
}

export type ReloadResult =
  | {
      readonly status: 'ok'
      /** False: the new configuration is the old one. */
      readonly changed: boolean
      /** Keys that differ from what runs and take a restart. */
      readonly restartKeys: readonly string[]
      readonly loaded: LoadedConfig
    }
  | {
      readonly status: 'error'
      /** For the log; holds no secrets. */
      readonly message: string
      readonly problems: readonly ConfigProblem[]
    }

export interface ConfigStatus {
  readonly status: 'ok' | 'error'
  readonly source: 'file' | 'defaults'
  readonly message: string | null
  /** Unix time in milliseconds of the last load. */
  readonly at: number
  readonly restartKeys: readonly string[]
}

export interface ConfigHolderOptions {
  readonly initial: LoadedConfig
  /** @throws ConfigError */
  readonly load: () => LoadedConfig
  /** Unix time in milliseconds. */
  readonly now: () => number
}

export function createConfigHolder({ initial, load, now }: ConfigHolderOptions): ConfigHolder {
  const listeners = new Set<(config: Config) => void>()
  const source = initial.file === null ? 'defaults' : 'file'
  /** What the sockets and stores were opened with. */
  const booted = initial.config
  let config = booted
  let status: ConfigStatus = { status: 'ok', source, message: null, at: now(), restartKeys: [] }

  function reject(message: string, forLog: string, problems: readonly ConfigProblem[]): ReloadResult {
    status = { ...status, status: 'error', message, at: now() }
    return { status: 'error', message: forLog, problems }
  }

  /** Swaps for all or for none: when a listener fails, those before it get the old configuration back. */
  function swap(next: Config): { readonly failure: unknown } | undefined {
    const previous = config
    config = next
    const done: ((config: Config) => void)[] = []
    try {
      for (const listener of listeners) {
        listener(next)
        done.push(listener)
      }
      return undefined
    } catch (failure) {
      config = previous
      for (const listener of done) listener(previous)
      return { failure }
    }
  }

  function tryLoad(): LoadedConfig | ReloadResult {
    try {
      return load()
    } catch (error) {
      if (error instanceof ConfigError) {
        const first = error.problems[0]?.path
        const more = first === undefined ? '' : `, the first at ${first}`
        return reject(`${countProblems(error.problems)}${more}; see the log`, error.message, error.problems)
      }
      return reject('The configuration could not be loaded; see the log', messageOf(error), [])
    }
  }

  return {
    current: () => config,
    status: () => status,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reload() {
      const loaded = tryLoad()
      if ('status' in loaded) return loaded
      const refusal = opensTheDoor(booted, loaded.config)
      if (refusal !== undefined) {
        const message = 'The last client key would go while the gateway listens on all addresses; restart it for that.'
        return reject(message, message, [refusal])
      }

      const next = keepRestartKeys(booted, loaded.config)
      const restartKeys = diffRestartKeys(booted, loaded.config)
      const changed = JSON.stringify(next) !== JSON.stringify(config)
      const failed = changed ? swap(next) : undefined
      if (failed !== undefined) {
        const forLog = `The new configuration could not be applied: ${messageOf(failed.failure)}`
        return reject('The new configuration could not be applied; see the log', forLog, [])
      }
      status = { status: 'ok', source, message: null, at: now(), restartKeys }
      return { status: 'ok', changed, restartKeys, loaded }
    },
  }
}

/** The socket stays where it is: without keys, `host: auto` would mean loopback, and this one is open to all. */
function opensTheDoor(booted: Config, next: Config): ConfigProblem | undefined {
  if (booted.server.host !== 'auto' || isLoopbackHost(resolveHost(booted)) || next.auth.keys.length > 0)
    return undefined
  return {
    path: 'auth.keys',
    expected: 'at least one client key while the gateway listens on all addresses',
    found: 'none',
    hint: 'Restart the gateway to open it on this machine alone.',
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
