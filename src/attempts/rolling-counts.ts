/** Counts of the last while, forgotten slice by slice. */
export interface RollingCounts<Kind extends string> {
  add(kind: Kind, nowMs: number): void
  count(kind: Kind, nowMs: number): number
  clear(): void
}

const SLICES = 10

export function createRollingCounts<Kind extends string>(
  kinds: readonly Kind[],
  windowMs: number,
): RollingCounts<Kind> {
  const sliceMs = windowMs / SLICES
  const rings = new Map<Kind, number[]>()
  let newest = Number.NEGATIVE_INFINITY
  clear()

  function clear(): void {
    for (const kind of kinds) rings.set(kind, new Array<number>(SLICES).fill(0))
  }

  /** Empties the slices that have passed since the last look. */
  function turn(nowMs: number): number {
    const slice = Math.floor(nowMs / sliceMs)
    for (let passed = Math.max(newest + 1, slice - SLICES + 1); passed <= slice; passed += 1) {
      for (const ring of rings.values()) ring[passed % SLICES] = 0
    }
    newest = Math.max(newest, slice)
    return newest % SLICES
  }

  return {
    add(kind, nowMs) {
      const at = turn(nowMs)
      const ring = rings.get(kind)
      if (ring !== undefined) ring[at] = (ring[at] ?? 0) + 1
    },
    count(kind, nowMs) {
      turn(nowMs)
      return rings.get(kind)?.reduce((sum, slice) => sum + slice, 0) ?? 0
    },
    clear,
  }
}
