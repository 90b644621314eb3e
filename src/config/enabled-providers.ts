import { isOfficialBaseUrl, normaliseBaseUrl } from './base-url.js'
import type { ParsedConfig } from './schema.js'

type Providers = ParsedConfig['providers']

export interface ProviderOff {
  readonly name: string
  readonly reason: string
}

/** The simulator, as if the file had it. */
const SIMULATOR: Providers[string] = {
  type: 'simulator',
  apiKey: null,
  apiKeys: [],
  baseUrl: null,
  headers: {},
  proxy: null,
  caFile: null,
  models: [],
}

/**
 * Leaves out the providers that cannot be called for want of a key; if none is left, the simulator answers.
 * @param missingKeys variables that a provider's keys name and that are not set
 */
export function enabledProviders(
  configured: Providers,
  missingKeys: ReadonlyMap<string, readonly string[]>,
): { readonly providers: Providers; readonly off: readonly ProviderOff[]; readonly standIn: boolean } {
  const off: ProviderOff[] = []
  const on: [string, Providers[string]][] = []
  for (const [name, provider] of Object.entries(configured)) {
    const usable = normaliseProvider(provider)
    const reason = reasonToBeOff(usable, missingKeys.get(name) ?? [])
    if (reason === undefined) on.push([name, usable])
    else off.push({ name, reason })
  }
  const standIn = on.length === 0
  return { providers: Object.fromEntries(standIn ? [['simulator', SIMULATOR]] : on), off, standIn }
}

function normaliseProvider(provider: Providers[string]): Providers[string] {
  const { type, apiKey, apiKeys, baseUrl } = provider
  return {
    ...provider,
    apiKey: apiKey === '' ? null : apiKey,
    apiKeys: [...new Set(apiKeys.filter((key) => key !== ''))],
    // The vendor's own address, written out, is no other server.
    baseUrl: baseUrl === null || isOfficialBaseUrl(type, baseUrl) ? null : normaliseBaseUrl(type, baseUrl),
  }
}

function reasonToBeOff(provider: Providers[string], missing: readonly string[]): string | undefined {
  if (provider.type === 'simulator' || provider.apiKey !== null || provider.apiKeys.length > 0) return undefined
  if (missing.length > 0) return `${[...new Set(missing)].join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`
  // Servers of one's own often want no key.
  return provider.baseUrl === null ? 'it has no apiKey' : undefined
}
