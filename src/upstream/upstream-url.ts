import type { ProxyAddress } from './dial.js'

export interface BaseUrl {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly origin: string
  /** Where a path below the base URL goes, with the base URL's own path before it and its query in it. */
  pathOf(path: string): string
}

/** @throws Error that never shows the URL's credentials or query */
export function parseBaseUrl(text: string): BaseUrl {
  const url = parseHttpUrl('baseUrl', text)
  if (url.username !== '' || url.password !== '') {
    throw new Error(`baseUrl of ${url.host} must not hold credentials: put them into 'headers' or 'apiKey'.`)
  }
  const prefix = url.pathname.replace(/\/+$/, '')
  const query = url.search.slice(1)
  return {
    ...addressOf(url),
    secure: url.protocol === 'https:',
    origin: url.origin,
    pathOf(path) {
      if (query === '') return prefix + path
      return `${prefix}${path}${path.includes('?') ? '&' : '?'}${query}`
    },
  }
}

/** @throws Error that never shows the URL's credentials */
export function parseProxyUrl(text: string): ProxyAddress {
  const url = parseHttpUrl('proxy', text)
  return { ...addressOf(url), secure: url.protocol === 'https:', authorization: basicAuthorization(url) }
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return `Basic ${Buffer.from(credentials).toString('base64')}`
  } catch {
    throw new Error('proxy: a % in its user name or password has to be written as %25.')
  }
}

function parseHttpUrl(option: string, text: string): URL {
  if (!URL.canParse(text)) throw new Error(`${option} is not a URL.`)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`${option} must begin with http:// or https://, not ${url.protocol}//.`)
  }
  return url
}

function addressOf(url: URL): { host: string; port: number } {
  const fallback = url.protocol === 'https:' ? 443 : 80
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? fallback : Number(url.port) }
}
