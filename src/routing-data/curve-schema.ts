import * as z from 'zod'

/**
 * The shape of `routing-curve.json` and `routing-calibration.json`: what scores of one classifier mean for the two models
 * that routing chooses between.
 */

const share = z.number().min(0).max(1)

const point = z.strictObject({
  score: share,
  /** P(the cheap model's answer is right) at this score. */
  cheap: share,
  /** P(the strong model's answer is right). */
  strong: share,
})

export const curveFileSchema = z
  .strictObject({
    /** Raised when an older gateway could not make sense of the file. */
    version: z.literal(1),
    classifier: z.strictObject({ name: z.string(), version: z.string() }),
    /** For people. */
    fittedOn: z.strictObject({ prompts: z.int().min(0), method: z.string(), source: z.string() }),
    points: z.array(point).min(2).readonly(),
    /** Scores as they may come before a gateway has seen traffic, lowest first. */
    reference: z.array(share).min(1).max(10_000).readonly(),
  })
  .check(({ issues, value }) => {
    const complain = (path: PropertyKey[], message: string): void => {
      issues.push({ code: 'custom', input: value, path, message })
    }
    value.points.forEach(({ cheap, score, strong }, at) => {
      if (strong < cheap) complain(['points', at, 'strong'], 'expected no less than cheap')
      if (at > 0 && score <= (value.points[at - 1]?.score ?? 0))
        complain(['points', at, 'score'], 'expected a higher one')
    })
  })

export type CurveFile = z.output<typeof curveFileSchema>
