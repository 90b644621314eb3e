import type { ProviderType } from './schema.js'

/** The vendors' own addresses, in the form their official SDKs take them. */
const OFFICIAL_BASE_URLS: Readonly<Record<Exclude<ProviderType, 'simulator'>, string>> = {
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
  openai: 'https://api.openai.com/v1',
}

/**
 * A base URL to which the provider's paths are appended: no slash at the end and, but for OpenAI's, no version, which
 * is part of the paths.
 */
export function normaliseBaseUrl(type: ProviderType, url: string): string {
  const trimmed = url.trim().replace(/\/+$/, '')
  return type === 'anthropic' || type === 'gemini' ? trimmed.replace(/\/+v1(?:beta)?$/, '') : trimmed
}

/** Where a provider's requests go: the address it is given, or the vendor's own. */
export function baseUrlOf(type: Exclude<ProviderType, 'simulator'>, given: string | null | undefined): string {
  return normaliseBaseUrl(type, given ?? OFFICIAL_BASE_URLS[type])
}

/** The address as written is the vendor's own: the same as writing none. */
export function isOfficialBaseUrl(type: ProviderType, url: string): boolean {
  return type !== 'simulator' && normaliseBaseUrl(type, url) === OFFICIAL_BASE_URLS[type]
}
