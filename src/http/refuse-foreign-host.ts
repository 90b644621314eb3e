import { GatewayError } from '../core/errors.js'
import type { TransportRequest } from '../transport/transport.js'
import { isLoopbackHost } from './loopback.js'

/**
 * Web pages must not reach an open gateway that listens only on this machine through DNS rebinding.
 * @throws GatewayError 403
 */
export function refuseForeignHost(request: TransportRequest, rules: { readonly loopbackOnly: boolean }): void {
  const { host } = request.headers
  if (!rules.loopbackOnly || host === undefined || isLoopbackHost(host)) return
  throw new GatewayError(
    'permission_denied',
    'A gateway without client keys answers only to the names of this machine (localhost, 127.0.0.1, [::1]). Configure auth.keys to serve others.',
    { param: 'Host' },
  )
}
