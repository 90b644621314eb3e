import { PHRASE_TABLE } from './phrase-table.js'
import type { Token } from './tokenise.js'

/**
 * Phrases that mean one word: "log in" → `login`, "turn the light on" → `enable the light`. Without this the particle
 * of a phrasal verb would be lost among the small words, and with it the difference between on and off.
 */
export function foldPhrases(tokens: readonly Token[]): Token[] {
  const folded: Token[] = []
  const dropped = new Set<number>()
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined || dropped.has(at)) continue
    const phrase = phraseAt(tokens, at)
    if (phrase !== undefined) {
      folded.push({ ...token, kind: 'word', form: phrase.form })
      at += phrase.length - 1
      continue
    }
    const parted = partedVerbAt(tokens, at)
    if (parted !== undefined) dropped.add(parted.particleAt)
    folded.push(parted === undefined ? token : { ...token, form: parted.form })
  }
  return folded
}

function phraseAt(tokens: readonly Token[], at: number): { form: string; length: number } | undefined {
  const candidates = PHRASES.get(tokens[at]?.form ?? '')
  return candidates?.find(({ rest }) => rest.every((form, place) => tokens[at + 1 + place]?.form === form))
}

/** "turn dark mode on": the particle at most five words later and in the same sentence. */
function partedVerbAt(tokens: readonly Token[], at: number): { form: string; particleAt: number } | undefined {
  if (!SWITCHES.has(tokens[at]?.form ?? '')) return undefined
  for (let place = at + 1; place <= at + 6; place++) {
    const token = tokens[place]
    if (token === undefined || token.opensSentence) return undefined
    const form = PARTICLES.get(token.form)
    if (form !== undefined && !NOUN_OPENERS.has(tokens[place + 1]?.form ?? '')) return { form, particleAt: place }
  }
  return undefined
}

const SWITCHES = new Set('turn turning turned switch switching switched toggle put'.split(' '))
const PARTICLES = new Map([
  ['on', 'enable'],
  ['off', 'disable'],
])
/** "turn the page on the left": here `on` opens a place. */
const NOUN_OPENERS = new Set('the a an my your this that'.split(' '))

const PHRASES: ReadonlyMap<string, readonly { form: string; length: number; rest: readonly string[] }[]> = phraseTable()

function phraseTable(): Map<string, { form: string; length: number; rest: readonly string[] }[]> {
  const table = new Map<string, { form: string; length: number; rest: readonly string[] }[]>()
  for (const line of PHRASE_TABLE.trim().split('\n')) {
    const [form = '', phrases = ''] = line.split(': ')
    for (const phrase of phrases.split('|')) {
      const [first = '', ...rest] = phrase.split(' ')
      const known = table.get(first) ?? []
      known.push({ form, length: rest.length + 1, rest })
      // The longest first, so that "united states of america" leaves no "of america".
      table.set(
        first,
        known.sort((a, b) => b.length - a.length),
      )
    }
  }
  return table
}
