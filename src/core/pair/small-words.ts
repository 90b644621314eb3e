import { areOpposite } from '../text/antonyms.js'
import { degreeOf } from '../text/degree.js'
import type { PromptReading } from '../text/read-prompt.js'
import { stem } from '../text/stem.js'
import { conflict, differ, missingItems } from './missing-items.js'

/** More negations on one side than on the other. */
export const negationDiffers = (a: PromptReading, b: PromptReading): boolean => negationsOf(a) !== negationsOf(b)

const negationsOf = ({ allForms }: PromptReading): number => {
  let negations = 0
  for (const [at, form] of allForms.entries()) {
    // "whether or not", "why or why not" deny nothing.
    const open = OPENING_NOT.has(allForms[at - 1] ?? '') || allForms[at - 2] === 'or'
    if (NEGATIONS.has(form) && !(form === 'not' && open)) negations++
    if (form === 'avoid' && advisesAgainst(allForms, at)) negations++
    // "reverse alphabetical order" turns the order round; "reverse a string" is an action like any other.
    if (form === 'reverse' && ORDERED.has(allForms[at + 1] ?? '')) negations++
  }
  return negations
}

const NEGATIONS = new Set(
  'not no never none nobody nothing nowhere neither nor without except cannot unable lack lacks lacking'.split(' '),
)

/** "Foods to avoid", "what should I avoid": against something. "How to avoid a cold" asks for a way, as "prevent" does. */
function advisesAgainst(forms: readonly string[], at: number): boolean {
  const before = forms.slice(Math.max(0, at - 10), at)
  if (before.at(-1) === 'to') return before.length > 1 && !WAYS.has(before.at(-2) ?? '')
  return before.includes('should') || before.includes('must')
}

const WAYS = new Set('how way ways want need try trying tips able like steps best order'.split(' '))

const ORDERED = new Set('order alphabetical chronological numerical sorted'.split(' '))

const OPENING_NOT = new Set(['or', 'why'])

/** Opposite particles: before / after, on / off, with / without, each on one side only. */
export function particlesOppose(a: PromptReading, b: PromptReading): boolean {
  const [inA, inB] = [particlesOf(a), particlesOf(b)]
  const onlyInA = [...inA].filter((particle) => !inB.has(particle))
  const onlyInB = [...inB].filter((particle) => !inA.has(particle))
  if (onlyInA.some((particle) => onlyInB.some((other) => areOpposite(stem(particle), stem(other))))) return true
  return belittles(a, b) || belittles(b, a) || sourcesOppose(a, b) || sourcesOppose(b, a)
}

/** "A message from my sister", "a message for my sister". */
function sourcesOppose(a: PromptReading, b: PromptReading): boolean {
  // "From the hotel to the beach" is as far as back.
  if (a.content.some(({ key }) => DISTANCES.has(key))) return false
  const led = new Map(b.content.map(({ key, after }) => [key, after]))
  return a.content.some(({ after, key }) => OPPOSED_LEADERS.get(after)?.has(led.get(key) ?? '') ?? false)
}

/** Keys of words that are the same from either end. */
export const DISTANCES = new Set(['far', 'distanc'])

const OPPOSED_LEADERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['from', new Set(['for', 'to'])],
  ['by', new Set(['for', 'to'])],
])

/** "less sweet" on one side, "sweeter" on the other. */
function belittles(a: PromptReading, b: PromptReading): boolean {
  const [forms, others] = [formsOf(a), formsOf(b)]
  const lessened = new Set(forms.filter((_, at) => forms[at - 1] === 'less' || forms[at - 1] === 'least').map(stem))
  return others.some((form) => lessened.has(stem(degreeOf(form)?.base ?? '')))
}

const PARTICLES = new Set(
  `on off before after with without in out inside outside into from to up down above below over under since until
  for against always never more less fewer most least yes no am pm all none every`.split(/\s+/),
)

const particlesOf = ({ tokens }: PromptReading): Set<string> =>
  new Set(tokens.flatMap(({ form }) => (PARTICLES.has(form) ? [form] : [])))

