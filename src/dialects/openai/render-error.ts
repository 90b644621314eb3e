import type { GatewayError } from '../../core/errors.js'

/** The error body; in a stream it is the payload of the last event. The request id travels in a header. */
export function renderError(error: GatewayError): string {
  const { message, param, wireCode } = error
  return JSON.stringify({ error: { message, type: error.row.type, param, code: wireCode } })
}
