import { createRandom, type Random } from './random.js'
import type { Template, Value } from './template.js'

/** A line of `pairs.jsonl`. */
export interface AdversarialPair {
  readonly template: string
  readonly domain: string
  readonly kind: string
  /** 1: the answer to one serves the other. */
  readonly label: 0 | 1
  readonly a: string
  readonly b: string
  readonly heldOut: boolean
}

const NEAR_MISSES = 14
const PARAPHRASES = 7
const TRIES = 60

/** Pairs of a template, none twice. Each template has its own seed: a new one leaves the pairs of the others alone. */
export function drawPairs(template: Template, seed: number): AdversarialPair[] {
  const random = createRandom(`${seed}:${template.name}`)
  const seen = new Set<string>()
  const collect = (label: 0 | 1, count: number, draw: () => readonly [string, string]): AdversarialPair[] => {
    const pairs: AdversarialPair[] = []
    for (let tried = 0; tried < count * TRIES && pairs.length < count; tried++) {
      const [a, b] = draw()
      const key = [a, b].sort().join('\n')
      if (a === b || seen.has(key)) continue
      seen.add(key)
      const { name, domain, kind, heldOut } = template
      pairs.push({ template: name, domain, kind, label, a, b, heldOut })
    }
    return pairs
  }
  return [
    ...collect(0, NEAR_MISSES, () => nearMiss(template, random)),
    ...collect(1, PARAPHRASES, () => paraphrase(template, random)),
  ]
}

type Filling = ReadonlyMap<string, Value>

/** Mostly in the same words but for what matters; sometimes in other words as well. */
function nearMiss(template: Template, random: Random): [string, string] {
  const filling = fill(template, random)
  const contrary = template.contrary.length > 0 ? template.contrary : template.wordings
  const place = random.pick([...template.wordings.keys()])
  const other = random.chance(0.6) && place < contrary.length ? place : random.pick([...contrary.keys()])
  const names = new Map([...filling.values()].map((value): [Value, string] => [value, nameOf(value, random)]))
  const write = (wording: string, filled: Filling): string =>
    replaceSlots(wording, (slot) => names.get(filled.get(slot) ?? []) ?? '')
  const pair: [string, string] = [
    write(template.wordings[place] ?? '', filling),
    careless(write(contrary[other] ?? '', varied(template, filling)), 0.15, template, random),
  ]
  return random.chance(0.5) ? pair : [pair[1], pair[0]]
}

/** The same values in other words: another wording, other names for the values, or only typed with less care. */
function paraphrase(template: Template, random: Random): [string, string] {
  const drawn = fill(template, random)
  const filling = random.chance(0.5) ? drawn : varied(template, drawn)
  const group = random.pick(template.groups)
  const [place, next] = random.distinct(group, 2)
  const other = random.chance(0.85) ? next : place
  const write = (at: number | undefined): string =>
    replaceSlots(template.wordings[at ?? 0] ?? '', (slot) => random.pick(filling.get(slot) ?? ['']))
  return [write(place), careless(write(other ?? place), 0.3, template, random)]
}

function fill({ slots }: Template, random: Random): Map<string, Value> {
  const filling = new Map<string, Value>()
  for (const { names, rows, values } of slots) {
    const drawn = rows === null ? random.distinct(values, names.length) : random.pick(rows)
    for (const [at, name] of names.entries()) filling.set(name, drawn[at] ?? [''])
  }
  return filling
}

const varied = ({ vary }: Template, filling: Filling): Filling =>
  new Map([...filling].map(([slot, value]): [string, Value] => [slot, filling.get(vary[slot] ?? slot) ?? value]))

const nameOf = (value: Value, random: Random): string => (random.chance(0.7) ? (value[0] ?? '') : random.pick(value))

const replaceSlots = (wording: string, fillSlot: (slot: string) => string): string =>
  wording.replace(/\{(\w+)\}/g, (_, slot: string) => fillSlot(slot))

/** In this share of the texts: in lower case, without the mark at the end, or with a word of politeness. */
function careless(text: string, share: number, { keepCase }: Template, random: Random): string {
  if (!random.chance(share)) return text
  const bare = text.replace(/[.?]$/, '')
  const lowered = /^(?:I\b|\p{Lu}{2})/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
  return random.pick([bare, `hi, ${lowered}`, `${bare}, thanks`, keepCase ? bare : bare.toLowerCase()])
}
