import type { ResponseFormat } from '../../core/chat-request.js'
import { type JsonObject, optionalObject, requireObject, requireString } from '../../core/decode.js'
import type { Leftovers } from './leftovers.js'

/** `output_config.format`, or `output_format` as it was called before. */
export function parseResponseFormat(
  body: JsonObject,
  outputConfig: JsonObject | undefined,
  left: Leftovers,
): ResponseFormat | undefined {
  const current = optionalObject(outputConfig?.format, 'output_config.format')
  const former = optionalObject(body.output_format, 'output_format')
  if (current === undefined) return former && parseFormat(former, 'output_format', left)
  if (former !== undefined) left.hint('output_format')
  return parseFormat(current, 'output_config.format', left)
}

function parseFormat(format: JsonObject, path: string, left: Leftovers): ResponseFormat | undefined {
  if (requireString(format.type, `${path}.type`) !== 'json_schema') {
    left.keep(path, format)
    return undefined
  }
  return {
    type: 'json-schema',
    // The format has no name here, and other families require one.
    name: 'output',
    schema: requireObject(format.schema, `${path}.schema`),
    // Anthropic always holds the answer to the schema, so whoever answers in its place has to.
    strict: true,
    path: `${path}.schema`,
  }
}
