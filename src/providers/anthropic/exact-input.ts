import { exactJson } from '../../core/exact-json.js'
import { malformed } from '../malformed.js'

/**
 * JSON text of the `input` of a `tool_use` block.
 * @param source finds its text in what the provider sent
 */
export function exactInput(input: unknown, source: () => string): string {
  if (input === undefined || input === null) return '{}'
  const json = exactJson(input, source)
  if (json === undefined) throw malformed('the arguments of a tool call are nested too deeply')
  return json
}
