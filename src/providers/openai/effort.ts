import { EFFORTS, type Effort, type Reasoning } from '../../core/chat-request.js'
import type { ModelFamily } from './model-family.js'

/**
 * How hard to think, from an effort or a thinking budget; `undefined` leaves it to the model.
 * Budgets and levels do not correspond exactly: up to 1024 tokens is low, up to 8192 medium, more is high.
 */
export function chooseEffort(reasoning: Reasoning): Effort | undefined {
  const { effort, thinking } = reasoning
  if (thinking?.mode === 'disabled' || thinking?.mode === 'between_tools') return 'none'
  if (effort !== undefined) return effort
  if (thinking?.mode !== 'enabled') return undefined
  if (thinking.budgetTokens <= 1024) return 'low'
  return thinking.budgetTokens <= 8192 ? 'medium' : 'high'
}

/** The level itself where the model has it, else the next lower one it has, else the next higher one. */
export function nearestEffort(wanted: Effort, family: ModelFamily): Effort | undefined {
  const rank = EFFORTS.indexOf(wanted)
  const candidates = family.efforts.filter((level) => level !== 'none' || wanted === 'none')
  return candidates.findLast((level) => EFFORTS.indexOf(level) <= rank) ?? candidates[0]
}
