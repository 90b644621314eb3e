import { distance } from 'fastest-levenshtein'
import { type ConfigPath, formatPath } from './config-path.js'
import { type JsonSchemaNode, plainJsonSchema } from './json-schema.js'

let cached: JsonSchemaNode | undefined

function root(): JsonSchemaNode {
  cached ??= plainJsonSchema()
  return cached
}

/** What the schema says of the value at this path; `undefined` where it knows no such path. */
export function schemaAt(path: ConfigPath): JsonSchemaNode | undefined {
  let node: JsonSchemaNode | undefined = root()
  for (const step of path) {
    if (node === undefined) return undefined
    node = child(node, step)
  }
  return node
}

function child(node: JsonSchemaNode, step: string | number): JsonSchemaNode | undefined {
  for (const branch of node.anyOf ?? []) {
    const found = child(branch, step)
    if (found !== undefined) return found
  }
  if (typeof step === 'number') return node.items
  if (node.properties !== undefined && Object.hasOwn(node.properties, step)) return node.properties[step]
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
}

/** What may stand there, in words: `a whole number from 0 to 65535`. */
export function expectation(node: JsonSchemaNode | undefined): string {
  if (node === undefined) return 'another value'
  if (node.errorMessage !== undefined) return node.errorMessage
  if (node.anyOf !== undefined) return joinWords(node.anyOf.map(expectation), 'or')
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`
  if (node.const !== undefined) return JSON.stringify(node.const)
  const types = typeof node.type === 'string' ? [node.type] : (node.type ?? [])
  return joinWords(
    types.map((type) => typeInWords(type, node)),
    'or',
  )
}

function typeInWords(type: string, node: JsonSchemaNode): string {
  switch (type) {
    case 'integer':
      return `a whole number${rangeInWords(node)}`
    case 'number':
      return `a number${rangeInWords(node)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      return 'a text'
    case 'array':
      return node.minItems === undefined ? 'a list' : 'a list that is not empty'
    case 'object':
      return 'a mapping of keys to values'
    default:
      return type
  }
}

function rangeInWords({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchemaNode): string {
  const low = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum}`
  if (exclusiveMaximum !== undefined) return ` ${low} and below ${exclusiveMaximum}`
  return exclusiveMinimum === undefined ? ` ${low} to ${maximum}` : ` ${low} and up to ${maximum}`
}

function joinWords(words: readonly string[], conjunction: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}

/** The keys that may stand below this path; none where any name may. */
export function knownKeys(path: ConfigPath): readonly string[] {
  return keysOf(schemaAt(path))
}

function keysOf(node: JsonSchemaNode | undefined): readonly string[] {
  if (node === undefined) return []
  return [...Object.keys(node.properties ?? {}), ...(node.anyOf ?? []).flatMap(keysOf)]
}

/** `Did you mean "port"?`: a similar key in the same place, else the same key in another place. */
export function keyHint(path: ConfigPath, key: string): string | undefined {
  const near = nearest(key, knownKeys(path))
  if (near !== undefined) return `Did you mean "${near}"?`
  const [elsewhere, ...others] = pathsOfKey(key, root(), [])
  return elsewhere === undefined || others.length > 2 ? undefined : `Did you mean ${formatPath(elsewhere)}?`
}

function pathsOfKey(key: string, node: JsonSchemaNode, path: ConfigPath): readonly ConfigPath[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const here = [...path, name]
    return name === key ? [here] : pathsOfKey(key, property, here)
  })
}

/** The one most like `text`, if any is much like it. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = text.slice(0, 100).toLowerCase()
  let best: string | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase()
    const isPart = wanted.length >= 3 && (lower.startsWith(wanted) || (lower.length >= 4 && wanted.startsWith(lower)))
    const edits = distance(wanted.replaceAll(/[-_]/g, ''), lower)
    if ((edits <= Math.max(2, lower.length / 3) && edits < lower.length) || isPart) {
      const rank = isPart ? Math.min(edits, 2) : edits
      if (rank < fewest) {
        best = candidate
        fewest = rank
      }
    }
  }
  return best
}
