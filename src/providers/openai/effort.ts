import { EFFORTS, type Effort, type Reasoning } from '../../core/chat-request.js'
import { effortOfBudget } from '../effort-of-budget.js'
import { nearestLevel } from '../nearest-level.js'
import type { ModelFamily } from './model-family.js'

/** How hard to think, from an effort or a thinking budget; `undefined` leaves it to the model. */
export function chooseEffort(reasoning: Reasoning): Effort | undefined {
  const { effort, thinking } = reasoning
  if (thinking?.mode === 'disabled' || thinking?.mode === 'between_tools') return 'none'
  if (effort !== undefined) return effort
  return thinking?.mode === 'enabled' ? effortOfBudget(thinking.budgetTokens) : undefined
}

/** Not thinking at all is only ever what was asked for, never the nearest. */
export function nearestEffort(wanted: Effort, family: ModelFamily): Effort | undefined {
  const candidates = family.efforts.filter((level) => level !== 'none' || wanted === 'none')
  return nearestLevel(wanted, candidates, EFFORTS)
}
