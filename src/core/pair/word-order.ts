import type { PromptReading } from '../text/read-prompt.js'
import { isUnit } from '../text/units.js'
import { isAttachedElsewhere, LISTING, leadersOf, ledBy, partsExchanged } from './led-words.js'
import { keysOf, uniquePlaces } from './places.js'
import { measuresSwapped } from './quantities.js'
import { turnedAround, voiceChange } from './voice.js'

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
 * Whether each common word that stands elsewhere follows a preposition on one side: "a list in Python", "a Python list".
 * Words that change places without one may have changed roles: "is every square a rectangle".
 */
export function orderExplained(a: PromptReading, b: PromptReading): boolean {
  const [placesA, placesB] = [uniquePlaces(keysOf(a)), uniquePlaces(keysOf(b))]
  const common = [...placesA.keys()].filter((key) => !FREE.has(key) && placesB.has(key))
  const moved = (key: string, other: string): boolean =>
    Math.sign((placesA.get(key) ?? 0) - (placesA.get(other) ?? 0)) !==
    Math.sign((placesB.get(key) ?? 0) - (placesB.get(other) ?? 0))
  const [afterA, afterB] = [leadersOf(a), leadersOf(b)]
  const leaderInA = (key: string): string => afterA[placesA.get(key) ?? -1] ?? ''
  const leaderInB = (key: string): string => afterB[placesB.get(key) ?? -1] ?? ''
  const isLed = (key: string): boolean => {
    const [inA, inB] = [leaderInA(key), leaderInB(key)]
    // "From Paris to Rome", "to Rome from Paris": each keeps its part.
    if (inA === inB) return KEEPING.has(inA)
    // "A winter trip", "a trip in winter".
    return (
      LEADING.has(inA) !== LEADING.has(inB) ||
      (isQualifier(a, placesA.get(key)) && isLedItself(b, placesB.get(key))) ||
      (isQualifier(b, placesB.get(key)) && isLedItself(a, placesA.get(key)))
    )
  }
  // "Gross and net", "net and gross".
  const areListed = (...keys: string[]): boolean =>
    [a, b].every(({ content }) => content.some(({ key, after }) => LISTING.has(after) && keys.includes(key)))
  if (partsExchanged(a, b) || isAttachedElsewhere(a, b)) return false
  const voice = voiceChange(a, b)
  const turned = voice === undefined ? NONE : turnedAround(voice)
  if (turned === undefined) return false
  if (isRotated(common.map((key) => placesB.get(key) ?? 0)) && !hasDirection(a) && !hasDirection(b))
    return numbersOf(a) === numbersOf(b)
  return common.every((key, at) =>
    common
      .slice(at + 1)
      .every(
        (other) =>
          !moved(key, other) ||
          isLed(key) ||
          isLed(other) ||
          areListed(key, other) ||
          turned.has(key) !== turned.has(other),
      ),
  )
}

const NONE: ReadonlySet<string> = new Set()

/** Words that stand where they like: "what does it cost", "the cost of it"; "round it down", "the number 91". */
const FREE = new Set(['cost', 'up', 'down', 'out', 'away', 'off', 'number'])

/** "Winter" of "a winter trip": a noun follows at once. */
const isQualifier = ({ content }: PromptReading, place = -1): boolean => place >= 0 && content[place + 1]?.after === ''

const isLedItself = ({ content }: PromptReading, place = -1): boolean => LEADING.has(content[place]?.after ?? '')

const KEEPING = new Set(['from', 'to', 'in', 'into', 'on', 'at', 'with', 'by'])
const LEADING = new Set('in on at of for to with using by from about'.split(' '))

/**
 * The end of one is the start of the other: "is raw fish safe to eat", "is it safe to eat raw fish". Things that change
 * places around a verb turn the whole order round instead.
 */
function isRotated(places: readonly number[]): boolean {
  const drops = places.filter((place, at) => place > (places[(at + 1) % places.length] ?? 0)).length
  return places.length > 2 && drops === 1
}

const hasDirection = ({ content }: PromptReading): boolean => content.some(({ after }) => SOURCES.has(after))

