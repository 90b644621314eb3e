import type { ConfigPath } from './config-path.js'

const MASK = '***'

/** Headers whose values say nothing about who we are. The value of every other header may be a credential. */
const HARMLESS_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'anthropic-beta',
  'anthropic-version',
  'http-referer',
  'openai-beta',
  'referer',
  'user-agent',
  'x-title',
])

export type Secrecy = 'open' | 'secret' | 'hash' | 'url'

/** How much of the value at this path may be shown. */
export function secrecyOf(path: ConfigPath): Secrecy {
  const [section, , key, item] = path
  if (section === 'providers') {
    if (key === 'apiKey' || key === 'apiKeys') return 'secret'
    if (key === 'headers' && item !== undefined) {
      return HARMLESS_HEADERS.has(String(item).toLowerCase()) ? 'open' : 'secret'
    }
    return key === 'baseUrl' || key === 'proxy' ? 'url' : 'open'
  }
  if (section === 'auth') return path[1] === 'adminKeyHash' || path[3] === 'hash' ? 'hash' : 'open'
  if (section === 'cache') {
    if (path[1] === 'encryptionKey') return 'secret'
    const inRedis = path[1] === 'redis' && (key === 'url' || key === 'cluster' || key === 'sentinels')
    return inRedis ? 'url' : 'open'
  }
  const otherUrl =
    (section === 'telemetry' && path[1] === 'otlpEndpoint') || (section === 'inference' && path[1] === 'mirror')
  return otherUrl ? 'url' : 'open'
}

/** The address without its password, and without what its query says. User names stay. */
export function maskUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // `user:password@host` is a URL too, of the scheme `user`.
  if (url === undefined || url.host === '') return /[@?#]/.test(text) ? MASK : text
  // A lone user name is a token as often as it is a name.
  const isToken = url.username !== '' && url.password === ''
  if (url.password === '' && !isToken && url.search === '' && url.hash === '') return text
  const user = isToken ? `${MASK}@` : url.password === '' ? '' : `${url.username}:${MASK}@`
  const query = url.search === '' ? '' : `?${MASK}`
  const path = url.pathname === '/' && !/\/(?:[?#]|$)/.test(text) ? '' : url.pathname
  return `${url.protocol}//${user}${url.host}${path}${query}`
}

/** Enough of a hash to tell two apart. */
function maskHash(hash: string): string {
  return /^sha256:[0-9a-f]{64}$/i.test(hash) ? `${hash.slice(0, 15)}…` : MASK
}

/** The text of a value as it may be shown. */
export function maskText(text: string, secrecy: Secrecy): string {
  switch (secrecy) {
    case 'open':
      return text
    case 'secret':
      return text === '' ? '' : MASK
    case 'hash':
      return maskHash(text)
    case 'url':
      return maskUrl(text)
  }
}

/** Calls `visit` for every string of a plain tree. */
function eachString(value: unknown, visit: (text: string, path: ConfigPath) => void, path: ConfigPath = []): void {
  if (typeof value === 'string') {
    visit(value, path)
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      eachString(item, visit, [...path, index])
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) eachString(item, visit, [...path, key])
  }
}

/** Every secret of a tree: what must not turn up anywhere else either. Very short ones would match by accident. */
export function collectSecrets(root: unknown): readonly string[] {
  const secrets = new Set<string>()
  const add = (text: string): void => {
    if (text.length >= 6) secrets.add(text)
  }
  eachString(root, (text, path) => {
    const secrecy = secrecyOf(path)
    if (secrecy === 'secret' || secrecy === 'hash') {
      add(text)
      // `Bearer abc`: the part behind the scheme is the secret.
      for (const word of text.split(/\s+/)) if (word.length >= 8) add(word)
    } else if (secrecy === 'url' && URL.canParse(text)) {
      const url = new URL(text)
      for (const part of [url.password, url.password === '' ? url.username : '', ...url.searchParams.values()]) {
        add(part)
        add(decodePercent(part))
      }
    }
  })
  // Longest first, so that a secret that contains another one goes as a whole.
  return [...secrets].sort((a, b) => b.length - a.length)
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray percent sign
  }
}

export function removeSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text)
}

/** True for text that has the form of a credential, wherever it stands: somebody may have put it in the wrong place. */
export function looksSecret(text: string): boolean {
  if (/^(?:sk|pk|rk|gsk|xai|ghp|glpat|hf|AIza|eyJ|AKIA|Bearer|Basic)[-_ A-Za-z0-9]/.test(text)) return true
  return (text.match(/[A-Za-z0-9+/=]{20,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run))
}
