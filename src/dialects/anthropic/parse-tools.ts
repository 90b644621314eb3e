import type { Tool, ToolChoice } from '../../core/chat-request.js'
import {
  type JsonObject,
  optionalArray,
  optionalBoolean,
  optionalObject,
  optionalString,
  requireNonEmptyString,
  requireObject,
  requireString,
} from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { Leftovers } from './leftovers.js'
import { cacheMarker } from './parse-blocks.js'

const CUSTOM_FIELDS = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control'])

/** An empty list is the same as none. */
export function parseTools(value: unknown, left: Leftovers): readonly Tool[] | undefined {
  const tools = optionalArray(value, 'tools')?.map((item, index) => {
    const path = `tools[${index}]`
    return parseTool(requireObject(item, path), path, left)
  })
  if (tools === undefined || tools.length === 0) return undefined
  refuseDuplicates(tools)
  return tools
}

function parseTool(tool: JsonObject, path: string, left: Leftovers): Tool {
  const type = optionalString(tool.type, `${path}.type`)
  if (type !== undefined && type !== 'custom') return parseBuiltin(tool, type, path)

  left.hintUnknown(tool, CUSTOM_FIELDS, path)
  const schema = requireObject(tool.input_schema, `${path}.input_schema`)
  if (schema.type !== 'object') {
    throw invalidRequest(`${path}.input_schema.type`, `'${path}.input_schema.type' must be 'object'.`)
  }
  const description = optionalString(tool.description, `${path}.description`)
  const strict = optionalBoolean(tool.strict, `${path}.strict`)
  return {
    kind: 'function',
    name: requireNonEmptyString(tool.name, `${path}.name`),
    parameters: schema,
    path,
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
    ...cacheMarker(tool, path),
  }
}

/** A tool that runs at Anthropic or has its schema there; some toolsets have no name. */
function parseBuiltin(tool: JsonObject, type: string, path: string): Tool {
  const name = optionalString(tool.name, `${path}.name`) ?? type
  return { kind: 'builtin', name, path, ...cacheMarker(tool, path) }
}

function refuseDuplicates(tools: readonly Tool[]): void {
  const names = new Set<string>()
  for (const tool of tools) {
    if (tool.kind !== 'function') continue
    if (names.has(tool.name)) throw invalidRequest(`${tool.path}.name`, `'${tool.path}.name' is used by another tool.`)
    names.add(tool.name)
  }
}

export interface ParsedToolChoice {
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
}

export function parseToolChoice(value: unknown, tools: readonly Tool[] | undefined, left: Leftovers): ParsedToolChoice {
  const choice = optionalObject(value, 'tool_choice')
  if (choice === undefined) return {}
  const field = 'tool_choice.disable_parallel_tool_use'
  // Parallel calls are the default everywhere, so only the wish for none is a wish.
  const single = optionalBoolean(choice.disable_parallel_tool_use, field) === true ? { parallelToolCalls: false } : {}

  switch (requireString(choice.type, 'tool_choice.type')) {
    case 'auto':
      return { toolChoice: { mode: 'auto' }, ...single }
    case 'none':
      return { toolChoice: { mode: 'none' } }
    case 'any':
      requireTools(tools)
      return { toolChoice: { mode: 'required' }, ...single }
    case 'tool':
      requireTools(tools)
      return { toolChoice: { mode: 'named', name: parseToolName(choice.name, tools) }, ...single }
    default:
      left.keep('tool_choice', choice)
      return single
  }
}

function requireTools(tools: readonly Tool[] | undefined): void {
  if (tools === undefined) {
    throw invalidRequest('tool_choice', "'tool_choice' asks for a tool call, but 'tools' holds no tool.")
  }
}

/** Toolsets have member tools that are not listed by name, so only a list of custom tools can be checked. */
function parseToolName(value: unknown, tools: readonly Tool[] = []): string {
  const name = requireNonEmptyString(value, 'tool_choice.name')
  if (tools.every((tool) => tool.kind === 'function' && tool.name !== name)) {
    throw invalidRequest('tool_choice.name', "'tool_choice.name' is not the name of a tool in 'tools'.")
  }
  return name
}
