import { areNearSynonyms } from '../text/near-synonyms.js'
import type { QuestionType } from '../text/question-frame.js'
import type { ContentWord, PromptReading } from '../text/read-prompt.js'
import { isInRivalClass } from '../text/rivals.js'
import type { ContentOverlap } from './content-overlap.js'
import { conflict, differ, missingItems } from './missing-items.js'
import { orderExplained } from './word-order.js'

/**
 * The same request in other words: every word that carries meaning has a mate on the other side, be it a near synonym, or
 * is one of those that rarely change what is asked. Frames may differ ("I'd like to …", "what is the way to …"), and so
 * may the order where a preposition says why. Stricter than any likeness: one word without a mate and it is not so.
 */
export function meansTheSame(a: PromptReading, b: PromptReading, overlap: ContentOverlap): boolean {
  if (Math.max(a.content.length, b.content.length) > MOST_WORDS) return false
  if (overlap.matched === 0 || !typesAgree(a.questionType, b.questionType)) return false
  return isCovered(a, b, overlap) && smallWordsAgree(a, b) && modesAgree(a, b) && orderExplained(a, b)
}

/** Longer prompts are not reworded word by word; nor may comparing every word with every other take long. */
const MOST_WORDS = 24

/** So many words without an exact mate, one more among many with one; a prompt that needs more is another one. */
const mostLoose = (matched: number): number => (matched >= 3 ? 3 : 2)

function isCovered(a: PromptReading, b: PromptReading, { matched, onlyInA, onlyInB }: ContentOverlap): boolean {
  const restB = [...onlyInB]
  const restA = onlyInA.filter((word) => {
    const mate = restB.findIndex((other) => areNear(word, other))
    if (mate >= 0) restB.splice(mate, 1)
    return mate < 0
  })
  const loose = onlyInA.length + restB.length
  return (
    loose <= mostLoose(matched) &&
    restA.every((word) => isSilent(word, a, b) || hasLightMate(word, b)) &&
    restB.every((word) => isSilent(word, b, a) || hasLightMate(word, a))
  )
}

/** "Find the area" / "work out the area": also to a word that its own side can do without. */
const hasLightMate = (word: ContentWord, other: PromptReading): boolean =>
  other.content.some((mate) => mate.isLight && areNear(word, mate))

const areNear = (a: ContentWord, b: ContentWord): boolean =>
  !a.isNumber && !b.isNumber && (areNearSynonyms(a.stem, b.stem) || areNearSynonyms(a.key, b.key))

/** Whether nothing is missing where the word is not. */
function isSilent(word: ContentWord, own: PromptReading, other: PromptReading): boolean {
  const { after, form, stem, isNumber } = word
  if (isNumber) return false
  if (SILENT.has(stem)) return true
  const place = own.content.indexOf(word)
  if (NAMING.has(stem))
    return (own.content[place + 1]?.isNumber ?? false) || NAMED.has(own.content[place - 1]?.form ?? '')
  const qualified = SAID_BEFORE.get(stem)
  if (qualified?.has(own.content[place - 1]?.form ?? '')) return true
  if (CLASS_NOUNS.has(stem) && isMemberBeside(own.content, place)) return true
  if (CLOSING.has(stem) && place === own.content.length - 1 && place > 0) return true
  // "Which currency is used in", "the currency of".
  if (form === 'used' && own.content[place + 1]?.after === 'in') return true
  // "A dinner for four people".
  if (stem === 'person' && own.content[place - 1]?.isNumber) return true
  if (stem === 'tim') return other.questionType === 'when'
  if (stem === 'allow' || stem === 'permit') return other.asked.some((form) => PERMITTING.has(form))
  if (after === 'to' && GOING.has(stem)) return true
  // "Request a refund", "get a refund": the other side says it by a small word.
  const said = SAID_SMALL.get(stem)
  if (said !== undefined) return other.allForms.some((form) => said.includes(form))
  return NEW.has(stem) && other.content.some((word) => MAKERS.has(word.key))
}

/** Stems of words that a request can do without. */
const SILENT = new Set(
  'own properly correctly successfully recip definition mean meaning yet detail information valu together already'.split(
    ' ',
  ),
)

/** "The number 97", "the equation 3x + 5 = 20": silent before what they name, not in "phone number". */
const NAMING = new Set(['number', 'equation', 'fraction', 'expression'])

