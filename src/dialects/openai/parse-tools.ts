import type { Tool, ToolChoice } from '../../core/chat-request.js'
import {
  describe,
  isObject,
  type JsonObject,
  optionalArray,
  optionalBoolean,
  optionalObject,
  optionalString,
  requireArray,
  requireNonEmptyString,
  requireObject,
  requireOneOf,
} from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import { parseCacheControl } from './parse-cache-control.js'
import { requireName } from './parse-name.js'

const TOOL_TYPES = ['function', 'custom'] as const

export function parseTools(value: unknown): readonly Tool[] | undefined {
  const tools = optionalArray(value, 'tools')
  // An empty list says the same as none; clients that build the list from a registry send it.
  return tools === undefined || tools.length === 0 ? undefined : tools.map(parseTool)
}

function parseTool(value: unknown, index: number): Tool {
  const path = `tools[${index}]`
  const tool = requireObject(value, path)
  const type = requireOneOf(tool.type, `${path}.type`, TOOL_TYPES)
  return type === 'function' ? parseFunctionTool(tool, path) : parseCustomTool(tool, path)
}

function parseFunctionTool(tool: JsonObject, path: string): Tool {
  const given = requireObject(tool.function, `${path}.function`)
  const name = requireName(given.name, `${path}.function.name`)
  const description = optionalString(given.description, `${path}.function.description`)
  const parameters = optionalObject(given.parameters, `${path}.function.parameters`)
  const strict = optionalBoolean(given.strict, `${path}.function.strict`)
  const cacheControl = parseCacheControl(tool, path)
  return {
    kind: 'function',
    name,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
    ...(strict !== undefined && { strict }),
    ...(cacheControl !== undefined && { cacheControl }),
    path,
  }
}

function parseCustomTool(tool: JsonObject, path: string): Tool {
  const given = requireObject(tool.custom, `${path}.custom`)
  const name = requireNonEmptyString(given.name, `${path}.custom.name`)
  const description = optionalString(given.description, `${path}.custom.description`)
  checkCustomFormat(given.format, `${path}.custom.format`)
  return { kind: 'custom', name, ...(description !== undefined && { description }), path }
}

function checkCustomFormat(value: unknown, path: string): void {
  const format = optionalObject(value, path)
  if (format === undefined) return
  if (requireOneOf(format.type, `${path}.type`, ['text', 'grammar']) === 'text') return
  const grammar = requireObject(format.grammar, `${path}.grammar`)
  requireNonEmptyString(grammar.definition, `${path}.grammar.definition`)
  requireOneOf(grammar.syntax, `${path}.grammar.syntax`, ['lark', 'regex'])
}

export function parseToolChoice(value: unknown, tools: readonly Tool[] | undefined): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined
  if (tools === undefined) throw invalidRequest('tool_choice', "'tool_choice' is only allowed when 'tools' are given.")
  if (!isObject(value)) return { mode: parseMode(value) }
  const type = requireOneOf(value.type, 'tool_choice.type', ['function', 'custom', 'allowed_tools'])
  if (type === 'allowed_tools') return parseAllowedTools(value.allowed_tools, 'tool_choice.allowed_tools', tools)
  return { mode: 'named', name: parseToolReference(value, 'tool_choice', tools) }
}

function parseMode(value: unknown): 'auto' | 'none' | 'required' {
  if (typeof value === 'string') return requireOneOf(value, 'tool_choice', ['none', 'auto', 'required'])
  throw invalidRequest('tool_choice', `'tool_choice' must be a string or an object, but ${describe(value)} was given.`)
}

function parseAllowedTools(value: unknown, path: string, tools: readonly Tool[]): ToolChoice {
  const allowed = requireObject(value, path)
  const mode = requireOneOf(allowed.mode, `${path}.mode`, ['auto', 'required'])
  const references = requireArray(allowed.tools, `${path}.tools`)
  if (references.length === 0) throw invalidRequest(`${path}.tools`, `'${path}.tools' must name at least one tool.`)
  const names = references.map((item, index) => {
    const at = `${path}.tools[${index}]`
    return parseToolReference(requireObject(item, at), at, tools)
  })
  return { mode: 'allowed', required: mode === 'required', names }
}

/** `{type: 'function', function: {name}}` or `{type: 'custom', custom: {name}}`, which must name one of `tools`. */
function parseToolReference(reference: JsonObject, path: string, tools: readonly Tool[]): string {
  const type = requireOneOf(reference.type, `${path}.type`, TOOL_TYPES)
  const name = requireNonEmptyString(requireObject(reference[type], `${path}.${type}`).name, `${path}.${type}.name`)
  if (tools.some((tool) => tool.kind === type && tool.name === name)) return name
  throw invalidRequest(`${path}.${type}.name`, `'${path}.${type}.name' names no ${type} tool of 'tools'.`)
}