const wordClasses = (table: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(table).flatMap(([name, words]) => words.split(' ').map((word): [string, string] => [word, name])),
  )

/** The classes of a table that occur in a prompt. */
const classesIn = (forms: readonly string[], classes: ReadonlyMap<string, string>): Set<string> =>
  new Set(forms.flatMap((form) => classes.get(form) ?? []))

const formsOf = ({ tokens }: PromptReading): string[] => tokens.map(({ form }) => form)

const QUANTIFIERS = wordClasses({
  all: 'all every everyone everybody everything each both always entire whole',
  some: 'some sometimes several',
  none: 'none nobody nothing never neither',
  few: 'few rarely seldom',
  most: 'most mostly usually',
  only: 'only just solely exclusively',
})

/**
 * Each side has a quantifier the other lacks, or one says "none" or "only" and the other does not, or a number has
 * another bound: "at least two", "exactly two".
 */
export function quantifiersDiffer(a: PromptReading, b: PromptReading): boolean {
  if (differ(missingItems(boundsOf(a), boundsOf(b)))) return true
  const [inA, inB] = [classesIn(formsOf(a), QUANTIFIERS), classesIn(formsOf(b), QUANTIFIERS)]
  return conflict(missingItems(inA, inB)) || ['none', 'only'].some((name) => inA.has(name) !== inB.has(name))
}

/** "Exactly" is what a bare number says. */
const BOUNDS = wordClasses({
  least: 'atleast',
  most: 'atmost',
  more: 'more over above greater larger',
  fewer: 'fewer less under below smaller',
})
const BOUND_LINKS = new Set(['than', 'usd', 'eur', 'gbp'])

/** The bound before each number. */
function boundsOf({ tokens }: PromptReading): string[] {
  return tokens.flatMap(({ kind }, at) => {
    if (kind !== 'number') return []
    const before = tokens.slice(Math.max(0, at - 3), at).map(({ form }) => form)
    while (BOUND_LINKS.has(before.at(-1) ?? '')) before.pop()
    return BOUNDS.get(before.at(-1) ?? '') ?? []
  })
}

/** One side compares or ranks ("faster", "best", "most …") and the other does not do the same. */
export const degreeDiffers = (a: PromptReading, b: PromptReading): boolean =>
  differ(missingItems(degreesOf(a), degreesOf(b)))

function degreesOf(reading: PromptReading): Set<string> {
  const degrees = new Set<string>()
  for (const [at, form] of formsOf(reading).entries()) {
    // "Lower my blood pressure": a verb.
    if (at === 0 && form === 'lower') continue
    if (SUPERLATIVE.test(form) && !NO_SUPERLATIVE.has(form)) degrees.add('superlative')
    if (COMPARATIVE.has(form)) degrees.add('comparative')
  }
  return degrees
}

const SUPERLATIVE = /^(?:best|worst|most|least|\p{L}{3,12}est)$/u
const NO_SUPERLATIVE = new Set(
  'test request guest forest interest invest west nest rest latest harvest suggest contest protest honest digest quest chest everest budapest conquest manifest modest ingest arrest vest pest'.split(
    ' ',
  ),
)
const COMPARATIVE = new Set(
  `better worse more less fewer than faster slower bigger smaller larger cheaper older younger newer higher lower longer
  shorter stronger weaker easier harder safer healthier lighter heavier`.split(/\s+/),
)

const PERSONS = wordClasses({
  first: 'i me my mine myself we us our ours ourselves',
  second: 'you your yours yourself',
  he: 'he him his himself',
  she: 'she her hers herself',
  they: 'they them their theirs themselves',
})

const OWNERS = wordClasses({
  first: 'my mine our ours',
  second: 'your yours',
  he: 'his',
  she: 'her hers',
  they: 'their theirs',
})

/**
 * Each side speaks of a person the other does not: my / your, he / she. In a how-to "I" and "you" are anybody: "how do I
 * reset my password", "how do you reset your password".
 */
