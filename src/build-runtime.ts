import { createKeyRing, type KeyRing } from './attempts/key-ring.js'
import { buildCatalogue, type CatalogueProvider, type ConfiguredModel } from './catalogue/build-catalogue.js'
import { routableId } from './catalogue/find-unknown-models.js'
import { createPriceList } from './catalogue/price-list.js'
import { createModelDirectory, findModel, type ModelDirectory } from './catalogue/resolve-model.js'
import { readShippedModels, type ShippedModel } from './catalogue/shipped-models.js'
import { baseUrlOf, isOfficialBaseUrl } from './config/base-url.js'
import type { Config, ProviderConfig } from './config/schema.js'
import type { ModelSpec } from './core/model-spec.js'
import { picoUsdOf } from './core/money/money.js'
import { packageRoot } from './package-root.js'
import type { CacheRules } from './pipeline/cached/cache-rules.js'
import type { ProviderRuntime, Runtime } from './pipeline/deps.js'
import { anthropicProvider } from './providers/anthropic/adapter.js'
import { geminiProvider } from './providers/gemini/adapter.js'
import { openaiProvider } from './providers/openai/adapter.js'
import type { ProviderAdapter, ProviderType } from './providers/provider.js'
import { simulatorProvider } from './providers/simulator/adapter.js'
import type { HttpUpstreamOptions } from './upstream/http-upstream.js'
import { createUpstreamRegistry, type NamedUpstream } from './upstream/registry.js'
import { createSimulatorUpstream } from './upstream/simulator.js'
import type { Upstream } from './upstream/upstream.js'

const ADAPTERS: Readonly<Record<ProviderType, ProviderAdapter>> = {
  anthropic: anthropicProvider,
  gemini: geminiProvider,
  openai: openaiProvider,
  simulator: simulatorProvider,
}

/** Builds each configuration's view of the world; providers that did not change keep their connections. */
export interface RuntimeBuilder {
  build(config: Config): Runtime
  close(): Promise<void>
}

/** @param localModels what the gateway serves itself */
export function createRuntimeBuilder(nowEpochMs: () => number, localModels: readonly ModelSpec[] = []): RuntimeBuilder {
  const shipped = readShippedModels(packageRoot())
  const registry = createUpstreamRegistry()
  const simulator = createSimulatorUpstream(nowEpochMs)

  let rings: ReadonlyMap<string, KeyRing> = new Map()

  function upstreamOf(name: string): Upstream {
    return registry.get(name) ?? simulator
  }

  /** The same keys stay one ring, so that a reload does not forget which of them rest. */
  function ringOf(name: string, keys: readonly string[], next: Map<string, KeyRing>): KeyRing {
    const id = JSON.stringify([name, keys])
    const ring = rings.get(id) ?? createKeyRing(keys)
    next.set(id, ring)
    return ring
  }

  return {
    build(config) {
      registry.update(httpUpstreams(config))
      const providers = new Map<string, ProviderRuntime>()
      const nextRings = new Map<string, KeyRing>()
      for (const [name, provider] of Object.entries(config.providers)) {
        const keys = keysOf(provider)
        const headers = keys.map((key) => keyHeaders(provider.type, key))
        providers.set(name, {
          name,
          adapter: ADAPTERS[provider.type],
          upstream: upstreamOf(name),
          keys: ringOf(name, keys, nextRings),
          headersOf: (key) => (key === undefined ? NO_HEADERS : (headers[key.position] ?? NO_HEADERS)),
        })
      }
      rings = nextRings
      const { connectMs: _connectMs, ...timeouts } = config.timeouts
      const models = directoryOf(config, shipped, localModels)
      return {
        models,
        providers,
        auto: configuredPair(config, models),
        target: config.routing.target,
        attempts: config.attempts,
        fallbacks: fallbacksOf(config, models),
        escalate: config.routing.escalate,
        sticky: config.routing.sticky,
        timeouts,
        strict: config.strict,
        maxConcurrentRequests: config.server.maxConcurrentRequests,
        // Both to the millionth of a dollar.
        assumedPerToken: picoUsdOf(config.auth.assumedUsdPerMTok) / 1_000_000n,
        cache: cacheRules(config),
        logPrompts: config.telemetry.logPrompts,
      }
    },
    async close() {
      await Promise.all([registry.close(), simulator.close()])
    },
  }
}