/** "The vim editor", "in the city of Lyon": said by the name beside it. */
const CLASS_NOUNS = new Set(
  'languag editor browser librari library framework databas city country program softwar app tool command system'.split(
    ' ',
  ),
)

const isMemberBeside = (content: readonly ContentWord[], place: number): boolean =>
  [content[place - 1], content[place + 1]].some((beside) => beside !== undefined && isInRivalClass(beside.stem))

/** "What is the root of 144 equal to", "what does the theorem say". */
const CLOSING = new Set(['equal', 'say', 'stat'])

/** "A prime number", "is 91 prime". */
const NAMED = new Set('prime even odd rational irrational whole natural perfect square'.split(' '))

/** What adds nothing to the word before it: "on the server side", "how far away", "quit my job". */
const SAID_BEFORE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['sid', new Set(['server', 'client'])],
  ['away', new Set(['far', 'long'])],
  ['order', new Set(['ascending', 'descending', 'alphabetical', 'chronological', 'reverse'])],
  ['job', new Set(['quit', 'resign', 'leave'])],
  ['cod', new Set(['python', 'javascript', 'java', 'html', 'css', 'sql', 'source'])],
  ['together', new Set(['add', 'mix', 'multiply', 'combine', 'merge', 'join'])],
])

const PERMITTING = new Set(['can', 'may', 'could'])

/** "A visa to visit Japan", "a visa for Japan". */
const GOING = new Set(['visit', 'travel', 'go'])

const SAID_SMALL: ReadonlyMap<string, readonly string[]> = new Map([
  ['request', ['get', 'want', 'need']],
  ['get', ['have']],
  ['find', ['get']],
  ['easy', ['recipe', 'recipes']],
  ['simpl', ['recipe', 'recipes']],
  ['good', ['recipe', 'recipes']],
  ['offer', ['have', 'there', 'get']],
  ['cost', ['much']],
  ['price', ['much']],
  ['mak', ['recipe', 'recipes']],
  ['cook', ['recipe', 'recipes']],
  ['bak', ['recipe', 'recipes']],
  ['tak', ['long', 'time']],
  ['quickly', ['fastest', 'quickest', 'fast', 'quick']],
  ['fast', ['fastest', 'quickest']],
  ['easily', ['easiest', 'easy', 'simplest']],
  ['cheaply', ['cheapest']],
  ['whil', ['when', 'if']],
  ['money', ['much']],
  ['thing', ['what']],
  ['responsibl', ['who']],
])

/** "Add a new column": what is added is new. */
const NEW = new Set(['new', 'another'])
const MAKERS = new Set(['add', 'mak', 'creat', 'open', 'register', 'setup'])

/** Types whose questions can ask the same. A bare list of words takes any. */
function typesAgree(a: QuestionType, b: QuestionType): boolean {
  if (a === b) return true
  const [groupA, groupB] = [AGREEING[a], AGREEING[b]]
  return groupA.some((group) => groupB.includes(group))
}

const AGREEING: Readonly<Record<QuestionType, readonly string[]>> = {
  statement: ['steps', 'fact', 'amount', 'deed'],
  command: ['steps', 'fact', 'deed'],
  'how-to': ['steps'],
  what: ['fact'],
  definition: ['fact'],
  measure: ['amount'],
  how: [],
  who: [],
  when: [],
  where: [],
  why: [],
  'yes-no': [],
}

const MODES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ability: 'can could able unable possible allowed permitted ok okay fine',
    duty: 'should must ought shall supposed need needed require required requires necessary have',
    chance: 'may might',
  }).flatMap(([mode, words]) => words.split(' ').map((word): [string, string] => [word, mode])),
)

/**
 * "Can I" asks something else than "should I"; a question that is no yes-or-no one may leave it out: "how long do you
 * boil eggs", "how long should I boil eggs".
 */
function modesAgree(a: PromptReading, b: PromptReading): boolean {
  if (a.questionType === 'how-to' || b.questionType === 'how-to') return true
  if (asksForHelp(a) && asksForHelp(b)) return true
  const missing = missingItems(modesOf(a, b), modesOf(b, a))
  const isOpen = a.questionType !== 'yes-no' && b.questionType !== 'yes-no'
  return isOpen ? !conflict(missing) : !differ(missing)
}

