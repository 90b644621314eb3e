import { type ChatRequest, EFFORTS, type Effort } from '../../core/chat-request.js'
import { invalidRequest, unsupportedParameter } from '../../core/errors.js'
import { nearestLevel } from '../nearest-level.js'
import type { AnthropicEffort, ModelFeatures } from './model-features.js'
import type { WireThinking } from './wire-request.js'

/** How much the model shall think, and the token limit that leaves room for it. */
export interface ThinkingPlan {
  readonly maxTokens: number
  readonly thinking?: WireThinking
  readonly effort?: AnthropicEffort
}

/** Enough for an answer; a client that wants more says so. */
const DEFAULT_MAX_TOKENS = 8_192
const MIN_BUDGET_TOKENS = 1_024

/** Share of the output that each effort may spend on thinking. */
const SHARE_OF_EFFORT: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 0,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.95,
}

/** @param maxOutputTokens what the model can write at most */
export function planThinking(request: ChatRequest, features: ModelFeatures, maxOutputTokens: number): ThinkingPlan {
  const effort = request.reasoning?.effort
  const asked = request.maxTokens === undefined ? undefined : Math.min(request.maxTokens, maxOutputTokens)
  const withoutThinking = asked ?? Math.min(DEFAULT_MAX_TOKENS, maxOutputTokens)
  if (effort === undefined) return { maxTokens: withoutThinking }

  switch (features.thinking.kind) {
    case 'none':
      if (effort === 'none') return { maxTokens: withoutThinking }
      throw unsupportedParameter(request.reasoning?.path ?? 'reasoning_effort', 'This model cannot reason.')
    case 'budget':
      if (effort === 'none') return { maxTokens: withoutThinking }
      return planBudget(effort, request, maxOutputTokens)
    case 'adaptive': {
      if (effort === 'none') return { maxTokens: withoutThinking, ...withoutAdaptiveThinking(features.thinking.off) }
      const allowance = Math.max(MIN_BUDGET_TOKENS, Math.round(SHARE_OF_EFFORT[effort] * maxOutputTokens))
      return {
        maxTokens: asked ?? Math.min(DEFAULT_MAX_TOKENS + allowance, maxOutputTokens),
        effort: nearestLevel<Effort, AnthropicEffort>(effort, features.efforts, EFFORTS) ?? 'low',
        ...(!features.thinking.onByDefault && { thinking: { type: 'adaptive' } }),
      }
    }
  }
}

function planBudget(effort: Effort, request: ChatRequest, maxOutputTokens: number): ThinkingPlan {
  const cap = request.maxTokens === undefined ? undefined : Math.min(request.maxTokens, maxOutputTokens)
  if (cap !== undefined && cap <= MIN_BUDGET_TOKENS) {
    // The limit holds the thinking too, so nothing would be left. Thinking less than asked, or spending more, is no way out.
    const field = request.maxTokensField ?? 'max_tokens'
    throw invalidRequest(field, `'${field}' must be more than ${MIN_BUDGET_TOKENS} for this model to reason.`)
  }
  const share = Math.round(SHARE_OF_EFFORT[effort] * (cap ?? maxOutputTokens))
  const budget = Math.max(MIN_BUDGET_TOKENS, share)
  const maxTokens = cap ?? Math.min(budget + DEFAULT_MAX_TOKENS, maxOutputTokens)
  return { maxTokens, thinking: { type: 'enabled', budget_tokens: Math.min(budget, maxTokens - 1) } }
}

/** As near to no thinking as the model comes. */
function withoutAdaptiveThinking(off: 'disabled' | 'between_tools' | 'never'): Omit<ThinkingPlan, 'maxTokens'> {
  return off === 'never' ? { effort: 'low' } : { thinking: { type: off } }
}
