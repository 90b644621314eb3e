import type { Effort, Reasoning } from '../../core/chat-request.js'
import { effortOfBudget } from '../effort-of-budget.js'
import { nearestLevel } from '../nearest-level.js'
import { THINKING_LEVELS, type ThinkingControl, type ThinkingLevel } from './model-features.js'

/** Never both a level and a budget: together they are a 400. */
export interface ThinkingConfig {
  readonly includeThoughts?: true
  readonly thinkingBudget?: number
  readonly thinkingLevel?: ThinkingLevel
}

/** Let the model decide. */
const DYNAMIC = -1

/**
 * @returns undefined when the model has no switch for thinking; the wish is then dropped
 */
export function encodeThinking(reasoning: Reasoning, control: ThinkingControl): ThinkingConfig | undefined {
  const shown = wantsThoughts(reasoning) ? ({ includeThoughts: true } as const) : {}
  switch (control.by) {
    case 'budget':
      return { ...shown, thinkingBudget: chooseBudget(reasoning, control) }
    case 'level': {
      const level = chooseLevel(reasoning, control.levels)
      return { ...shown, ...(level !== undefined && { thinkingLevel: level }) }
    }
    case 'nothing':
      return undefined
  }
}

function isOff({ effort, thinking }: Reasoning): boolean {
  return thinking === undefined ? effort === 'none' : thinking.mode === 'disabled' || thinking.mode === 'between_tools'
}

/**
 * Anthropic's effort says how thorough an answer is, and only its `thinking` object asks to see thoughts; a client
 * that did not ask would find a block it does not expect in front of the text.
 */
function wantsThoughts(reasoning: Reasoning): boolean {
  if (isOff(reasoning)) return false
  return reasoning.thinking !== undefined || reasoning.path === 'reasoning_effort'
}

type BudgetControl = Extract<ThinkingControl, { by: 'budget' }>

function chooseBudget(reasoning: Reasoning, control: BudgetControl): number {
  const { effort, thinking } = reasoning
  if (isOff(reasoning)) return control.canBeOff ? 0 : control.min
  // A budget says exactly what these models ask for, so it comes before the effort.
  if (thinking?.mode === 'enabled') return within(thinking.budgetTokens, control)
  return effort === undefined ? DYNAMIC : within(BUDGET_OF_EFFORT[effort], control)
}

function within(tokens: number, { min, max }: BudgetControl): number {
  return Math.min(Math.max(tokens, min), max)
}

/** `low` to `high` are the values of Google's own OpenAI layer; the rest is what the model's limits leave. */
const BUDGET_OF_EFFORT: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: Number.POSITIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
}

function chooseLevel(reasoning: Reasoning, levels: readonly ThinkingLevel[]): ThinkingLevel | undefined {
  const { effort, thinking } = reasoning
  if (isOff(reasoning)) return levels[0]
  // Here the effort is the exact word and the budget would be a guess.
  if (effort === 'max') return levels.at(-1)
  const wanted = effort ?? (thinking?.mode === 'enabled' ? effortOfBudget(thinking.budgetTokens) : undefined)
  return wanted && nearestLevel(LEVEL_OF_EFFORT[wanted], levels, THINKING_LEVELS)
}

const LEVEL_OF_EFFORT: Readonly<Record<Exclude<Effort, 'max'>, ThinkingLevel>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'XHIGH',
}
