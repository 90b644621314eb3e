/** Prices in US dollars per million tokens. Absent: not known, and then a cost that needs it is not known either. */
export interface PriceBand {
  /** The band holds from this day on (UTC, `YYYY-MM-DD`, inclusive). */
  readonly effectiveFrom?: string
  /** The band holds before this day (UTC, exclusive). */
  readonly effectiveUntil?: string
  /** The band replaces the base for the whole request when the prompt is longer than this many tokens. */
  readonly abovePromptTokens?: number
  readonly inputPerMTok?: number
  readonly outputPerMTok?: number
  readonly cachedInputPerMTok?: number
  readonly cacheWritePerMTok?: number
  readonly cacheWriteLongPerMTok?: number
  /** Prompt tokens that are sound. Absent: they cost what others do. */
  readonly audioInputPerMTok?: number
  /** By `tier` of a usage: all prices times this. */
  readonly tierFactors?: Readonly<Record<string, number>>
}

/** One model as the gateway offers it. */
export interface ModelSpec {
  /** What clients write. */
  readonly id: string
  /** Name of the configured provider that serves it. */
  readonly provider: string
  /** What the provider calls it. */
  readonly upstreamName: string
  readonly contextTokens?: number
  readonly maxOutputTokens?: number
  /** `tools`, `vision`, `json-schema`, `reasoning` …; absent: not known. */
  readonly capabilities?: readonly string[]
  readonly prices?: readonly PriceBand[]
  /**
   * Served by somebody else than its vendor, at prices of his own: `prices` are the vendor's, good for comparing models and
   * not for what an answer costs.
   */
  readonly isResold?: true
  /** Of an embedding model: length of its vectors. Absent: not known. */
  readonly dimension?: number
  /** The shorter lengths that can be asked for as well. */
  readonly dimensions?: readonly number[]
  /** The vendor's model to choose when the gateway chooses: its cheap one or its strong one that everybody may call. */
  readonly tier?: 'cheap' | 'strong'
  /** False for a model that is reached as `provider/name` and stands in no catalogue. */
  readonly listed: boolean
}

/** What answers of the model are paid with; empty: not known. */
export function pricesOfSpec({ isResold, prices = [] }: Pick<ModelSpec, 'isResold' | 'prices'>): readonly PriceBand[] {
  return isResold ? [] : prices
}
