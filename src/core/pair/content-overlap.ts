import { areOpposite } from '../text/antonyms.js'
import type { ContentWord, PromptReading } from '../text/read-prompt.js'
import { areRivals } from '../text/rivals.js'

/** How the content words of two prompts match. */
export interface ContentOverlap {
  readonly matched: number
  /** Of the matched, those that only the table of synonyms made equal. */
  readonly bySynonym: number
  /** Content words with no mate on the other side, numbers included. */
  readonly onlyInA: readonly ContentWord[]
  readonly onlyInB: readonly ContentWord[]
}

/** Matches every content word with one of the same key on the other side; "log file" matches "logfile". */
export function overlapContent(a: PromptReading, b: PromptReading): ContentOverlap {
  const free = placesByKey(b.content)
  const usedInB = new Set<number>()
  const onlyInA: ContentWord[] = []
  let bySynonym = 0
  // "List … as a list": what says more finds its mate first.
  for (const word of [...a.content.filter(isHeavy), ...a.content.filter(isLight)]) {
    const place = free.get(word.key)?.pop()
    const mate = place === undefined ? undefined : b.content[place]
    if (place === undefined || mate === undefined) {
      onlyInA.push(word)
      continue
    }
    usedInB.add(place)
    if (mate.stem !== word.stem) bySynonym++
  }
  const onlyInB = b.content.filter((_, place) => !usedInB.has(place))
  const restA = withoutCompounds(onlyInA, onlyInB)
  const restB = withoutCompounds(onlyInB, onlyInA)
  const matched = a.content.length - restA.length
  return { matched, bySynonym, onlyInA: restA.filter(isHeavy), onlyInB: restB.filter(isHeavy) }
}

const isLight = (word: ContentWord): boolean => word.isLight
const isHeavy = (word: ContentWord): boolean => !word.isLight

function placesByKey(words: readonly ContentWord[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  // Backwards, so that `pop` gives the earliest.
  for (let place = words.length - 1; place >= 0; place--) {
    const word = words[place]
    if (word === undefined) continue
    const known = places.get(word.key)
    if (known === undefined) places.set(word.key, [place])
    else if (word.isLight) known.unshift(place)
    else known.push(place)
  }
  return places
}

/** Words less those that are written apart or together on the other side. */
function withoutCompounds(words: readonly ContentWord[], others: readonly ContentWord[]): ContentWord[] {
  if (words.length === 0 || others.length === 0) return [...words]
  const otherWhole = new Set(others.map((word) => word.form))
  const otherJoined = new Set(others.map((word, at) => word.form + (others[at + 1]?.form ?? '')))
  return words.filter((word, at) => {
    const withNext = word.form + (words[at + 1]?.form ?? '')
    const withLast = (words[at - 1]?.form ?? '') + word.form
    if (withNext !== word.form && otherWhole.has(withNext)) return false
    if (withLast !== word.form && otherWhole.has(withLast)) return false
    return !(word.form.length > 5 && otherJoined.has(word.form) && !otherWhole.has(word.form))
  })
}

/** The first words compared with each other; beyond these two long texts differ in any case. */
const MOST_COMPARED = 24

/** Pairs of opposites among the unmatched words, one of each side. */
export function oppositePairs(overlap: ContentOverlap): number {
  return countPairs(overlap, (a, b) => areOpposite(a.stem, b.stem) || areOpposite(a.key, b.key))
}

/** Pairs of members of one closed class, such as two cities, among the unmatched words. */
export function rivalPairs(overlap: ContentOverlap): number {
  return countPairs(overlap, (a, b) => areRivals(a.stem, b.stem) || areRivals(a.key, b.key))
}

/** Unmatched words with one spelled nearly alike on the other side: typing errors and derivations. */
export function alikePairs(overlap: ContentOverlap): number {
  return countPairs(overlap, (a, b) => !a.isNumber && !b.isNumber && spelledAlike(a.stem, b.stem))
}

function countPairs({ onlyInA, onlyInB }: ContentOverlap, test: (a: ContentWord, b: ContentWord) => boolean): number {
  const others = onlyInB.slice(0, MOST_COMPARED)
  let found = 0
  for (const word of onlyInA.slice(0, MOST_COMPARED)) if (others.some((other) => test(word, other))) found++
  return found
}

/** One slip apart ("recieve"), or a common beginning of five letters ("install", "installation"). */
export function spelledAlike(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length)
  if (shorter < 5 || a.charAt(0) !== b.charAt(0)) return false
  let head = 0
  while (head < shorter && a[head] === b[head]) head++
  if (head >= 5 && head >= 0.7 * shorter) return true
  let tail = 0
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  // What is left between the common ends: one letter changed, added or dropped, or two exchanged.
  const [middleA, middleB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)]
  return (
    (middleA.length <= 1 && middleB.length <= 1) || (middleA.length === 2 && middleB === `${middleA[1]}${middleA[0]}`)
  )
}
