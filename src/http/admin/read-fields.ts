import { isObject, type JsonObject } from '../../core/decode.js'
import { GatewayError, invalidRequest } from '../../core/errors.js'
import { parseJsonText } from '../../core/json-text.js'
import { decodeUtf8 } from '../../pipeline/decode-utf8.js'
import type { TransportRequest } from '../../transport/transport.js'

/**
 * The fields of a JSON body; an empty body has none.
 * @throws GatewayError 400 with the path of a field that is not known
 */
export async function readFields(request: TransportRequest, known: readonly string[]): Promise<JsonObject> {
  const text = decodeUtf8(await request.body())
  const fields = text.trim() === '' ? {} : parseJsonText(text)
  if (!isObject(fields)) throw new GatewayError('invalid_request', 'The request body must be a JSON object.')
  refuseUnknown(Object.keys(fields), known)
  return fields
}

/** @throws GatewayError 400 with the name of a parameter that is not known, or comes twice */
export function readQuery(request: TransportRequest, known: readonly string[]): Readonly<Record<string, string>> {
  const parameters = [...new URLSearchParams(request.query)]
  refuseUnknown(
    parameters.map(([name]) => name),
    known,
  )
  return Object.fromEntries(parameters)
}

function refuseUnknown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name))?.slice(0, 100)
  if (unknown === undefined) return
  throw invalidRequest(unknown, `'${unknown}' is not known here. Known are: ${known.join(', ')}.`)
}
