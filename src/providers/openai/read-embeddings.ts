import { isObject } from '../../core/decode.js'
import { endOfValue, skipSpace } from '../../core/json-splice.js'
import { tryParseJson } from '../../core/json-text.js'
import type { Usage } from '../../core/usage.js'
import { malformed } from '../malformed.js'
import { tokenCount } from '../token-count.js'
import { decodeErrorObject } from './decode-error.js'

/** Up to here an answer is parsed as a whole, in a millisecond or two. */
const SMALL_BYTES = 256 * 1024
/** Far more than any usage object has. */
const USAGE_BYTES = 4096
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * What an answer with embeddings cost; the answer itself is relayed as it came. A large one, which may hold millions of
 * numbers, is only looked at: parsing it would hold up every stream of the gateway.
 * @throws GatewayError `upstream_error` when it is no such answer, or the error that it is in disguise
 */
export function readEmbeddings(body: Buffer): Usage | undefined {
  return body.length > SMALL_BYTES ? scanLarge(body) : parseSmall(body)
}

function parseSmall(body: Buffer): Usage | undefined {
  const answer = tryParseJson(body.toString('utf8'))
  if (!isObject(answer)) throw malformed('it is not a JSON object')
  if (answer.error !== undefined && answer.error !== null) throw decodeErrorObject(answer)
  if (!Array.isArray(answer.data)) throw malformed("it has no 'data'")
  return usageOf(answer.usage)
}

function scanLarge(body: Buffer): Usage | undefined {
  const text = body.toString('latin1', 0, 64).trimStart()
  const end = body.toString('latin1', body.length - 64).trimEnd()
  if (text.charCodeAt(0) !== OPEN_BRACE || end.charCodeAt(end.length - 1) !== CLOSE_BRACE) {
    throw malformed('it is not a JSON object')
  }
  // Vectors hold numbers and base64, so no string in them can look like this. The last one is the answer's own.
  const at = body.lastIndexOf('"usage"')
  if (at === -1) return undefined
  const rest = body.toString('latin1', at + '"usage"'.length, at + USAGE_BYTES)
  const start = skipSpace(rest, skipSpace(rest, 0) + 1)
  return usageOf(tryParseJson(rest.slice(start, endOfValue(rest, start))))
}

/** Some servers only have the total, which is the same here: an embedding has no output tokens. */
function usageOf(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined
  const inputTokens = tokenCount(value.prompt_tokens) ?? tokenCount(value.total_tokens)
  return inputTokens === undefined ? undefined : { inputTokens, outputTokens: 0 }
}
