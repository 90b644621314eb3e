import { isObject, type JsonObject } from '../core/decode.js'

/** Some milliseconds of work; an answer of a few hundred values takes about as many. */
const MOST_VISITS = 5000
/** What a visit reads of its schema and of a text costs as much as another visit, by so many characters. */
const CHARACTERS_A_VISIT = 500

/** Their cost has no bound, or is that of a regular expression, which may have none. */
const LEFT_OUT: ReadonlySet<string> = new Set(['pattern', 'patternProperties', 'format', 'uniqueItems'])
/** Where a schema that lets more through makes the whole let less through. */
const TURNING: ReadonlySet<string> = new Set([
  'not',
  'if',
  'oneOf',
  'maxContains',
  'patternProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
])
/** Maps from names to schemas: the names are no keywords. */
const MAPS: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas'])
/** Values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required', 'type'])

export interface CountedSchema {
  readonly schema: Record<string, unknown>
  /** False: a value that does not fit it may fit the given one all the same. */
  readonly isSure: boolean
}

/**
 * A copy of the schema that lets itself be looked at so often and no more: a schema of a few lines can be made to take
 * years. Every validator reads the `type` of each part it comes by, so that is where we count.
 * @param textLength of the longest text that may be measured
 */
export function countVisits(given: JsonObject, textLength: number): CountedSchema {
  let visits = 0
  let leavesOut = false
  let turns = false

  function copyOf(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(copyOf)
    return isObject(value) ? copyOfSchema(value) : value
  }

  function copyOfSchema(part: JsonObject): Record<string, unknown> {
    const copy: Record<string, unknown> = {}
    for (const [keyword, value] of Object.entries(part)) {
      turns ||= TURNING.has(keyword)
      leavesOut ||= LEFT_OUT.has(keyword)
      if (LEFT_OUT.has(keyword)) continue
      if (VALUES.has(keyword)) copy[keyword] = value
      else if (MAPS.has(keyword) && isObject(value)) copy[keyword] = copyOfMap(value)
      else copy[keyword] = copyOf(value)
    }
    const { type } = part
    const cost = costOfVisit(part, textLength)
    return Object.defineProperty(copy, 'type', {
      get() {
        visits += cost
        if (visits > MOST_VISITS) throw new Error('The schema takes too long to check.')
        return type
      },
    })
  }

  function copyOfMap(map: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, copyOf(value)]))
  }

  const schema = copyOfSchema(given)
  return { schema, isSure: !(leavesOut && turns) }
}

/** Lists of values and names are read through, and texts whose length is limited are counted, at each visit. */
function costOfVisit(part: JsonObject, textLength: number): number {
  const { maxLength, minLength, properties } = part
  const names = isObject(properties) ? Object.keys(properties) : []
  const read = JSON.stringify([part.const, part.enum, part.required, names]).length
  const measured = minLength === undefined && maxLength === undefined ? 0 : textLength
  return 1 + Math.floor((read + measured) / CHARACTERS_A_VISIT)
}
