import type { ConfigPath } from './config-path.js'
import { looksSecret, maskText, secrecyOf } from './secrets.js'

/** A value in words for a message. What is secret, or might be, is described and not shown. */
export function describeValue(value: unknown, path: ConfigPath, secrets: readonly string[]): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  switch (typeof value) {
    case 'string':
      return describeText(value, path, secrets)
    case 'number':
    case 'bigint':
      return secrecyOf(path) === 'open' ? String(value) : 'a number'
    case 'boolean':
      return String(value)
    default:
      return Object.getPrototypeOf(value) === Object.prototype
        ? 'a mapping'
        : 'a value of a YAML type that has no use here'
  }
}

function describeText(text: string, path: ConfigPath, secrets: readonly string[]): string {
  if (text === '') return 'an empty text'
  const described = `a text of ${text.length} characters`
  const secrecy = secrecyOf(path)
  if (secrecy === 'secret' || secrecy === 'hash') return described
  const shown = maskText(text, secrecy)
  if (shown.length > 80 || looksSecret(shown) || secrets.some((secret) => shown.includes(secret))) return described
  return JSON.stringify(shown)
}

/** A key somebody wrote, as far as it looks like one: `apiKey:sk-…` without its space would hold the secret. */
export function describeKey(key: string): string {
  const name = /^[\w.-]{0,60}/.exec(key)?.[0] ?? ''
  if (looksSecret(name)) return '…'
  return name === key ? key : `${name}…`
}
