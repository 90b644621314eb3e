import { type ConfigPath, formatPath, pathKey, valueAt } from './config-path.js'
import type { Environment } from './interpolate.js'
import { maskUrl } from './secrets.js'

/** The providers that a key in the environment turns on, and which variables may hold what. */
export const ENVIRONMENT_PROVIDERS = [
  { name: 'anthropic', type: 'anthropic', keys: ['ANTHROPIC_API_KEY'], urls: ['ANTHROPIC_BASE_URL'] },
  {
    name: 'google',
    type: 'gemini',
    keys: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    urls: ['GOOGLE_BASE_URL', 'GEMINI_BASE_URL'],
  },
  { name: 'openai', type: 'openai', keys: ['OPENAI_API_KEY'], urls: ['OPENAI_BASE_URL'] },
] as const

/**
 * Variables that win over the file, as deployments expect: the same file, another port. The places they set are
 * `null` or absent in most files.
 */
const OVERRIDES: readonly (readonly [variable: string, path: ConfigPath])[] = [
  ['PORT', ['server', 'port']],
  ['HOST', ['server', 'host']],
  ['LLMROUTER_DATA_DIR', ['server', 'dataDir']],
  ['LLMROUTER_CACHE_STORE', ['cache', 'store']],
  ['REDIS_URL', ['cache', 'redis', 'url']],
  ['LOG_LEVEL', ['telemetry', 'logLevel']],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', ['telemetry', 'otlpEndpoint']],
]

export interface EnvironmentOverlay {
  readonly tree: unknown
  /** Which variable a value comes from, by `pathKey`. */
  readonly variables: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
  readonly providersOff: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * Lays the environment over a parsed file. `PORT`, `HOST`, `LOG_LEVEL`, `REDIS_URL`, `LLMROUTER_DATA_DIR`,
 * `LLMROUTER_CACHE_STORE` and `OTEL_EXPORTER_OTLP_ENDPOINT` win over the file; a provider of the file wins over the environment's of the same name.
 */
export function overlayEnvironment(file: unknown, env: Environment): EnvironmentOverlay {
  const tree = structuredClone(file)
  const variables = new Map<string, string>()
  const warnings: string[] = []
  const providersOff: { name: string; reason: string }[] = []

  /** Does nothing where the file has something else than a mapping on the way: that is a problem of its own. */
  function set(path: ConfigPath, value: string, variable: string): void {
    if (setAt(tree, path, value)) variables.set(pathKey(path), variable)
  }

  for (const [variable, path] of OVERRIDES) {
    const value = read(env, variable)
    if (value === undefined) continue
    const stated = valueAt(file, path)
    const given = variable === 'LOG_LEVEL' || variable === 'LLMROUTER_CACHE_STORE' ? value.toLowerCase() : value
    if (stated !== undefined && stated !== null && String(stated) !== given) {
      warnings.push(`${variable} of the environment overrides ${formatPath(path)} of the configuration file.`)
    }
    set(path, given, variable)
  }
  chooseRedis()
  for (const provider of ENVIRONMENT_PROVIDERS) addProvider(provider)
  return { tree, variables, warnings, providersOff }

  function chooseRedis(): void {
    if (read(env, 'REDIS_URL') === undefined || read(env, 'LLMROUTER_CACHE_STORE') !== undefined) return
    const stated = valueAt(file, ['cache', 'store'])
    if (stated === undefined || stated === null) setAt(tree, ['cache', 'store'], 'redis')
    else if (stated !== 'redis')
      warnings.push('REDIS_URL is set, but cache.store of the configuration file is not redis.')
  }

  function addProvider({ name, type, keys, urls }: (typeof ENVIRONMENT_PROVIDERS)[number]): void {
    const key = firstSet(env, keys)
    const url = firstSet(env, urls)
    for (const chosen of [key, url]) {
      if (chosen?.ignored === undefined) continue
      warnings.push(`${chosen.variable} and ${chosen.ignored} differ; ${chosen.variable} is used.`)
    }
    const stated = valueAt(file, ['providers', name])
    if (stated !== undefined) {
      completeStated(name, type, stated, key, url)
    } else if (key !== undefined) {
      setAt(tree, ['providers', name, 'type'], type)
      set(['providers', name, 'apiKey'], key.value, key.variable)
      if (url !== undefined) set(['providers', name, 'baseUrl'], url.value, url.variable)
    } else if (url !== undefined) {
      providersOff.push({ name, reason: `${url.variable} is set, but ${keys.join(' or ')} is not` })
    }
  }

  /**
   * Fills in what an entry of the file leaves open. One that names an address of its own never gets the environment's
   * key: it may be another company's server.
   */
  function completeStated(name: string, type: string, stated: unknown, key?: Found, url?: Found): void {
    if (valueAt(stated, ['type']) !== type) return
    const address = valueAt(stated, ['baseUrl'])
    const isElsewhere = address !== undefined && address !== null
    if (url !== undefined && !isElsewhere) set(['providers', name, 'baseUrl'], url.value, url.variable)
    if (key === undefined || statesKey(stated)) return
    if (isElsewhere) {
      const place = typeof address === 'string' ? maskUrl(address) : 'its baseUrl'
      warnings.push(
        `${key.variable} is not sent to ${place}: write apiKey: "\${${key.variable}}" in providers.${name} if it should be.`,
      )
    } else {
      set(['providers', name, 'apiKey'], key.value, key.variable)
    }
  }
}

/** An unset variable in the file is a statement too; `interpolate` has removed it, but leaves the key. */
function statesKey(provider: unknown): boolean {
  return ['apiKey', 'apiKeys'].some(
    (key) => typeof provider === 'object' && provider !== null && Object.hasOwn(provider, key),
  )
}

interface Found {
  readonly variable: string
  readonly value: string
  /** Another name for the same thing, set to something else. */
  readonly ignored: string | undefined
}

function firstSet(env: Environment, variables: readonly string[]): Found | undefined {
  const set = variables.flatMap((variable) => {
    const value = read(env, variable)
    return value === undefined ? [] : [{ variable, value }]
  })
  const [first, ...others] = set
  if (first === undefined) return undefined
  return { ...first, ignored: others.find(({ value }) => value !== first.value)?.variable }
}

/** An empty variable counts as unset: that is how compose files pass on what nobody has set. */
export function read(env: Environment, variable: string): string | undefined {
  const value = env[variable]?.trim()
  return value === '' ? undefined : value
}

function setAt(root: unknown, path: ConfigPath, value: string): boolean {
  let place = root
  for (const step of path.slice(0, -1)) {
    if (typeof place !== 'object' || place === null || Array.isArray(place)) return false
    const next: unknown = Reflect.get(place, step)
    if (next === undefined || next === null) Reflect.set(place, step, {})
    place = Reflect.get(place, step)
  }
  const last = path.at(-1)
  if (last === undefined || typeof place !== 'object' || place === null || Array.isArray(place)) return false
  return Reflect.set(place, last, value)
}
