import type { GatewayError } from '../../core/errors.js'

/** The body of an error answer and the data of an `error` event. */
export function renderError(error: GatewayError, requestId: string): string {
  return JSON.stringify({
    type: 'error',
    error: { type: error.row.anthropicType, message: withParam(error) },
    request_id: requestId,
  })
}

/** This shape has no field for the parameter, so the message has to name it. */
function withParam({ message, param }: GatewayError): string {
  return param === null || param === '' || message.includes(param) ? message : `${param}: ${message}`
}
