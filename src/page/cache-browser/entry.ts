/** A row of `GET /cache/entries`. */
export interface Entry {
  readonly id: string
  readonly tenant: string
  readonly namespace: string | null
  readonly model_class: string
  readonly provider: string
  readonly model: string
  readonly stored_at: string
  readonly expires_at: string
  /** It may answer prompts that mean the same. */
  readonly semantic: boolean
  /** Null: not kept. */
  readonly prompt: string | null
  readonly answer?: string
}

export interface EntryPage {
  readonly entries: readonly Entry[]
  readonly next_cursor: string | null
}
