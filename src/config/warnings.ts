import type { ProviderOff } from './enabled-providers.js'
import { isLoopbackHost, resolveHost } from './resolve-host.js'
import type { ParsedConfig } from './schema.js'
import { nearest } from './schema-lookup.js'

const CAPABILITIES = ['tools', 'vision', 'documents', 'audio', 'json-schema', 'reasoning', 'embeddings']

/** What is allowed and probably not meant. */
export function configWarnings(config: ParsedConfig, off: readonly ProviderOff[]): readonly string[] {
  return [
    ...openToTheWorld(config),
    ...sharedAdminKey(config),
    ...lockedMetrics(config),
    ...idleSettings(config),
    ...modelWarnings(config, off),
    ...Object.entries(config.providers).flatMap(([name, provider]) => providerWarnings(name, provider)),
  ]
}

function openToTheWorld(config: ParsedConfig): readonly string[] {
  const host = resolveHost(config)
  if (config.auth.keys.length > 0 || isLoopbackHost(host)) return []
  return [
    `server.host is ${host} and there are no client keys: everybody who reaches this address can spend your money.`,
  ]
}

function sharedAdminKey({ auth }: ParsedConfig): readonly string[] {
  const same = auth.keys.find((key) => key.hash === auth.adminKeyHash)
  return same === undefined ? [] : [`auth.keys "${same.name}" is the admin key too.`]
}

function lockedMetrics(config: ParsedConfig): readonly string[] {
  const { auth, telemetry } = config
  const isReachable = auth.keys.length === 0 && isLoopbackHost(resolveHost(config))
  if (!telemetry.metricsAuth || auth.adminKeyHash !== null || isReachable) return []
  return ['telemetry.metricsAuth wants the admin key and there is none (auth.adminKeyHash): nobody can read /metrics.']
}

function idleSettings({ cache }: ParsedConfig): readonly string[] {
  const { cluster, sentinels } = cache.redis
  if (cache.store === 'redis' || (cluster.length === 0 && sentinels.length === 0)) return []
  return [`cache.redis names servers, but cache.store is ${cache.store}.`]
}

function modelWarnings({ models, providers }: ParsedConfig, off: readonly ProviderOff[]): readonly string[] {
  return models.flatMap(({ id, provider, capabilities }) => {
    const unknown = (capabilities ?? []).filter((name) => !CAPABILITIES.includes(name))
    const isOff = provider !== undefined && !Object.hasOwn(providers, provider)
    const reason = off.find(({ name }) => name === provider)?.reason ?? 'it is not configured'
    return [
      ...(isOff ? [`The model ${id} is not offered: its provider ${provider} is off (${reason}).`] : []),
      ...unknown.map((name) => {
        const near = nearest(name, CAPABILITIES)
        return `The model ${id} has the unknown capability "${name}"${near === undefined ? '' : ` (${near}?)`}.`
      }),
    ]
  })
}

function providerWarnings(name: string, provider: ParsedConfig['providers'][string]): readonly string[] {
  const { type, baseUrl, apiKey, proxy } = provider
  if (type === 'simulator') {
    const useless = Object.entries({ apiKey, baseUrl, proxy }).filter(([, value]) => value !== null)
    return useless.map(([key]) => `providers.${name}.${key} has no use: the simulator calls nobody.`)
  }
  if (type === 'openai' && baseUrl !== null && new URL(baseUrl).pathname === '/') {
    return [`providers.${name}.baseUrl has no path; for most OpenAI-compatible servers it ends in /v1.`]
  }
  return []
}
