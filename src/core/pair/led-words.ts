import type { PromptReading } from '../text/read-prompt.js'
import { keysOf, uniquePlaces } from './places.js'
import { DISTANCES } from './small-words.js'

/** What leads each word: "of" leads both words of "of my credit card". */
export function leadersOf({ content }: PromptReading): string[] {
  const leaders: string[] = []
  for (const { after } of content) {
    const goesOn = after === '' || LISTING.has(after)
    leaders.push(goesOn ? (leaders.at(-1) ?? '') : after)
  }
  return leaders
}

/** "A man in a straw hat", "a straw cigarette": a word belongs to another one than on the other side. */
export function isAttachedElsewhere(a: PromptReading, b: PromptReading): boolean {
  const [placesA, placesB] = [uniquePlaces(keysOf(a)), uniquePlaces(keysOf(b))]
  return [...placesA].some(([key, place]) => {
    const other = placesB.get(key)
    if (other === undefined) return false
    const [ownersA, ownersB] = [joinedAfter(a, place), joinedAfter(b, other)]
    const areCommon = ownersA.every((owner) => placesB.has(owner)) && ownersB.every((owner) => placesA.has(owner))
    return ownersA.length > 0 && ownersB.length > 0 && areCommon && !ownersA.some((owner) => ownersB.includes(owner))
  })
}

/** The words right behind one, with nothing between. */
function joinedAfter({ content }: PromptReading, place: number): string[] {
  const end = content.findIndex(({ adjoins }, at) => at > place && !adjoins)
  return content.slice(place + 1, end === -1 ? undefined : end).map(({ key }) => key)
}

/** "Honey for sugar", "sugar for honey": one preposition leads other words than on the other side. */
export function partsExchanged(a: PromptReading, b: PromptReading): boolean {
  // "From here to there" is as far as back.
  if (a.content.some(({ key }) => DISTANCES.has(key))) return false
  const [inA, inB] = [ledBy(a), ledBy(b)]
  const [firstInA, firstInB] = [ledFirst(a), ledFirst(b)]
  const [knownA, knownB] = [new Set(keysOf(a)), new Set(keysOf(b))]
  return [...firstInA].some(([preposition, first]) => {
    // "In the room price", "in the price" and elsewhere "room": one more word, not another one.
    const lost = first.filter((key) => !inB.get(preposition)?.includes(key))
    const gained = (firstInB.get(preposition) ?? []).filter((key) => !inA.get(preposition)?.includes(key))
    const areCommon = lost.every((key) => knownB.has(key)) && gained.every((key) => knownA.has(key))
    return lost.length > 0 && gained.length > 0 && areCommon
  })
}

function append(led: Map<string, string[]>, leader: string, key: string): void {
  const known = led.get(leader)
  if (known === undefined) led.set(leader, [key])
  else known.push(key)
}

/** Preposition → the words right behind it; a number does not hide what it counts. */
function ledFirst({ content }: PromptReading): Map<string, string[]> {
  const led = new Map<string, string[]>()
  for (const [at, { after, key }] of content.entries()) {
    const last = content[at - 1]
    const leader = after === '' && last?.isNumber ? last.after : after
    if (leader !== '' && !LISTING.has(leader)) append(led, leader, key)
  }
  return led
}

/** Preposition → all words that it leads. */
export function ledBy(reading: PromptReading): Map<string, string[]> {
  const led = new Map<string, string[]>()
  const leaders = leadersOf(reading)
  for (const [at, { key }] of reading.content.entries()) {
    const leader = leaders[at] ?? ''
    if (leader !== '') append(led, leader, key)
  }
  return led
}

/** Between things of one rank, whose order says nothing. */
export const LISTING = new Set(['and', 'or'])
