/** Values by key as long as they are used now and then. */
export interface RecentMap<V> {
  get(key: string): V | undefined
  /** @param weight what keeping it costs, in the unit of the limit; heavier than half of that it is not kept */
  set(key: string, value: V, weight: number): void
}

/**
 * Two generations: what is used moves into the young one, and when that is full the old one is forgotten as a whole. So
 * nothing is sorted or counted down one by one, and twice the limit is the most that is kept.
 *
 * @param limit weight of a generation
 */
export function createRecentMap<V>(limit: number): RecentMap<V> {
  let young = new Map<string, Held<V>>()
  let old = new Map<string, Held<V>>()
  let weightOfYoung = 0

  function drop(key: string): void {
    const held = young.get(key)
    if (held === undefined) return
    young.delete(key)
    weightOfYoung -= held.weight
  }

  function put(key: string, held: Held<V>): void {
    drop(key)
    if (weightOfYoung + held.weight > limit) {
      old = young
      young = new Map()
      weightOfYoung = 0
    }
    young.set(key, held)
    weightOfYoung += held.weight
  }

  return {
    get(key) {
      const held = young.get(key)
      if (held !== undefined) return held.value
      const before = old.get(key)
      if (before !== undefined) put(key, before)
      return before?.value
    },
    set(key, value, weight) {
      // What was there is out of date, also where the new value is too heavy.
      old.delete(key)
      if (weight <= limit / 2) put(key, { value, weight })
      else drop(key)
    },
  }
}

interface Held<V> {
  readonly value: V
  readonly weight: number
}
