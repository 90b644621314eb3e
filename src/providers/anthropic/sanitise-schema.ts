import { isObject, type JsonObject } from '../../core/decode.js'
import { unsupportedParameter } from '../../core/errors.js'

/**
 * A JSON Schema as Anthropic's constrained output takes it: every object closed, `oneOf` written as `anyOf`, and
 * keywords its grammar does not know moved into the description, where the model still reads them.
 *
 * @param path where the client wrote the schema
 * @throws GatewayError 400 that names the place, for what would otherwise silently become another schema: recursion,
 * and maps with open keys, which a closed object can only render empty
 */
export function sanitiseSchema(schema: JsonObject, path: string): JsonObject {
  refuseRecursion(schema, path)
  return sanitise(schema, path)
}

/** Keywords that are copied; everything else is either handled by name or described in words. */
const PLAIN_KEYWORDS: ReadonlySet<string> = new Set(['type', 'title', 'enum', 'const', 'required', 'default'])
const SUBSCHEMAS: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions'])
const VARIANTS: ReadonlyMap<string, string> = new Map([
  ['anyOf', 'anyOf'],
  ['oneOf', 'anyOf'],
  ['allOf', 'allOf'],
])
/** Say something about the document, not about the value. */
const IGNORED: ReadonlySet<string> = new Set(['$schema', '$id', '$comment', 'additionalProperties', 'description'])
const FORMATS: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
])

function sanitise(schema: JsonObject, path: string): JsonObject {
  // Built from entries: a property may be called `__proto__`.
  const kept: [string, unknown][] = []
  const described: string[] = []
  const variants: unknown[] = []

  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${path}.${keyword}`
    const variant = VARIANTS.get(keyword)
    if (PLAIN_KEYWORDS.has(keyword)) kept.push([keyword, value])
    else if (keyword === '$ref') kept.push([keyword, localReference(value, at)])
    else if (SUBSCHEMAS.has(keyword)) kept.push([keyword, sanitiseMembers(value, at)])
    else if (keyword === 'items' && !Array.isArray(value)) kept.push([keyword, sanitiseAny(value, at)])
    else if (keyword === 'format' && FORMATS.has(value)) kept.push([keyword, value])
    else if (keyword === 'minItems' && (value === 0 || value === 1)) kept.push([keyword, value])
    else if (variant === 'anyOf' && Array.isArray(value)) for (const one of sanitiseEach(value, at)) variants.push(one)
    else if (variant === 'allOf' && Array.isArray(value)) kept.push([variant, sanitiseEach(value, at)])
    else if (!IGNORED.has(keyword)) described.push(`${keyword}: ${JSON.stringify(value)}`)
  }
  if (variants.length > 0) kept.push(['anyOf', variants])

  if (isObjectSchema(schema)) {
    refuseOpenMap(schema, path)
    kept.push(['additionalProperties', false])
  }
  const description = describe(schema.description, described)
  return Object.fromEntries(description === undefined ? kept : [...kept, ['description', description]])
}

function sanitiseAny(value: unknown, path: string): unknown {
  return isObject(value) ? sanitise(value, path) : value
}

function sanitiseEach(values: readonly unknown[], path: string): readonly unknown[] {
  return values.map((value, index) => sanitiseAny(value, `${path}[${index}]`))
}

function sanitiseMembers(value: unknown, path: string): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, sanitiseAny(member, `${path}.${name}`)]),
  )
}

function describe(description: unknown, constraints: readonly string[]): string | undefined {
  const own = typeof description === 'string' ? description : undefined
  if (constraints.length === 0) return own
  const rules = `{${constraints.join(', ')}}`
  return own === undefined || own === '' ? rules : `${own}\n\n${rules}`
}

function isObjectSchema({ type, properties }: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined
}

const SHAPED_ELSEWHERE = ['$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'] as const

function refuseOpenMap(schema: JsonObject, path: string): void {
  const { properties, additionalProperties } = schema
  if (isObject(properties) && Object.keys(properties).length > 0) return
  const open = properties === undefined ? additionalProperties !== false : isOpen(additionalProperties)
  if (!open || SHAPED_ELSEWHERE.some((keyword) => schema[keyword] !== undefined)) return
  throw unsupportedParameter(
    path,
    `'${path}' is an object with free keys, which this provider cannot produce. List its 'properties', or make it an array of key and value pairs.`,
  )
}

function isOpen(additionalProperties: unknown): boolean {
  return additionalProperties === true || isObject(additionalProperties)
}

function localReference(value: unknown, path: string): unknown {
  if (typeof value === 'string' && value.startsWith('#')) return value
  throw unsupportedParameter(path, `'${path}' must refer to a definition of the same schema.`)
}

const MAX_DEPTH = 1000

/** Follows every `$ref` that can be reached from the root and refuses one that leads back to where it stands. */
function refuseRecursion(root: JsonObject, path: string): void {
  const done = new Set<unknown>()
  const open = new Set<unknown>()

  function visit(value: unknown): void {
    if (typeof value !== 'object' || value === null || done.has(value)) return
    if (open.has(value)) {
      throw unsupportedParameter(path, `'${path}' is recursive, which this provider does not take.`)
    }
    // A chain of references can be longer than the stack is deep.
    if (open.size >= MAX_DEPTH) throw unsupportedParameter(path, `'${path}' is nested too deeply.`)
    open.add(value)
    for (const member of Object.values(value)) visit(member)
    if (isObject(value) && typeof value.$ref === 'string') visit(resolve(root, value.$ref))
    open.delete(value)
    done.add(value)
  }

  visit(root)
}

/** `#`, or a JSON pointer such as `#/$defs/node`. */
function resolve(root: JsonObject, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  let value: unknown = root
  for (const step of reference.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (!(isObject(value) || Array.isArray(value)) || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name] // an array has its elements under their indexes as well
  }
  return value
}
