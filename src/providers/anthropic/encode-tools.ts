import type { ChatRequest, Tool, ToolChoice } from '../../core/chat-request.js'
import type { JsonObject } from '../../core/decode.js'
import { invalidRequest, unsupportedParameter } from '../../core/errors.js'
import type { DroppedFields } from './dropped-fields.js'
import { cacheMarker } from './encode-content.js'
import type { ModelFeatures } from './model-features.js'
import { sanitiseSchema } from './sanitise-schema.js'
import type { WireTool, WireToolChoice } from './wire-request.js'

export interface EncodedTools {
  readonly tools?: readonly WireTool[]
  readonly tool_choice?: WireToolChoice
}

interface ToolContext {
  readonly features: ModelFeatures
  readonly dropped: DroppedFields
  /** Tools that the conversation has called. */
  readonly calledTools: readonly string[]
  /** `thinking: enabled` is part of the request. */
  readonly thinkingBudget: boolean
}

export function encodeTools(request: ChatRequest, context: ToolContext): EncodedTools {
  const { toolChoice } = request
  const tools = request.tools ?? []
  if (tools.length === 0) {
    if (toolChoice !== undefined) throw invalidRequest('tool_choice', "'tool_choice' is only allowed with 'tools'.")
    if (request.parallelToolCalls === false) context.dropped.add('parallel_tool_calls')
    return stubs(context.calledTools)
  }
  const choice = encodeToolChoice(toolChoice, tools, request.parallelToolCalls === false)
  if (choice?.type === 'any' || choice?.type === 'tool') refuseForced(context)
  return {
    tools: offeredTools(tools, toolChoice).map((tool) => encodeTool(tool, context)),
    ...(choice !== undefined && { tool_choice: choice }),
  }
}

/** `allowed_tools` has no counterpart: what may not be called is not offered. */
function offeredTools(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  if (choice?.mode !== 'allowed') return tools
  const names = new Set(choice.names)
  return tools.filter((tool) => names.has(tool.name))
}

const NO_ARGUMENTS: JsonObject = { type: 'object', properties: {} }

/** Calls in the conversation need their tools defined, even when the client offers none any more. */
function stubs(names: readonly string[]): EncodedTools {
  if (names.length === 0) return {}
  const description = 'Was used earlier in this conversation and is not available now.'
  return {
    tools: names.map((name) => ({ name, description, input_schema: NO_ARGUMENTS })),
    tool_choice: { type: 'none' },
  }
}

function encodeTool(tool: Tool, { features, dropped }: ToolContext): WireTool {
  if (tool.kind !== 'function') {
    throw unsupportedParameter(tool.path, `'${tool.path}' must be a function tool for this provider.`)
  }
  const { name, description, strict } = tool
  if (strict === true && !features.structuredOutputs) dropped.add('strict')
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: inputSchema(tool, strict === true && features.structuredOutputs),
    ...(strict !== undefined && features.structuredOutputs && { strict }),
    ...cacheMarker(tool.cacheControl),
  }
}

function inputSchema({ parameters, path }: Tool, strict: boolean): JsonObject {
  const at = `${path}.function.parameters`
  if (parameters === undefined || Object.keys(parameters).length === 0) return NO_ARGUMENTS
  if (parameters.type !== undefined && parameters.type !== 'object') {
    throw invalidRequest(`${at}.type`, `'${at}.type' must be 'object'.`)
  }
  const schema = parameters.type === undefined ? { type: 'object', ...parameters } : parameters
  return strict ? sanitiseSchema(schema, at) : schema
}

function encodeToolChoice(
  choice: ToolChoice | undefined,
  tools: readonly Tool[],
  single: boolean,
): WireToolChoice | undefined {
  const limit = single ? { disable_parallel_tool_use: true as const } : {}
  switch (choice?.mode) {
    case undefined:
      return single ? { type: 'auto', ...limit } : undefined
    case 'none':
      return { type: 'none' }
    case 'auto':
      return { type: 'auto', ...limit }
    case 'required':
      return { type: 'any', ...limit }
    case 'named':
      requireNames([choice.name], tools)
      return { type: 'tool', name: choice.name, ...limit }
    case 'allowed':
      requireNames(choice.names, tools)
      return { type: choice.required ? 'any' : 'auto', ...limit }
  }
}

function requireNames(names: readonly string[], tools: readonly Tool[]): void {
  const known = new Set(tools.map((tool) => tool.name))
  if (names.length > 0 && names.every((name) => known.has(name))) return
  throw invalidRequest('tool_choice', "'tool_choice' must name tools of 'tools'.")
}

function refuseForced({ features, thinkingBudget }: ToolContext): void {
  if (!features.forcedToolChoice) {
    throw unsupportedParameter('tool_choice', "This model cannot be made to call a tool; use 'auto'.")
  }
  if (thinkingBudget) {
    throw unsupportedParameter('tool_choice', "This model cannot be made to call a tool while it reasons; use 'auto'.")
  }
}
