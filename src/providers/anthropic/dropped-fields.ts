/** Names of client fields that are left out; shown in a header, so their number and characters are bounded. */
export interface DroppedFields {
  add(name: string): void
  list(): readonly string[]
}

const MAX_NAMES = 64
const PLAIN_NAME = /^[\w.[\]-]{1,100}$/

export function createDroppedFields(): DroppedFields {
  const names = new Set<string>()
  return {
    add(name) {
      if (names.size < MAX_NAMES) names.add(PLAIN_NAME.test(name) ? name : 'unknown')
    },
    list: () => [...names],
  }
}