/** "What can I do if …", "what should I do when …". */
const asksForHelp = ({ asked: [what = '', mode = '', who = '', verb = ''] }: PromptReading): boolean =>
  what === 'what' && HELPING.has(mode) && who === 'i' && verb === 'do'

const HELPING = new Set(['can', 'could', 'should', 'do', 'must', 'shall'])

function modesOf(reading: PromptReading, other: PromptReading): Set<string> {
  const modes = saidModes(reading, other)
  // "Do you ship", "can you ship"; "do I salt the water", "should I salt it".
  const open = modes.size === 0 ? OPEN_MODES.get(reading.asked.slice(0, 2).join(' ')) : undefined
  return open !== undefined && saidModes(other, reading).has(open) ? new Set([open]) : modes
}

const OPEN_MODES = new Map([
  ['do you', 'ability'],
  ['do i', 'duty'],
  ['do we', 'duty'],
])

function saidModes({ asked }: PromptReading, other: PromptReading): Set<string> {
  if (asked[0] === 'may' && (asked[1] === 'i' || asked[1] === 'we')) return new Set(['ability'])
  return new Set(
    asked.flatMap((form, at) => {
      if (form === 'have' && asked[at + 1] !== 'to') return []
      // "Are dogs allowed", "does the hotel allow dogs": said by a word of weight on the other side.
      return other.content.some(({ stem }) => form.startsWith(stem)) ? [] : (MODES.get(form) ?? [])
    }),
  )
}

/** Small words that make another question of the same content: whose it is, whether it is all or one, the direction. */
function smallWordsAgree(a: PromptReading, b: PromptReading): boolean {
  return !differ(missingItems(tellingWords(a), tellingWords(b))) && !leadersPart(a, b)
}

/** "Clouds above the rocks", "clouds behind the rocks": a word is led by two prepositions that do not stand for each other. */
function leadersPart(a: PromptReading, b: PromptReading): boolean {
  const inB = new Map(b.content.map(({ key, after }) => [key, after]))
  return a.content.some(({ key, after }) => {
    const other = inB.get(key) ?? ''
    if (after === other || after === '' || other === '') return false
    if (!PLACING.has(after) && !PLACING.has(other)) return false
    return !(EXCHANGED.get(after)?.includes(other) || EXCHANGED.get(other)?.includes(after))
  })
}

const PLACING = new Set(
  `from by about into onto under over behind above below before after without against off through between among around near
  outside inside during until since except despite beyond across along past toward towards than`.split(/\s+/),
)

const EXCHANGED: ReadonlyMap<string, readonly string[]> = new Map([
  ['from', ['of', 'in', 'off', 'on', 'with']],
  ['by', ['with', 'via', 'on', 'in', 'using', 'of']],
  ['about', ['on', 'of', 'for', 'in', 'with']],
  ['into', ['to', 'in']],
  ['onto', ['to', 'on']],
  ['over', ['on', 'in', 'through', 'for', 'across', 'around']],
  ['around', ['in', 'near', 'at', 'through']],
  ['near', ['in', 'at', 'by']],
  ['inside', ['in', 'within']],
  ['during', ['in', 'on', 'at', 'for', 'while']],
  ['across', ['in', 'between']],
  ['through', ['in', 'with', 'via', 'by']],
  ['before', ['to']],
  ['past', ['after']],
  ['between', ['of', 'from', 'for', 'in', 'and', 'do']],
])

const TELLING = new Set(
  'your yours his him he her hers she their theirs they these those this who whom why ever myself yourself'.split(' '),
)

/** "What is it for", "what is it about": at the end a preposition asks. */
const ASKING_AT_THE_END = new Set(['for', 'about', 'like', 'from', 'with'])

const tellingWords = ({ allForms, tokens }: PromptReading): Set<string> =>
  new Set([
    // "Whose expenses do I approve": at the start as well.
    ...allForms.filter((form) => form === 'whose'),
    ...tokens.flatMap(({ form, raw }, at) => {
      // "Vitamin A" has no article.
      if (form === 'a' && raw === 'A' && at > 0) return ['A']
      return TELLING.has(form) || (at === tokens.length - 1 && ASKING_AT_THE_END.has(form)) ? [form] : []
    }),
  ])