/** The models a configuration offers, without anything that could call them. */
export function createDirectory(config: Config, localModels: readonly ModelSpec[] = []): ModelDirectory {
  return directoryOf(config, readShippedModels(packageRoot()), localModels)
}

function directoryOf(
  config: Config,
  shipped: readonly ShippedModel[],
  localModels: readonly ModelSpec[],
): ModelDirectory {
  const providers = catalogueProviders(config)
  const listPrices = createPriceList(shipped, providers)
  const catalogue = buildCatalogue(shipped, providers, configuredModels(config), listPrices)
  // A model that the configuration calls the same goes first.
  const own = localModels.filter((model) => catalogue.every((spec) => spec.id !== model.id))
  return createModelDirectory([...catalogue, ...own], Object.keys(config.providers), config.aliases, listPrices)
}

/** By id. A name that leads nowhere stays as it is, and routing says so. */
export function configuredPair({ routing: { auto } }: Config, models: ModelDirectory): Runtime['auto'] {
  const idOf = (name: string | null): string | null => (name === null ? null : (routableId(name, models) ?? name))
  return { ...auto, cheap: idOf(auto.cheap), strong: idOf(auto.strong) }
}

function cacheRules({ cache }: Config): CacheRules {
  return {
    off: cache.store === 'off',
    ttlMs: cache.ttlSeconds * 1000,
    maxTemperature: cache.maxTemperature,
    excludeModels: new Set(cache.excludeModels),
    storePrompts: cache.storePrompts,
    semantic: cache.semantic,
    replay: cache.replay,
  }
}

/** All providers but simulators, which need no way to anywhere. */
function httpUpstreams(config: Config): readonly NamedUpstream[] {
  return Object.entries(config.providers).flatMap(([name, provider]) => {
    const { type } = provider
    if (type === 'simulator') return []
    const options: HttpUpstreamOptions = {
      baseUrl: baseUrlOf(type, provider.baseUrl),
      headers: provider.headers,
      connectTimeoutMs: config.timeouts.connectMs,
      proxy: provider.proxy,
      caFile: provider.caFile,
    }
    return [{ name, options }]
  })
}

function fallbacksOf({ routing }: Config, models: ModelDirectory): Runtime['fallbacks'] {
  const specsOf = (names: readonly string[]): readonly ModelSpec[] =>
    names.flatMap((name) => {
      const found = findModel(name, models)
      return found?.kind === 'pinned' ? [found.spec] : []
    })
  return new Map(
    Object.entries(routing.fallbacks).flatMap(([name, list]) => specsOf([name]).map(({ id }) => [id, specsOf(list)])),
  )
}

function keysOf({ apiKey, apiKeys, type }: ProviderConfig): readonly string[] {
  if (type === 'simulator') return []
  return [...new Set([...(apiKey === null ? [] : [apiKey]), ...apiKeys])]
}

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** Where a provider looks for its key. */
export function keyHeaders(type: ProviderType, key: string): Readonly<Record<string, string>> {
  switch (type) {
    case 'anthropic':
      return { 'x-api-key': key }
    case 'gemini':
      return { 'x-goog-api-key': key }
    case 'openai':
      return { authorization: `Bearer ${key}` }
    case 'simulator':
      return NO_HEADERS
  }
}

function catalogueProviders(config: Config): readonly CatalogueProvider[] {
  return Object.entries(config.providers).map(([name, { type, baseUrl, models }]) => ({
    name,
    type,
    official: baseUrl === undefined || baseUrl === null || isOfficialBaseUrl(type, baseUrl),
    models,
  }))
}

function configuredModels(config: Config): readonly ConfiguredModel[] {
  return config.models.map(({ price, ...model }) => ({
    ...model,
    ...(price !== undefined && price !== null && { price }),
  }))
}
