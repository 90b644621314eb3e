import { isObject } from '../../core/decode.js'

/** Strict mode has no words for these. */
const UNKNOWN_KEYWORDS = ['allOf', 'oneOf', 'not', 'if', 'patternProperties', 'dependentSchemas', 'dependentRequired']

/**
 * Does OpenAI take this schema with `strict: true`? It wants every object closed and every property required, and
 * refuses the request otherwise.
 */
export function fitsStrictMode(schema: unknown): boolean {
  if (!isObject(schema)) return false
  if (UNKNOWN_KEYWORDS.some((keyword) => schema[keyword] !== undefined)) return false
  if (isOpenObject(schema)) return false
  const { properties, items, anyOf, $defs, definitions } = schema
  const inner = [
    ...members(properties),
    ...members($defs),
    ...members(definitions),
    ...(Array.isArray(anyOf) ? anyOf : []),
  ]
  if (items !== undefined) inner.push(items)
  return inner.every(fitsStrictMode)
}

function isOpenObject(schema: Readonly<Record<string, unknown>>): boolean {
  const { type, properties, required, additionalProperties } = schema
  if (type !== 'object' && properties === undefined) return false
  const names: readonly unknown[] = Array.isArray(required) ? required : []
  return (
    additionalProperties !== false ||
    !Object.keys(isObject(properties) ? properties : {}).every((name) => names.includes(name))
  )
}

function members(value: unknown): readonly unknown[] {
  return isObject(value) ? Object.values(value) : []
}
