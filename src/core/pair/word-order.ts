import type { PromptReading } from '../text/read-prompt.js'

/**
 * Share of the common content words that stand in another order, from 0 (same order) to near 1. Words that occur twice
 * are left out. "Paris to London" and "London to Paris" differ by half.
 */
export function orderDifference(a: PromptReading, b: PromptReading): number {
  const placeInB = uniquePlaces(keysOf(b))
  const places: number[] = []
  for (const key of uniquePlaces(keysOf(a)).keys()) {
    const place = placeInB.get(key)
    if (place !== undefined) places.push(place)
  }
  return places.length < 2 ? 0 : 1 - longestRise(places) / places.length
}

/**
 * Whether two things changed roles: the words on both sides of a common pivot ("than", "to", "beats") are exchanged, or
 * the word after a preposition is another of the common words. "X and Y" has no roles.
 */
export function rolesSwapped(a: PromptReading, b: PromptReading): boolean {
  return pivotsExchanged(a, b) || prepositionsExchanged(a, b)
}

const keysOf = (reading: PromptReading): string[] => reading.content.map((word) => word.key)

function uniquePlaces(keys: readonly string[]): Map<string, number> {
  const places = new Map<string, number>()
  const repeated = new Set<string>()
  for (const [place, key] of keys.entries()) {
    if (places.has(key)) repeated.add(key)
    else places.set(key, place)
  }
  for (const key of repeated) places.delete(key)
  return places
}

/** Length of the longest increasing subsequence, by patience sorting: O(n log n). */
function longestRise(values: readonly number[]): number {
  const tails: number[] = []
  for (const value of values) {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((tails[middle] ?? 0) < value) low = middle + 1
      else high = middle
    }
    tails[low] = value
  }
  return tails.length
}

/** "dog bites man" / "man bites dog"; "Rust faster than Go" / "Go faster than Rust". */
function pivotsExchanged(a: PromptReading, b: PromptReading): boolean {
  const turned = new Set(triples(b).map(([left, pivot, right]) => `${right} ${pivot} ${left}`))
  return triples(a).some(([left, pivot, right]) => left !== right && turned.has(`${left} ${pivot} ${right}`))
}

/** A content word with its neighbours. "and" between two of them ends the triple, for their order says nothing. */
function triples({ content }: PromptReading): [string, string, string][] {
  return content.slice(2).flatMap((right, at): [string, string, string][] => {
    const [left, pivot] = [content[at], content[at + 1]]
    if (left === undefined || pivot === undefined || SYMMETRIC.has(pivot.key)) return []
    return LISTING.has(right.after) || LISTING.has(pivot.after) ? [] : [[left.key, pivot.key, right.key]]
  })
}

const LISTING = new Set(['and', 'or'])
const SYMMETRIC = new Set(['versu', 'versus', 'plus', 'time', 'multiply', 'between', 'equal'])

/** `from` before another of the words both prompts have: the same things, the other way round. */
function prepositionsExchanged(a: PromptReading, b: PromptReading): boolean {
  const [ledA, ledB] = [ledWords(a), ledWords(b)]
  const [inA, inB] = [new Set(keysOf(a)), new Set(keysOf(b))]
  for (const [preposition, key] of ledA) {
    const other = ledB.get(preposition)
    if (other !== undefined && other !== key && inB.has(key) && inA.has(other)) return true
  }
  return false
}

/** Preposition → content word behind it; prepositions that occur twice are left out. */
function ledWords({ content }: PromptReading): Map<string, string> {
  const led = new Map<string, string>()
  const repeated = new Set<string>()
  for (const { after, key, isNumber } of content) {
    // "on the 5th of May" is "on May 5": numbers hold no role.
    if (!DIRECTED.has(after) || isNumber) continue
    if (led.has(after)) repeated.add(after)
    led.set(after, key)
  }
  for (const preposition of repeated) led.delete(preposition)
  return led
}

const DIRECTED = new Set('to from into onto than by of in on at for with'.split(' '))
