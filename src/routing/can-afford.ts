import { type ModelSpec, pricesOfSpec } from '../core/model-spec.js'
import { costOf } from '../core/money/cost-of.js'
import type { PicoUsd } from '../core/money/money.js'
import type { RequestNeeds } from './request-needs.js'

/** What is left of a client's budget, and what is needed to reckon with it. */
export interface Purse {
  readonly left: PicoUsd
  /** A token whose cost is not known counts so much. */
  readonly assumedPerToken: PicoUsd
  readonly epochMs: number
}

/** Of an answer that may be longer: most are shorter. */
const USUAL_ANSWER_TOKENS = 1024

/** Whether prompt and answer will probably not cost more than is left. */
export function canAfford(spec: ModelSpec, needs: RequestNeeds, { assumedPerToken, epochMs, left }: Purse): boolean {
  const { promptTokens: inputTokens } = needs
  const outputTokens = Math.min(needs.outputTokens ?? USUAL_ANSWER_TOKENS, USUAL_ANSWER_TOKENS)
  const cost = costOf({ inputTokens, outputTokens }, pricesOfSpec(spec), epochMs)
  return (cost ?? BigInt(inputTokens + outputTokens) * assumedPerToken) <= left
}
