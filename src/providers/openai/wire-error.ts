import { isObject, type JsonObject } from '../../core/decode.js'

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
  try {
    return readErrorValue(JSON.parse(body))
  } catch {
    return NOTHING
  }
}

/** Any value that came where an error was expected. Never throws. */
export function readErrorValue(value: unknown): WireErrorDetails {
  // Google's compatible endpoint wraps its error into an array.
  if (Array.isArray(value)) return readErrorValue(value[0] ?? null)
  if (typeof value === 'string') return { ...NOTHING, message: value }
  if (!isObject(value)) return NOTHING
  if (isObject(value.error)) return details(value.error)
  if (typeof value.error === 'string') return { ...details(value), message: value.error }
  if (Array.isArray(value.errors)) return readErrorValue(value.errors)
  if (value.detail !== undefined) return validatorDetails(value.detail)
  return details(value)
}

function details(error: JsonObject): WireErrorDetails {
  const number = [error.code, error.status].find((candidate) => typeof candidate === 'number')
  return {
    message: text(error.message),
    type: text(error.type) ?? text(error.status),
    code: text(error.code),
    param: text(error.param),
    status: typeof number === 'number' && number >= 400 && number <= 599 ? number : undefined,
  }
}

/** FastAPI's `detail`: a text, or a list of `{loc: ['body', 'field'], msg}`. */
function validatorDetails(detail: unknown): WireErrorDetails {
  const first = Array.isArray(detail) ? detail[0] : detail
  if (!isObject(first)) return { ...NOTHING, message: text(first) }
  const loc = Array.isArray(first.loc) ? first.loc.filter((step) => step !== 'body') : []
  return { ...details(first), message: text(first.msg) ?? text(first.message), param: text(loc.join('.')) }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
