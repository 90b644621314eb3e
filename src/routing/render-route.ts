import type { RoutingNote } from '../core/request-record.js'

/** The value of `X-LLMRouter-Route`. */
export function renderRoute({ complexity, reason, strategy, threshold }: RoutingNote): string {
  const parts = [`strategy=${strategy}`]
  if (complexity !== undefined) parts.push(`score=${complexity.toFixed(2)}`)
  if (threshold !== undefined) parts.push(`threshold=${threshold.toFixed(2)}`)
  return [...parts, `reason=${reason}`].join('; ')
}
