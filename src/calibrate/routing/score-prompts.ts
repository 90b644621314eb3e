import { estimateTextTokens } from '../../core/tokens/text-tokens.js'
import type { InferencePool } from '../../inference/inference-pool.js'
import { toScore } from '../../routing/score.js'
import { CalibrationError } from '../calibration-error.js'
import type { RoutingPrompt } from './read-prompts.js'

export interface ScoredPrompt extends Pick<RoutingPrompt, 'label'> {
  readonly score: number
  /** An estimate. */
  readonly promptTokens: number
}

const AT_ONCE = 64

/** By the classifier of the pool, in order. @throws CalibrationError when it gives up */
export async function scorePrompts(
  pool: Pick<InferencePool, 'analyse'>,
  prompts: readonly RoutingPrompt[],
  onProgress: (done: number) => void,
): Promise<readonly ScoredPrompt[]> {
  const scored: ScoredPrompt[] = []
  for (let start = 0; start < prompts.length; start += AT_ONCE) {
    const batch = prompts.slice(start, start + AT_ONCE)
    scored.push(...(await Promise.all(batch.map((prompt) => scoreOne(pool, prompt)))))
    onProgress(scored.length)
  }
  return scored
}

async function scoreOne(pool: Pick<InferencePool, 'analyse'>, { label, prompt }: RoutingPrompt): Promise<ScoredPrompt> {
  const outcome = await pool.analyse(prompt)
  if (outcome.kind !== 'done') throw new CalibrationError(`The classifier gave up: ${outcome.reason}.`)
  const { complexity } = outcome.value
  if (complexity === undefined) throw new CalibrationError('There is no classifier, so nothing can be scored.')
  return { score: toScore(complexity), promptTokens: Math.ceil(estimateTextTokens(prompt)), label }
}
