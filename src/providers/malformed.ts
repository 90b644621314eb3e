import { GatewayError } from '../core/errors.js'

/** For answers that are not what a provider documents. Says what is wrong and never quotes: it may be an answer. */
export function malformed(what: string): GatewayError {
  return new GatewayError('upstream_error', `The provider sent an answer that cannot be read: ${what}.`)
}
