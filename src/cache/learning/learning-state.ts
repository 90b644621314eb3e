import * as z from 'zod'
import type { HitModel } from '../../core/hit-model/hit-model.js'
import { SAME_PRIORS } from '../../core/hit-model/same-reading.js'
import { UNJUDGED } from '../../core/learning/false-hit-monitor.js'

const error = z.number().min(0).lt(0.5)
const judgedHit = z.strictObject({ isWrong: z.boolean(), wrongOfRight: error, rightOfWrong: error })
const record = z.strictObject({ right: z.number().positive(), wrong: z.number().positive() })
const variance = z.number().min(0)

/** The shape of `cache-learning.json`: what was learnt since the prior. */
export const learningStateSchema = z.strictObject({
  version: z.literal(1),
  /** Of the embedder, the verifier and the prior: with others it means nothing. */
  fingerprint: z.string(),
  mean: z.array(z.number()).readonly(),
  covariance: z.array(z.array(z.number()).readonly()).readonly(),
  sameReading: record,
  /** A file of an earlier version has none. */
  sameMeaning: record.default(SAME_PRIORS.sameMeaning),
  monitor: z.strictObject({
    judged: z.array(judgedHit).max(500).readonly(),
    suspicion: variance,
    suspects: z.int().min(0),
    tightness: z.number().positive().max(1),
  }),
  /** Entries with labels of their own: log-odds beside the model's, their variance, and how many labels. */
  entries: z.record(z.string(), z.strictObject({ mean: z.number(), variance, labels: z.int().min(0) })),
  /** Of audits, on this day of the Unix epoch. */
  spent: z.strictObject({ day: z.int(), usd: z.number().min(0) }),
  savedAtMs: z.number(),
})

export type LearningState = z.output<typeof learningStateSchema>

export const startingState = (model: HitModel, fingerprint: string, nowMs: number): LearningState => ({
  version: 1,
  fingerprint,
  mean: model.mean,
  covariance: model.covariance,
  ...SAME_PRIORS,
  monitor: UNJUDGED,
  entries: {},
  spent: { day: 0, usd: 0 },
  savedAtMs: nowMs,
})
