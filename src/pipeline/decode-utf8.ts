import { isUtf8 } from 'node:buffer'
import { GatewayError } from '../core/errors.js'

/**
 * A request's bytes as text (RFC 8259 wants UTF-8).
 * @throws GatewayError 400 `invalid_json` for bytes that are not UTF-8: replacing them would change what the client said
 */
export function decodeUtf8(body: Uint8Array): string {
  if (!isUtf8(body)) throw new GatewayError('invalid_json', 'The request body is not valid UTF-8.')
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}
