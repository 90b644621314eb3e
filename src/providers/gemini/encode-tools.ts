import type { Tool, ToolChoice } from '../../core/chat-request.js'
import { isObject } from '../../core/decode.js'
import { invalidRequest, unsupportedParameter } from '../../core/errors.js'
import { CLIENT_FIELDS, dropCacheMarker, type Encoding } from './encoding.js'

type JsonSchema = Readonly<Record<string, unknown>>

interface FunctionDeclaration {
  readonly name: string
  readonly description?: string
  readonly parametersJsonSchema?: JsonSchema
}

interface FunctionCallingConfig {
  readonly mode: 'AUTO' | 'ANY' | 'NONE'
  readonly allowedFunctionNames?: readonly string[]
}

export interface EncodedTools {
  readonly tools?: readonly { readonly functionDeclarations: readonly FunctionDeclaration[] }[]
  readonly toolConfig?: { readonly functionCallingConfig: FunctionCallingConfig }
}

export function encodeTools(encoding: Encoding): EncodedTools {
  const { request, drop } = encoding
  // There is no switch for one call at a time.
  if (request.parallelToolCalls === false) drop(CLIENT_FIELDS[request.dialect].parallelToolCalls)
  const { tools = [], toolChoice: choice } = request
  if (tools.length === 0) {
    // Without tools there is nothing to choose from, and these two ask for no call.
    if (choice === undefined || choice.mode === 'none' || choice.mode === 'auto') return {}
    throw invalidRequest('tool_choice', "'tool_choice' is only allowed when 'tools' are given.")
  }
  const config = choice === undefined ? undefined : encodeChoice(choice, tools)
  return {
    tools: [{ functionDeclarations: offered(tools, choice).map((tool) => encodeTool(tool, encoding)) }],
    ...(config !== undefined && { toolConfig: { functionCallingConfig: config } }),
  }
}

/** AUTO takes no list of names, so there the others are not declared at all. */
function offered(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  if (choice?.mode !== 'allowed' || choice.required) return tools
  return tools.filter((tool) => choice.names.includes(tool.name))
}

function encodeChoice(choice: ToolChoice, tools: readonly Tool[]): FunctionCallingConfig {
  switch (choice.mode) {
    case 'auto':
      return { mode: 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'named':
      return { mode: 'ANY', allowedFunctionNames: knownNames([choice.name], tools) }
    case 'allowed': {
      const names = knownNames(choice.names, tools)
      return choice.required ? { mode: 'ANY', allowedFunctionNames: names } : { mode: 'AUTO' }
    }
  }
}

function knownNames(names: readonly string[], tools: readonly Tool[]): readonly string[] {
  if (names.length > 0 && names.every((name) => tools.some((tool) => tool.name === name))) return names
  throw invalidRequest('tool_choice', "'tool_choice' must name tools that stand in 'tools'.")
}

const NAME = /^[A-Za-z_][\w.:-]{0,127}$/

function encodeTool(tool: Tool, encoding: Encoding): FunctionDeclaration {
  const fields = CLIENT_FIELDS[encoding.request.dialect]
  if (tool.kind !== 'function') {
    throw unsupportedParameter(tool.path, `'${tool.path}' is not a function tool, and Gemini is given no other kind.`)
  }
  if (!NAME.test(tool.name)) {
    const path = tool.path + fields.toolName
    throw invalidRequest(path, `'${path}' must begin with a letter or an underscore: Gemini takes no other names.`)
  }
  dropCacheMarker(encoding, tool)
  if (tool.strict === true) encoding.drop('strict')
  const { name, description, parameters } = tool
  const schema = parameters === undefined ? undefined : encodeParameters(parameters)
  return {
    name,
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { parametersJsonSchema: schema }),
  }
}

/** JSON Schema goes out as it is, but for the member that only names the standard. */
export function withoutDialect(schema: JsonSchema): JsonSchema {
  if (!Object.hasOwn(schema, '$schema')) return schema
  const { $schema: _, ...rest } = schema
  return rest
}

/** Members that allow no argument by themselves. */
const EMPTY_MEMBERS: ReadonlySet<string> = new Set(['type', 'title', 'description', '$schema', '$id'])

/** @returns undefined for a schema that takes no arguments: an object without properties is refused upstream */
function encodeParameters(schema: JsonSchema): JsonSchema | undefined {
  const takesNone = Object.entries(schema).every(([key, value]) => {
    if (key === 'properties' || key === '$defs' || key === 'definitions') return isObject(value) && isEmpty(value)
    if (key === 'required') return Array.isArray(value) && value.length === 0
    if (key === 'additionalProperties') return typeof value === 'boolean'
    return EMPTY_MEMBERS.has(key)
  })
  return takesNone ? undefined : withoutDialect(schema)
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}
