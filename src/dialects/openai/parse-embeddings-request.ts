import {
  describe,
  isObject,
  type JsonObject,
  optionalBoolean,
  optionalInteger,
  optionalOneOf,
  optionalString,
  requireNonEmptyString,
} from '../../core/decode.js'
import { type EmbeddingInput, type EmbeddingsRequest, type EmbeddingsTask, inputPath } from '../../core/embeddings.js'
import { GatewayError, invalidRequest } from '../../core/errors.js'
import { parseJsonText } from '../../core/json-text.js'

/** OpenAI's limit of one request. */
const MAX_INPUTS = 2048
const INPUTS = 'a string, an array of strings, an array of token ids or an array of such arrays'
const ENCODINGS = ['float', 'base64'] as const
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'input',
  'dimensions',
  'encoding_format',
  'truncate',
  // Names the end user to a provider that looks for abuse; nothing is lost with it.
  'user',
])

/**
 * JSON text of `POST /v1/embeddings` → whom it is for. Nothing else is looked at: servers of this dialect take inputs
 * of many shapes, and know best which are theirs.
 * @throws GatewayError 400
 */
export function parseEmbeddingsRequest(raw: string): EmbeddingsRequest {
  const fields = parseJsonText(raw)
  if (!isObject(fields)) {
    throw new GatewayError(
      'invalid_request',
      `The request body must be a JSON object, but ${describe(fields)} was given.`,
    )
  }
  return { model: requireNonEmptyString(fields.model, 'model'), fields, raw }
}

/**
 * The request as our own embedder understands it.
 * @throws GatewayError 400 that names the field's path
 */
export function parseEmbeddingsTask({ fields }: EmbeddingsRequest): EmbeddingsTask {
  const inputs = parseInput(fields.input)
  const dimensions = optionalInteger(fields.dimensions, 'dimensions', 1, Number.MAX_SAFE_INTEGER)
  const truncate = optionalBoolean(fields.truncate, 'truncate')
  optionalString(fields.user, 'user')
  return {
    ...inputs,
    ...(dimensions !== undefined && { dimensions }),
    ...(truncate !== undefined && { truncate }),
    encoding: optionalOneOf(fields.encoding_format, 'encoding_format', ENCODINGS) ?? 'float',
    unknown: unknownFields(fields),
  }
}

function unknownFields(fields: JsonObject): readonly string[] {
  return Object.keys(fields).filter((name) => !KNOWN_FIELDS.has(name) && fields[name] !== null)
}

function parseInput(value: unknown): Pick<EmbeddingsTask, 'inputs' | 'single'> {
  if (typeof value === 'string') return { inputs: [requireText(value, 'input')], single: true }
  if (!Array.isArray(value))
    throw invalidRequest('input', `'input' must be ${INPUTS}, but ${describe(value)} was given.`)
  const list: readonly unknown[] = value
  const [first] = list
  if (list.length === 0) throw invalidRequest('input', "'input' must not be an empty array.")
  if (typeof first === 'number') return { inputs: [requireTokens(list, 'input')], single: true }
  if (list.length > MAX_INPUTS) {
    throw invalidRequest('input', `'input' may have ${MAX_INPUTS} entries at most, but has ${list.length}.`)
  }
  if (typeof first !== 'string' && !Array.isArray(first)) {
    throw invalidRequest('input[0]', `'input' must be ${INPUTS}, but ${describe(first)} is its first entry.`)
  }
  const parse = typeof first === 'string' ? requireText : requireTokens
  return { inputs: list.map((item, index): EmbeddingInput => parse(item, inputPath(index, false))), single: false }
}

function requireText(value: unknown, path: string): string {
  if (typeof value !== 'string') {
    throw invalidRequest(path, `'${path}' must be a string as the first entry is, but is ${describe(value)}.`)
  }
  if (value === '') throw invalidRequest(path, `'${path}' must not be an empty string.`)
  return value
}

function requireTokens(value: unknown, path: string): readonly number[] {
  if (!Array.isArray(value)) {
    throw invalidRequest(
      path,
      `'${path}' must be an array of token ids as the first entry is, but is ${describe(value)}.`,
    )
  }
  const tokens: readonly unknown[] = value
  if (tokens.length === 0) throw invalidRequest(path, `'${path}' must not be an empty array of tokens.`)
  return tokens.map((token, index) => {
    if (typeof token === 'number' && Number.isSafeInteger(token) && token >= 0) return token
    const shown = typeof token === 'number' ? `${token}` : describe(token)
    throw invalidRequest(`${path}[${index}]`, `'${path}[${index}]' must be a token id (an integer), but is ${shown}.`)
  })
}
