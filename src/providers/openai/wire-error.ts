import { isObject, type JsonObject } from '../../core/decode.js'
import { tryParseJson } from '../../core/json-text.js'
import { givenText } from '../given-text.js'

/** What the many servers of this dialect say in an error body, as far as they say it. */
export interface WireErrorDetails {
  readonly message: string | undefined
  readonly type: string | undefined
  readonly code: string | undefined
  readonly param: string | undefined
  /** Some put the HTTP status into the body. */
  readonly status: number | undefined
}

const NOTHING: WireErrorDetails = {
  message: undefined,
  type: undefined,
  code: undefined,
  param: undefined,
  status: undefined,
}

/** JSON text of an error answer, or whatever came instead. */
export function readErrorBody(body: string): WireErrorDetails {
  return readErrorValue(tryParseJson(body))
}

/** Any value that came where an error was expected. Never throws. */
export function readErrorValue(value: unknown): WireErrorDetails {
  // Google's compatible endpoint wraps its error into an array.
  const error: unknown = Array.isArray(value) ? value[0] : value
  if (!isObject(error)) return { ...NOTHING, message: givenText(error) }
  if (isObject(error.error)) return details(error.error)
  if (typeof error.error === 'string') return { ...details(error), message: error.error }
  if (Array.isArray(error.errors)) return firstDetails(error.errors)
  if (error.detail !== undefined) return firstDetails(error.detail)
  return details(error)
}

function details(error: JsonObject): WireErrorDetails {
  const number = [error.code, error.status].find((candidate) => typeof candidate === 'number')
  return {
    message: givenText(error.message),
    type: givenText(error.type) ?? givenText(error.status),
    code: givenText(error.code),
    param: givenText(error.param),
    status: typeof number === 'number' && number >= 400 && number <= 599 ? number : undefined,
  }
}

/** A list of errors, or FastAPI's `detail`: a text, or a list of `{loc: ['body', 'field'], msg}`. */
function firstDetails(detail: unknown): WireErrorDetails {
  const first = Array.isArray(detail) ? detail[0] : detail
  if (!isObject(first)) return { ...NOTHING, message: givenText(first) }
  const loc = Array.isArray(first.loc) ? first.loc.filter((step) => step !== 'body') : []
  const plain = details(first)
  return { ...plain, message: givenText(first.msg) ?? plain.message, param: givenText(loc.join('.')) ?? plain.param }
}
