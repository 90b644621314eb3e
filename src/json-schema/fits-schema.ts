import { Validator } from '@cfworker/json-schema'
import { isObject, type JsonObject } from '../core/decode.js'
import { tryParseJson } from '../core/json-text.js'
import { countVisits } from './count-visits.js'

/** Longer ones are not looked at: schemas come from clients, and this runs where all requests are served. */
const MAX_SCHEMA_CHARACTERS = 64 * 1024
const MAX_TEXT_CHARACTERS = 256 * 1024

/** Does the text hold JSON that the schema allows? Undefined: that cannot be told, or not cheaply. */
export function fitsSchema(text: string, schema: JsonObject): boolean | undefined {
  if (text.length > MAX_TEXT_CHARACTERS) return undefined
  const value = tryParseJson(text)
  if (value === undefined) return false
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS) return undefined
  try {
    const counted = countVisits(schema, text.length)
    const isValid = new Validator(counted.schema, '2020-12').validate(value).valid
    return isValid || counted.isSure ? isValid : undefined
  } catch {
    // A reference that leads nowhere, or in circles, or more work than an answer is worth.
    return undefined
  }
}

/** Does the text hold a JSON object? */
export function isJsonObject(text: string): boolean {
  return isObject(tryParseJson(text))
}
