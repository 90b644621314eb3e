import { tryParseJson } from '../core/json-text.js'
import { malformed } from './malformed.js'

/** @throws GatewayError `upstream_error` that says nothing of the text itself */
export function parseWireJson(text: string): unknown {
  const value = tryParseJson(text)
  if (value === undefined) throw malformed('it is not JSON')
  return value
}
