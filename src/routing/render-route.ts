import type { RoutingNote } from '../core/request-record.js'
import { formatScores } from './score.js'

type ShownRoute = Pick<RoutingNote, 'strategy' | 'complexity' | 'threshold' | 'reason'> & Partial<RoutingNote>

/** The value of `X-LLMRouter-Route`. */
export function renderRoute({ complexity, reason, strategy, threshold }: ShownRoute): string {
  const parts = [`strategy=${strategy}`]
  if (complexity !== undefined && threshold !== undefined) {
    const shown = formatScores(complexity, threshold)
    parts.push(`score=${shown.score}`, `threshold=${shown.threshold}`)
  } else if (complexity !== undefined) parts.push(`score=${complexity.toFixed(2)}`)
  return [...parts, `reason=${reason}`].join('; ')
}
