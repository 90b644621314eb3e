/** What one side has and the other lacks. */
export interface Missing {
  readonly fromA: number
  readonly fromB: number
}

/** Items of each side that the other lacks, every occurrence counted. */
export function missingItems(a: Iterable<string>, b: Iterable<string>): Missing {
  const surplus = new Map<string, number>()
  for (const item of a) surplus.set(item, (surplus.get(item) ?? 0) + 1)
  for (const item of b) surplus.set(item, (surplus.get(item) ?? 0) - 1)
  let [fromA, fromB] = [0, 0]
  for (const count of surplus.values()) {
    // Left over in A means that B lacks it.
    if (count > 0) fromB += count
    else fromA -= count
  }
  return { fromA, fromB }
}

/** Something on either side has no mate. */
export const differ = ({ fromA, fromB }: Missing): boolean => fromA + fromB > 0

/** Each side has something that the other lacks: not more said, but something else. */
export const conflict = ({ fromA, fromB }: Missing): boolean => fromA > 0 && fromB > 0
