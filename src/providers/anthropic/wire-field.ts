import { isObject, type JsonObject } from '../../core/decode.js'
import { malformed } from '../malformed.js'

/** Readers for what a provider sent. They never quote it: it may be an answer. */

export function requireMember(parent: JsonObject, name: string): JsonObject {
  const value = parent[name]
  if (isObject(value)) return value
  throw malformed(`'${name}' is missing`)
}

export function textMember(parent: JsonObject, name: string): string {
  const value = parent[name]
  return typeof value === 'string' ? value : ''
}
