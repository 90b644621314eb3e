/** Somebody, or something, has judged an answer. */
export interface QualityLabel {
  readonly source: LabelSource
  readonly verdict: LabelVerdict
  readonly tenant: string
  /** Name of the client's key; undefined on an open gateway. */
  readonly key?: string | undefined
  /** Of the model whose answer was judged. */
  readonly provider: string
  readonly model: string
}

/**
 * `audit`: a kept answer against a fresh one, for a random share of the semantic hits. `shadow`: the cheap model's answer
 * against the strong one's, for a random share of the requests routed to the former; right: it was adequate. `client` and
 * `reviewer`: what people said, of answers that they chose.
 */
export const LABEL_SOURCES = ['audit', 'shadow', 'client', 'reviewer'] as const

export type LabelSource = (typeof LABEL_SOURCES)[number]

export const LABEL_VERDICTS = ['right', 'wrong', 'unsure'] as const

export type LabelVerdict = (typeof LABEL_VERDICTS)[number]
