import { unsupportedParameter } from '../core/errors.js'

/** @throws GatewayError 400 if fields would be dropped and the configuration is `strict` */
export function refuseDrops(dropped: readonly string[], strict: boolean, provider: string): void {
  const [first] = dropped
  if (!strict || first === undefined) return
  throw unsupportedParameter(
    first,
    `The provider '${provider}' has no equivalent of ${dropped.map((field) => `'${field}'`).join(', ')}, and this gateway is configured to refuse what it would have to drop (strict: true).`,
  )
}
