import type { PromptReading } from '../text/read-prompt.js'

/** The keys of the content words, in order. */
export const keysOf = (reading: PromptReading): string[] => reading.content.map((word) => word.key)

/** Key → its place; keys that occur twice are left out. */
export function uniquePlaces(keys: readonly string[]): Map<string, number> {
  const places = new Map<string, number>()
  const repeated = new Set<string>()
  for (const [place, key] of keys.entries()) {
    if (places.has(key)) repeated.add(key)
    else places.set(key, place)
  }
  for (const key of repeated) places.delete(key)
  return places
}