export function personDiffers(a: PromptReading, b: PromptReading): boolean {
  const owners = [classesIn(formsOf(a), OWNERS), classesIn(formsOf(b), OWNERS)] as const
  const [inA, inB] = [classesIn(formsOf(a), PERSONS), classesIn(formsOf(b), PERSONS)]
  if (a.questionType === 'how-to' && b.questionType === 'how-to') {
    for (const persons of [inA, inB, ...owners]) if (persons.delete('second')) persons.add('first')
  }
  // "How long do you boil an egg": anybody, as well.
  if (a.questionType === 'measure' && b.questionType === 'measure') {
    for (const persons of [inA, inB]) if (persons.delete('second')) persons.add('first')
  }
  // "give me my number", "give me your number": both speak of me, yet of another's number.
  return conflict(missingItems(inA, inB)) || conflict(missingItems(...owners))
}

const MODALITIES = wordClasses({
  ability: 'can could able',
  duty: 'should must ought shall supposed need needed required requires necessary',
  chance: 'may might',
})

/** can / should / may: "can I" asks something else than "should I". A how-to's auxiliary says nothing. */
export function modalityDiffers(a: PromptReading, b: PromptReading): boolean {
  if (a.questionType === 'how-to' || b.questionType === 'how-to') return false
  return differ(missingItems(classesIn(a.allForms, MODALITIES), classesIn(b.allForms, MODALITIES)))
}

/** Each side has a modality the other lacks: "can I pay by card", "must I pay by card". */
export const modalitiesClash = (a: PromptReading, b: PromptReading): boolean =>
  a.questionType === 'yes-no' && b.questionType === 'yes-no' && (isForced(a, b) || isForced(b, a))

function isForced(a: PromptReading, b: PromptReading): boolean {
  const [inA, inB] = [classesIn(a.asked, MODALITIES), classesIn(b.asked, MODALITIES)]
  return inA.has('duty') && !inB.has('duty') && (inB.has('ability') || inB.has('chance'))
}

const TENSES = wordClasses({ past: 'did was were had', present: 'do does is are am has have', future: 'will shall' })

/** Each side has a tense the other lacks: who won / who will win. */
export const tenseDiffers = (a: PromptReading, b: PromptReading): boolean =>
  conflict(missingItems(classesIn(a.allForms, TENSES), classesIn(b.allForms, TENSES)))

const FORMATS = wordClasses({
  json: 'json',
  table: 'table tabular',
  list: 'bullet bullets bulleted list',
  brief: 'brief briefly short shortly concise concisely summary',
  detailed: 'detail detailed thorough thoroughly comprehensive long',
  simple: 'simple simply beginner beginners kid kids five-year-old layman',
  example: 'example examples',
  steps: 'step steps',
  code: 'code script program',
  paragraph: 'paragraph paragraphs',
  sentence: 'sentence sentences',
  essay: 'essay article',
  poem: 'poem poetry haiku rhyme',
  formal: 'formal formally professional',
  informal: 'informal casual friendly',
})

/** The asked form of the answer: briefly / in detail, as JSON, as a table. */
export const formatDiffers = (a: PromptReading, b: PromptReading): boolean =>
  differ(missingItems(formatsOf(a), formatsOf(b)))

const formatsOf = ({ tokens }: PromptReading): Set<string> =>
  classesIn(
    tokens.flatMap(({ form }, at) => (isNoFormat(form, at, tokens) ? [] : [form])),
    FORMATS,
  )

/** "List …", "sort a list", "how long": only "as a list", "in list form" and "a long answer" are formats. */
function isNoFormat(form: string, at: number, tokens: PromptReading['tokens']): boolean {
  const [before, last] = [tokens[at - 2]?.form ?? '', tokens[at - 1]?.form ?? '']
  if (form === 'long') return at === 0 || last === 'how'
  return form === 'list' && !AS.has(last) && !(ARTICLES.has(last) && AS.has(before))
}

const AS = new Set(['as', 'numbered', 'bullet', 'bulleted'])
const ARTICLES = new Set(['a', 'an'])
