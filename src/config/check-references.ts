import type { Finding } from './config-error.js'
import type { ConfigPath } from './config-path.js'
import { ENVIRONMENT_PROVIDERS } from './environment.js'
import type { ParsedConfig } from './schema.js'
import { nearest } from './schema-lookup.js'

/** The name clients use to be routed. */
const ROUTED = 'auto'

/** What is not a provider, and stands in a provider's place all the same. */
const TAKEN_NAMES: Readonly<Record<string, string>> = {
  cache: 'which has a meaning in metrics',
  llmrouter: "the gateway's own name, under which its own embedding model is listed",
}

/** Of the connection or of the body: the gateway sets these itself. */
const RESERVED_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What single values cannot show: names that collide, lead nowhere, or lead to themselves. */
export function checkReferences(config: ParsedConfig, providerNames: readonly string[]): readonly Finding[] {
  return [
    ...checkKeys(config.auth.keys),
    ...checkProviders(config.providers),
    ...checkModels(config.models, providerNames),
    ...checkAliases(config, providerNames),
    ...checkRouting(config),
    ...checkRedis(config.cache),
    ...checkPorts(config),
  ]
}

function checkKeys(keys: ParsedConfig['auth']['keys']): readonly Finding[] {
  const names = repeated(keys.map((key) => key.name))
  const hashes = repeated(keys.map((key) => key.hash))
  return [
    ...names.map(({ index, first }) => ({
      at: ['auth', 'keys', index, 'name'],
      expected: 'a name of its own',
      found: `the name of auth.keys[${first}]`,
    })),
    ...hashes.map(({ index, first }) => ({
      at: ['auth', 'keys', index, 'hash'],
      expected: 'a key of its own',
      found: `the key of auth.keys[${first}]`,
    })),
  ]
}

/** Later ones that equal an earlier one. */
function repeated(values: readonly string[]): readonly { index: number; first: number }[] {
  const firsts = new Map<string, number>()
  return values
    .map((value, index) => {
      const first = firsts.get(value) ?? index
      firsts.set(value, first)
      return { index, first }
    })
    .filter(({ index, first }) => first < index)
}

function checkProviders(providers: ParsedConfig['providers']): readonly Finding[] {
  return Object.entries(providers).flatMap(([name, provider]) => {
    const at = ['providers', name]
    return [
      ...checkProviderName(name, provider.type),
      ...checkBaseUrl([...at, 'baseUrl'], provider.baseUrl),
      ...checkHeaders([...at, 'headers'], provider.headers),
      ...repeated(provider.models).map(({ index, first }) => ({
        at: [...at, 'models', index],
        expected: 'a model that is not in the list yet',
        found: `the model at [${first}] again`,
      })),
    ]
  })
}

function checkProviderName(name: string, type: string): readonly Finding[] {
  if (Object.hasOwn(TAKEN_NAMES, name)) {
    return [{ at: ['providers', name], expected: 'another name', found: `"${name}", ${TAKEN_NAMES[name]}` }]
  }
  if (name === 'simulator' && type !== 'simulator') {
    const found = `type ${type}`
    return [{ at: ['providers', name, 'type'], expected: 'simulator for a provider of this name', found }]
  }
  return []
}

