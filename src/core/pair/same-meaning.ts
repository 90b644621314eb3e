import { areNearSynonyms } from '../text/near-synonyms.js'
import type { QuestionType } from '../text/question-frame.js'
import type { ContentWord, PromptReading } from '../text/read-prompt.js'
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

/** So many words without an exact mate; a prompt that needs more of them is another one. */
const MOST_LOOSE = 2

function isCovered(a: PromptReading, b: PromptReading, { onlyInA, onlyInB }: ContentOverlap): boolean {
  const restB = [...onlyInB]
  const restA = onlyInA.filter((word) => {
    const mate = restB.findIndex((other) => areNear(word, other))
    if (mate >= 0) restB.splice(mate, 1)
    return mate < 0
  })
  const loose = onlyInA.length + restB.length
  return (
    loose <= MOST_LOOSE &&
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
  const { after, stem, isNumber } = word
  if (isNumber) return false
  if (SILENT.has(stem)) return true
  if (NAMING.has(stem)) return own.content[own.content.indexOf(word) + 1]?.isNumber ?? false
  if (after === 'to' && GOING.has(stem)) return true
  // "Request a refund", "get a refund": the other side says it by a small word.
  const said = SAID_SMALL.get(stem)
  if (said !== undefined) return other.allForms.some((form) => said.includes(form))
  return NEW.has(stem) && other.content.some((word) => MAKERS.has(word.key))
}

/** Stems of words that a request can do without. */
const SILENT = new Set(
  'own properly correctly successfully recip definition mean meaning yet detail information valu'.split(' '),
)

/** "The number 97", "the equation 3x + 5 = 20": silent before what they name, not in "phone number". */
const NAMING = new Set(['number', 'equation', 'fraction', 'expression'])

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
  const missing = missingItems(modesOf(a), modesOf(b))
  const isOpen = a.questionType !== 'yes-no' && b.questionType !== 'yes-no'
  return isOpen ? !conflict(missing) : !differ(missing)
}

const modesOf = ({ asked }: PromptReading): Set<string> =>
  new Set(asked.flatMap((form, at) => (form === 'have' && asked[at + 1] !== 'to' ? [] : (MODES.get(form) ?? []))))

/** Small words that make another question of the same content: whose it is, whether it is all or one, the direction. */
function smallWordsAgree(a: PromptReading, b: PromptReading): boolean {
  const { fromA, fromB } = missingItems(tellingWords(a), tellingWords(b))
  return fromA + fromB === 0
}

const TELLING = new Set(
  'your yours his him he her hers she their theirs they these those this who whom why ever myself yourself'.split(' '),
)

/** "What is it for", "what is it about": at the end a preposition asks. */
const ASKING_AT_THE_END = new Set(['for', 'about', 'like', 'from', 'with'])

const tellingWords = ({ tokens }: PromptReading): Set<string> =>
  new Set(
    tokens.flatMap(({ form, raw }, at) => {
      // "Vitamin A" has no article.
      if (form === 'a' && raw === 'A' && at > 0) return ['A']
      return TELLING.has(form) || (at === tokens.length - 1 && ASKING_AT_THE_END.has(form)) ? [form] : []
    }),
  )
