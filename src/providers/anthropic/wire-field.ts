import { isObject, type JsonObject } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'

/** Readers for what a provider sent. They never quote it: it may be an answer. */

export function malformed(what: string): GatewayError {
  return new GatewayError('upstream_error', `The provider sent an answer that cannot be read: ${what}.`)
}

export function requireMember(parent: JsonObject, name: string): JsonObject {
  const value = parent[name]
  if (isObject(value)) return value
  throw malformed(`'${name}' is missing`)
}

export function textMember(parent: JsonObject, name: string): string {
  const value = parent[name]
  return typeof value === 'string' ? value : ''
}

/** A string that is there and not empty. */
export function givenText(parent: JsonObject, name: string): string | undefined {
  const value = parent[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
