import { encodeOf, type LedgerOf, OTHER } from './ledger-row.js'

/** Which rows a period has, and which ones there is room for. */
export interface PeriodBook {
  /** The row that is to be added to: this one, or a coarser one that stands for many. */
  place(of: LedgerOf): LedgerOf
}

interface Place {
  readonly of: LedgerOf
  readonly limits: readonly { readonly group: string; readonly most: number }[]
}

/** Tenants and keys are the configuration's, so they bound themselves; models and tags may be anything. */
const MOST_MODELS_OF_KEY = 200
const MOST_VALUES_OF_TAG = 100
const MOST_TAG_ROWS_OF_TENANT = 1000

/** @param rows what the period has already */
export function createPeriodBook(rows: Iterable<LedgerOf>): PeriodBook {
  const known = new Set<string>()
  const counts = new Map<string, number>()

  function enter({ limits, of }: Place): void {
    known.add(encodeOf(of))
    for (const { group } of limits) counts.set(group, (counts.get(group) ?? 0) + 1)
  }

  for (const of of rows) enter(placesOf(of)[0])
  return {
    place(of) {
      for (const place of placesOf(of)) {
        if (known.has(encodeOf(place.of))) return place.of
        if (!place.limits.every(({ group, most }) => (counts.get(group) ?? 0) < most)) continue
        enter(place)
        return place.of
      }
      return coarsest(of)
    },
  }
}

/** For a writer that holds as many rows as it may. */
export function coarsest(of: LedgerOf): LedgerOf {
  return of.kind === 'traffic' ? { ...of, provider: OTHER, model: OTHER } : { ...of, tag: OTHER, value: OTHER }
}

/** From fine to coarse. */
function placesOf(of: LedgerOf): readonly [Place, ...Place[]] {
  if (of.kind === 'traffic') {
    const group = JSON.stringify([of.tenant, of.key])
    return [{ of, limits: [{ group, most: MOST_MODELS_OF_KEY }] }]
  }
  const tenant = { group: JSON.stringify([of.tenant]), most: MOST_TAG_ROWS_OF_TENANT }
  const tag = { group: JSON.stringify([of.tenant, of.tag, 'values']), most: MOST_VALUES_OF_TAG }
  return [
    { of, limits: [tenant, tag] },
    { of: { ...of, value: OTHER }, limits: [tenant] },
  ]
}