const numbersOf = ({ content }: PromptReading): string =>
  content.flatMap(({ form, isNumber }) => (isNumber ? [form] : [])).join(' ')

const SOURCES = new Set(['from', 'into', 'onto', 'than', 'by'])

/**
 * Whether two things changed roles: the words on both sides of a common pivot ("than", "to", "beats") are exchanged, or
 * the word after a preposition is another of the common words. "X and Y" has no roles.
 */
export function rolesSwapped(a: PromptReading, b: PromptReading): boolean {
  return pivotsExchanged(a, b) || prepositionsExchanged(a, b) || measuresSwapped(a, b)
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
  const verb = voiceChange(a, b)?.verb
  // Where one side is passive, the same order has other parts: "Paris rules Rome", "Paris is ruled by Rome".
  const inB = new Set(
    triples(b).map(([left, pivot, right]) => (pivot === verb ? [left, pivot, right] : [right, pivot, left]).join(' ')),
  )
  return triples(a).some(([left, pivot, right]) => left !== right && inB.has(`${left} ${pivot} ${right}`))
}

/** A content word with its neighbours. "and" between two of them ends the triple, for their order says nothing. */
function triples({ content }: PromptReading): [string, string, string][] {
  return content.slice(2).flatMap((right, at): [string, string, string][] => {
    const [left, pivot] = [content[at], content[at + 1]]
    if (left === undefined || pivot === undefined || SYMMETRIC.has(pivot.key)) return []
    // "a 500 dollar loan", "a loan of $500": a unit goes with its number, wherever that stands.
    if (isUnit(pivot.form)) return []
    return LISTING.has(right.after) || LISTING.has(pivot.after) ? [] : [[left.key, pivot.key, right.key]]
  })
}

const SYMMETRIC = new Set(['versu', 'versus', 'plus', 'time', 'multiply', 'between', 'equal'])

/** `to` before the one of two common words in A and before the other in B, while their order is turned round. */
function prepositionsExchanged(a: PromptReading, b: PromptReading): boolean {
  const [placesA, placesB] = [uniquePlaces(keysOf(a)), uniquePlaces(keysOf(b))]
  const [ledA, ledB] = [ledWords(a), ledWords(b)]
  const [chunksA, chunksB] = [ledBy(a), ledBy(b)]
  if (crossed(ledA, ledB) || crossed(ledB, ledA)) return true
  for (const [preposition, key] of ledA) {
    const other = ledB.get(preposition)
    if (other === undefined || other === key) continue
    // "In the room price", "in the price of the room".
    if (chunksA.get(preposition)?.includes(other) || chunksB.get(preposition)?.includes(key)) continue
    const inA = distance(placesA, key, other)
    const inB = distance(placesB, key, other)
    if (inA !== undefined && inB !== undefined && inA * inB < 0) return true
  }
  return false
}

/** "from Oslo to Rome", "to Oslo from Rome". */
function crossed(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  const [start, goal] = [a.get('from'), a.get('to')]
  return start !== undefined && goal !== undefined && start !== goal && b.get('to') === start && b.get('from') === goal
}

/** Places from one word to another; undefined unless both occur, once. */
function distance(places: ReadonlyMap<string, number>, from: string, to: string): number | undefined {
  const [start, end] = [places.get(from), places.get(to)]
  return start === undefined || end === undefined ? undefined : end - start
}

/** Preposition → content word behind it; prepositions that occur twice are left out. */
function ledWords({ content }: PromptReading): Map<string, string> {
  const led = new Map<string, string>()
  const repeated = new Set<string>()
  for (const { after, key, isNumber } of content) {
    // "on the 5th of May" is "on May 5": numbers hold no role.
    if (!DIRECTED.has(after) || isNumber) continue
    const preposition = LIKE_TO.has(after) ? 'to' : after
    if (led.has(preposition)) repeated.add(preposition)
    led.set(preposition, key)
  }
  for (const preposition of repeated) led.delete(preposition)
  return led
}

const LIKE_TO = new Set(['into', 'onto'])

// Not `of`, `for`, `with` and `on`: "a diet for muscle building" is one "for building muscle".
const DIRECTED = new Set('to from into onto than by in'.split(' '))
