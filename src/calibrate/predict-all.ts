import { assessCandidate } from '../core/hit-model/assess-candidate.js'
import type { HitModel, HitProbability } from '../core/hit-model/hit-model.js'
import type { LabelledCandidate } from './find-candidates.js'
import { fitHitModel } from './fit-hit-model.js'

/** A candidate with its probability; null: a guard holds it back. */
export interface Predicted extends LabelledCandidate {
  readonly probability: HitProbability | null
}

export const FOLDS = 5

/** What a model says of candidates it was not fitted on. */
export function predictAll(rows: readonly LabelledCandidate[], model: HitModel): readonly Predicted[] {
  return rows.map((row) => {
    const assessment = assessCandidate(model, row)
    return { ...row, probability: assessment.kind === 'guarded' ? null : assessment }
  })
}

/**
 * What models say of candidates that they never saw: each fold holds whole clusters, and a model learns from candidates
 * whose prompt and kept prompt are both outside the fold. In the order of the rows.
 */
export function crossPredict(rows: readonly LabelledCandidate[], onFold: (done: number) => void): readonly Predicted[] {
  const foldOf = (cluster: number): number => cluster % FOLDS
  const predicted = new Map<LabelledCandidate, Predicted>()
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = rows.filter(({ cluster }) => foldOf(cluster) === fold)
    const known = rows.filter((row) => foldOf(row.cluster) !== fold && foldOf(row.cachedCluster) !== fold)
    const answers = predictAll(held, fitHitModel(known))
    held.forEach((row, i) => {
      const answer = answers[i]
      if (answer !== undefined) predicted.set(row, answer)
    })
    onFold(fold + 1)
  }
  return rows.flatMap((row) => predicted.get(row) ?? [])
}
