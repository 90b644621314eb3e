import type { ResponseFormat } from '../../core/chat-request.js'
import { optionalBoolean, optionalObject, optionalString, requireObject, requireOneOf } from '../../core/decode.js'
import { requireName } from './parse-name.js'

export function parseResponseFormat(value: unknown): ResponseFormat | undefined {
  const format = optionalObject(value, 'response_format')
  if (format === undefined) return undefined
  const type = requireOneOf(format.type, 'response_format.type', ['text', 'json_object', 'json_schema'])
  switch (type) {
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json-object' }
    case 'json_schema':
      return parseJsonSchema(format.json_schema, 'response_format.json_schema')
  }
}

function parseJsonSchema(value: unknown, path: string): ResponseFormat {
  const given = requireObject(value, path)
  const name = requireName(given.name, `${path}.name`)
  const description = optionalString(given.description, `${path}.description`)
  const strict = optionalBoolean(given.strict, `${path}.strict`)
  return {
    type: 'json-schema',
    name,
    ...(description !== undefined && { description }),
    schema: optionalObject(given.schema, `${path}.schema`) ?? {},
    ...(strict !== undefined && { strict }),
    path: `${path}.schema`,
  }
}
