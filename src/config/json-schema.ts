import * as z from 'zod'
import { configSchema } from './schema.js'

/** The keywords that the schema of the configuration uses. */
export interface JsonSchemaNode {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchemaNode | boolean
  readonly propertyNames?: JsonSchemaNode
  readonly items?: JsonSchemaNode
  readonly anyOf?: readonly JsonSchemaNode[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minItems?: number
  readonly default?: unknown
  readonly description?: string
  /** What editors say when a value is wrong; here without "Expected". */
  readonly errorMessage?: string
}

/** What a configuration file may hold before variables are replaced and defaults are filled in. */
export function plainJsonSchema(): JsonSchemaNode {
  // Draft 7 is what the YAML language server knows best.
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) as JsonSchemaNode // only keywords from above
}

/** A variable reference, which may stand for a value of any type. */
const REFERENCE: JsonSchemaNode = { type: 'string', pattern: '\\$\\{[^}]+\\}' } as JsonSchemaNode

/** The JSON Schema for editors: as validated at start, but values may also be variables and sections may be empty. */
export function configJsonSchema(): object {
  return { ...forEditors(plainJsonSchema()), title: 'llmrouter configuration' }
}

function forEditors(node: JsonSchemaNode): JsonSchemaNode {
  const { description, default: fallback, errorMessage, ...rest } = node
  const about = {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
    ...(errorMessage !== undefined && { errorMessage: `Expected ${errorMessage}.` }),
  }
  if (node.anyOf !== undefined) {
    const takesAnyText = node.anyOf.some((branch) => isFreeText(branch))
    return { ...rest, anyOf: [...node.anyOf.map(forEditors), ...(takesAnyText ? [] : [REFERENCE])], ...about }
  }
  if (node.type === 'object') {
    const { properties, additionalProperties } = node
    return {
      ...rest,
      type: ['object', 'null'],
      ...(properties !== undefined && {
        properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, forEditors(child)])),
      }),
      ...(typeof additionalProperties === 'object' && { additionalProperties: forEditors(additionalProperties) }),
      ...about,
    }
  }
  if (node.type === 'array') {
    const { items } = node
    return { ...rest, type: ['array', 'null'], ...(items !== undefined && { items: forEditors(items) }), ...about }
  }
  return isFreeText(node) || node.type === 'null' ? { ...rest, ...about } : { anyOf: [rest, REFERENCE], ...about }
}

function isFreeText(node: JsonSchemaNode): boolean {
  return node.type === 'string' && node.enum === undefined && node.const === undefined && !('pattern' in node)
}