function checkBaseUrl(at: ConfigPath, baseUrl: string | null): readonly Finding[] {
  if (baseUrl === null) return []
  const { pathname, search, hash } = new URL(baseUrl)
  if (search !== '' || hash !== '') {
    return [{ at, expected: 'a URL to which paths can be appended', found: 'one with a "?" or "#"' }]
  }
  const endpoint = /\/(?:chat\/completions|messages|models|completions|embeddings|responses)\/*$/.exec(pathname)?.[0]
  if (endpoint === undefined) return []
  return [
    { at, expected: 'the URL before the endpoint', found: `one that ends in ${endpoint}`, hint: 'Leave that off.' },
  ]
}

function checkHeaders(at: ConfigPath, headers: Readonly<Record<string, string>>): readonly Finding[] {
  const names = Object.keys(headers)
  const lower = names.map((name) => name.toLowerCase())
  return [
    ...names
      .filter((name) => RESERVED_HEADERS.has(name.toLowerCase()))
      .map((name) => ({ at: [...at, name], expected: 'another header', found: 'one that the gateway sets itself' })),
    ...repeated(lower).map(({ index }) => ({
      at: [...at, names[index] ?? ''],
      expected: 'each header once',
      found: 'the same name in another case',
    })),
  ]
}

function checkModels(models: ParsedConfig['models'], providerNames: readonly string[]): readonly Finding[] {
  return [
    ...repeated(models.map((model) => model.id)).map(({ index, first }) => ({
      at: ['models', index, 'id'],
      expected: 'an id of its own',
      found: `the id of models[${first}]`,
    })),
    ...models.flatMap(({ id, provider }, index) => {
      const findings: Finding[] = []
      if (id === ROUTED) findings.push({ at: ['models', index, 'id'], expected: 'another id', found: AUTO_IS_TAKEN })
      if (provider !== undefined && !providerNames.includes(provider)) {
        const near = nearest(provider, providerNames)
        findings.push({
          at: ['models', index, 'provider'],
          expected: `one of the providers ${providerNames.join(', ')}`,
          found: `"${provider}"`,
          ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
        })
      }
      return findings
    }),
  ]
}

const AUTO_IS_TAKEN = '"auto", the name of routing itself'

function checkAliases(config: ParsedConfig, providerNames: readonly string[]): readonly Finding[] {
  const { aliases, models } = config
  return Object.entries(aliases).flatMap(([alias, target]): readonly Finding[] => {
    const at = ['aliases', alias]
    const prefix = alias.slice(0, Math.max(alias.indexOf('/'), 0))
    if (alias === ROUTED) return [{ at, expected: 'another name', found: AUTO_IS_TAKEN }]
    if (target === alias) return [{ at, expected: 'a model', found: 'the alias itself' }]
    if (models.some((model) => model.id === alias)) {
      return [{ at, expected: 'a name of its own', found: 'the id of a model in models' }]
    }
    if (providerNames.includes(prefix)) {
      return [{ at, expected: 'a name that is no address', found: `one that starts like a model of "${prefix}"` }]
    }
    if (Object.hasOwn(aliases, target)) {
      return [{ at, expected: 'a model', found: `another alias, "${target}"`, hint: 'Name the model itself.' }]
    }
    return []
  })
}

function checkRouting({ routing, aliases }: ParsedConfig): readonly Finding[] {
  const modelOf = (name: string): string =>
    name !== ROUTED && Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name
  const { cheap, strong } = routing.auto
  const findings: Finding[] = []
  for (const [key, name] of Object.entries({ cheap, strong })) {
    if (name === null || modelOf(name) !== ROUTED) continue
    findings.push({ at: ['routing', 'auto', key], expected: 'a model', found: 'a name for routing itself' })
  }
  if (cheap !== null && strong !== null && modelOf(cheap) === modelOf(strong)) {
    findings.push({ at: ['routing', 'auto', 'strong'], expected: 'another model than cheap', found: 'the same' })
  }
  return [...findings, ...checkFallbacks(routing.fallbacks, modelOf)]
}

function checkFallbacks(
  fallbacks: ParsedConfig['routing']['fallbacks'],
  modelOf: (name: string) => string,
): readonly Finding[] {
  const models = Object.keys(fallbacks).map(modelOf)
  return Object.entries(fallbacks).flatMap(([model, list], position): readonly Finding[] => {
    const at = ['routing', 'fallbacks', model]
    const findings: Finding[] = []
    if (modelOf(model) === ROUTED) findings.push({ at, expected: 'a model', found: 'a name for routing itself' })
    else if (models.indexOf(modelOf(model)) < position) {
      findings.push({ at, expected: 'each model once', found: 'another name of a model that has fallbacks already' })
    }
    list.forEach((fallback, index) => {
      const target = modelOf(fallback)
      const found =
        target === ROUTED
          ? 'a name for routing itself'
          : target === modelOf(model)
            ? 'the model itself'
            : list.findIndex((other) => modelOf(other) === target) < index
              ? 'a model that stands there already'
              : undefined
      if (found !== undefined) findings.push({ at: [...at, index], expected: 'another model', found })
    })
    return findings
  })
}

function checkRedis({ redis }: ParsedConfig['cache']): readonly Finding[] {
  const at = ['cache', 'redis']
  const findings: Finding[] = []
  if (redis.cluster.length > 0 && redis.sentinels.length > 0) {
    findings.push({ at: [...at, 'sentinels'], expected: 'either cluster or sentinels', found: 'both' })
  }
  if (redis.sentinels.length > 0 && redis.sentinelName === null) {
    findings.push({ at: [...at, 'sentinelName'], expected: 'the name the sentinels watch', found: 'null' })
  }
  if (redis.sentinels.length === 0 && redis.sentinelName !== null) {
    findings.push({
      at: [...at, 'sentinels'],
      expected: 'a list of sentinels, as there is a sentinelName',
      found: 'none',
    })
  }
  return findings
}

function checkPorts({ server, telemetry }: ParsedConfig): readonly Finding[] {
  if (telemetry.metricsPort === null || telemetry.metricsPort === 0 || telemetry.metricsPort !== server.port) return []
  return [{ at: ['telemetry', 'metricsPort'], expected: 'another port than server.port', found: String(server.port) }]
}

/** Providers that may be named whether or not they are on just now. */
export function nameableProviders(configured: readonly string[]): readonly string[] {
  const builtIn = [...ENVIRONMENT_PROVIDERS.map(({ name }) => name), 'simulator']
  return [...new Set([...configured, ...builtIn])]
}
