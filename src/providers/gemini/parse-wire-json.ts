import { malformed } from '../malformed.js'

/** @throws GatewayError `upstream_error` that says nothing of the text itself */
export function parseWireJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('it is not JSON')
  }
}
