import type { JsonObject } from '../../core/decode.js'

/**
 * Collects what a request holds beyond our own terms, so that nothing of it vanishes silently when another provider
 * family answers. The anthropic family gets the client's own text and needs none of this.
 */
export interface Leftovers {
  /** Something that changes what is asked: other families refuse it by its path. */
  keep(path: string, value: unknown): void
  /** Something that only tunes or annotates: other families leave it out and say so. */
  hint(path: string): void
  /** Each member of `object` that is not in `known` and not null, as a hint. */
  hintUnknown(object: JsonObject, known: ReadonlySet<string>, path: string): void
  readonly extras: ReadonlyMap<string, unknown>
  readonly hints: readonly string[]
}

/** Hints may be shown in a header, so their number and their characters are bounded. */
const MAX_HINTS = 32
const PLAIN_NAME = /^[\w.[\]-]{1,100}$/

export function createLeftovers(): Leftovers {
  const extras = new Map<string, unknown>()
  const hints: string[] = []

  function hint(path: string): void {
    const name = path.replace(/\[\d+\]/g, '[]')
    const shown = PLAIN_NAME.test(name) ? name : 'unknown'
    if (hints.length < MAX_HINTS && !hints.includes(shown)) hints.push(shown)
  }

  return {
    extras,
    hints,
    keep(path, value) {
      extras.set(path, value)
    },
    hint,
    hintUnknown(object, known, path) {
      for (const [key, value] of Object.entries(object)) {
        if (value !== null && !known.has(key)) hint(`${path}.${key}`)
      }
    },
  }
}
