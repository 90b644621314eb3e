import * as z from 'zod'

/**
 * The shape of `cache-prior.json`: what the cache's decision believes before it has seen a label of its own. One prior
 * for each pair of models it was fitted with, and a wider one for any other.
 */

const share = z.number().min(0).max(1)
const count = z.int().min(0)
const fingerprint = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits')
const model = z.strictObject({ name: z.string(), fingerprint })

const column = z.strictObject({ name: z.string(), centre: z.number(), scale: z.number().positive() })

const hitModel = {
  columns: z.array(column).max(64).readonly(),
  cosineFloor: z.number().min(-1).max(1),
  /** The intercept, then one coefficient a column: log-odds a standard deviation. */
  mean: z.array(z.number()).readonly(),
  covariance: z.array(z.array(z.number()).readonly()).readonly(),
  boundDeviations: z.number().min(0),
}

/** What it was fitted on, for people. */
const evidence = {
  fittedOn: z.strictObject({ requests: count, candidates: count, right: count, clusters: count }),
  /** Out of fold, by tenths of what was predicted. */
  reliability: z
    .array(
      z.strictObject({
        ...{ from: share, to: share, rows: count, predicted: share, observed: share },
        interval: z.strictObject({ low: share, high: share }),
      }),
    )
    .readonly(),
}

function checkSizes(context: z.core.ParsePayload<HitModelShape>): void {
  const { columns, mean, covariance } = context.value
  const size = columns.length + 1
  const complain = (path: PropertyKey[], message: string): void => {
    context.issues.push({ code: 'custom', input: context.value, path, message })
  }
  if (mean.length !== size) complain(['mean'], `expected ${size} numbers: the intercept and one a column`)
  if (covariance.length !== size || covariance.some((row) => row.length !== size))
    complain(['covariance'], `expected ${size} × ${size} numbers`)
  covariance.forEach((row, i) => {
    if ((row[i] ?? 0) <= 0) complain(['covariance', i, i], 'expected a variance above 0')
    if (row.some((value, j) => Math.abs(value - (covariance[j]?.[i] ?? 0)) > 1e-9 + 1e-6 * Math.abs(value)))
      complain(['covariance', i], 'expected a symmetric matrix')
  })
}

interface HitModelShape {
  readonly columns: readonly unknown[]
  readonly mean: readonly number[]
  readonly covariance: readonly (readonly number[])[]
}

const fittedPrior = z
  .strictObject({ embedder: model, verifier: model.nullable(), ...hitModel, ...evidence })
  .check(checkSizes)

const fallbackPrior = z.strictObject(hitModel).check(checkSizes)

export const cachePriorSchema = z.strictObject({
  /** Raised when an older gateway could not make sense of the file. */
  version: z.literal(1),
  priors: z.array(fittedPrior).readonly(),
  /** For models that were never calibrated. */
  fallback: fallbackPrior.nullable(),
})

export type CachePriorFile = z.output<typeof cachePriorSchema>
export type FittedPrior = z.output<typeof fittedPrior>
