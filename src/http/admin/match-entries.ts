import type { CacheEntry } from '../../cache/entry/cache-entry.js'

export interface EntryFilter {
  readonly tenant?: string | undefined
  /** The model that answered, or the one that was asked for. */
  readonly model?: string | undefined
  /** Epoch milliseconds: only entries stored before. */
  readonly storedBeforeMs?: number | undefined
}

/** Accepts the entries that have all that the filter names. */
export function matchEntries({ model, storedBeforeMs, tenant }: EntryFilter): (entry: CacheEntry) => boolean {
  return ({ about }) =>
    (tenant === undefined || about.tenant === tenant) &&
    (model === undefined || about.model === model || about.modelClass === model) &&
    (storedBeforeMs === undefined || about.storedAtMs < storedBeforeMs)
}
