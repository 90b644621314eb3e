import type { Effort, Reasoning } from '../../core/chat-request.js'
import { type JsonObject, optionalInteger, optionalString, requireString } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { Leftovers } from './leftovers.js'

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']
const THINKING_FIELDS = new Set(['type', 'budget_tokens'])
const MIN_BUDGET_TOKENS = 1024

/** `thinking` and `output_config.effort`; kinds and levels that we do not know are kept for Anthropic to judge. */
export function parseReasoning(
  thinking: JsonObject | undefined,
  outputConfig: JsonObject | undefined,
  left: Leftovers,
): Reasoning | undefined {
  const mode = thinking === undefined ? undefined : parseThinking(thinking, left)
  const effort = parseEffort(outputConfig?.effort, left)
  if (mode === undefined && effort === undefined) return undefined
  return {
    path: mode === undefined ? 'output_config.effort' : 'thinking',
    ...(mode !== undefined && { thinking: mode }),
    ...(effort !== undefined && { effort }),
  }
}

function parseThinking(thinking: JsonObject, left: Leftovers): Reasoning['thinking'] {
  const type = requireString(thinking.type, 'thinking.type')
  switch (type) {
    case 'enabled':
      left.hintUnknown(thinking, THINKING_FIELDS, 'thinking')
      return { mode: 'enabled', budgetTokens: parseBudget(thinking.budget_tokens) }
    case 'adaptive':
    case 'between_tools':
    case 'disabled':
      left.hintUnknown(thinking, THINKING_FIELDS, 'thinking')
      return { mode: type }
    default:
      left.keep('thinking', thinking)
      return undefined
  }
}

/** May exceed `max_tokens` when thinking is interleaved with tool calls, so only Anthropic can judge the upper end. */
function parseBudget(value: unknown): number {
  const path = 'thinking.budget_tokens'
  const budget = optionalInteger(value, path, MIN_BUDGET_TOKENS, Number.MAX_SAFE_INTEGER)
  if (budget === undefined) throw invalidRequest(path, `'${path}' is required when 'thinking.type' is 'enabled'.`)
  return budget
}

function parseEffort(value: unknown, left: Leftovers): Effort | undefined {
  const text = optionalString(value, 'output_config.effort')
  const effort = EFFORTS.find((known) => known === text)
  if (text !== undefined && effort === undefined) left.keep('output_config.effort', text)
  return effort
}
