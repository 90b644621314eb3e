import { invalidRequest } from './errors.js'

/**
 * Small decoders for untrusted JSON. Each takes the value and its path and either returns the typed value or throws
 * a 400 that names the path. Absent and `null` are the same: `undefined`.
 */

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a value is, in words for an error message. Does not show the value itself: it may be a prompt. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function expected(path: string, what: string, value: unknown): never {
  throw invalidRequest(path, `'${path}' must be ${what}, but ${describe(value)} was given.`)
}

export function requireObject(value: unknown, path: string): JsonObject {
  return isObject(value) ? value : expected(path, 'an object', value)
}

export function requireArray(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : expected(path, 'an array', value)
}

export function requireString(value: unknown, path: string): string {
  return typeof value === 'string' ? value : expected(path, 'a string', value)
}

export function requireNonEmptyString(value: unknown, path: string): string {
  const text = requireString(value, path)
  return text === '' ? expected(path, 'a non-empty string', value) : text
}

export function optionalObject(value: unknown, path: string): JsonObject | undefined {
  return value === undefined || value === null ? undefined : requireObject(value, path)
}

export function optionalArray(value: unknown, path: string): readonly unknown[] | undefined {
  return value === undefined || value === null ? undefined : requireArray(value, path)
}

export function optionalString(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : requireString(value, path)
}

export function optionalBoolean(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'boolean' ? value : expected(path, 'a boolean', value)
}

export function optionalNumber(value: unknown, path: string, min: number, max: number): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number') return expected(path, 'a number', value)
  // `1e999` is JSON, and no number that can be passed on.
  if (!Number.isFinite(value)) throw invalidRequest(path, `'${path}' is out of range: it must be a finite number.`)
  if (value < min || value > max) throw invalidRequest(path, `'${path}' must be between ${min} and ${max}.`)
  return value
}

export function optionalInteger(value: unknown, path: string, min: number, max: number): number | undefined {
  const number = optionalNumber(value, path, -Infinity, Infinity)
  if (number === undefined) return undefined
  if (!Number.isInteger(number)) {
    throw invalidRequest(path, `'${path}' must be an integer, but a number with a fraction was given.`)
  }
  if (max < Number.MAX_SAFE_INTEGER && (number < min || number > max)) {
    throw invalidRequest(path, `'${path}' must be between ${min} and ${max}.`)
  }
  if (number < min) throw invalidRequest(path, `'${path}' must be at least ${min}.`)
  if (number > max) throw invalidRequest(path, `'${path}' is too large: it must be ${max} at most.`)
  return number
}

export function requireOneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found !== undefined) return found
  const choices = `one of ${allowed.map((item) => `'${item}'`).join(', ')}`
  if (typeof value !== 'string') return expected(path, choices, value)
  throw invalidRequest(path, `'${path}' must be ${choices}, but another value was given.`)
}

export function optionalOneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T | undefined {
  return value === undefined || value === null ? undefined : requireOneOf(value, path, allowed)
}
