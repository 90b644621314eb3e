import { restrictionOnlyInA, restrictionOnlyInB } from './pair/added-restriction.js'
import { missingIdentifiers } from './pair/code-identifiers.js'
import { alikePairs, type ContentOverlap, oppositePairs, overlapContent, rivalPairs } from './pair/content-overlap.js'
import { languageDiffers } from './pair/language.js'
import { conflict, differ } from './pair/missing-items.js'
import { missingNames } from './pair/names.js'
import { missingDates, missingNumbers, missingOperators, missingUnits } from './pair/quantities.js'
import { questionTypeDiffers, questionTypesClash } from './pair/question-types.js'
import { quotedDiffer } from './pair/quoted-strings.js'
import { meansTheSame } from './pair/same-meaning.js'
import { readsTheSame } from './pair/same-reading.js'
import { scopeDiffers } from './pair/scope.js'
import {
  degreeDiffers,
  formatDiffers,
  modalitiesClash,
  modalityDiffers,
  negationDiffers,
  particlesOppose,
  personDiffers,
  quantifiersDiffer,
  tenseDiffers,
} from './pair/small-words.js'
import { orderDifference, rolesSwapped } from './pair/word-order.js'
import { type PromptReading, readPrompt } from './text/read-prompt.js'

/**
 * What two prompts have in common and what sets them apart, for the pair verifier and the cache's decision: "does the
 * answer to `b` answer `a`?". A trained model names the columns it wants, so features may be added but a name never
 * changes its meaning.
 *
 * `…Differ(s)`, `…Conflict` and the like are 0 or 1. `…Differ`: something on either side has no mate; `…Conflict`: each
 * side has something the other lacks. `log…` is ln(1 + count). The rest lies in [0, 1], the cosine in [−1, 1].
 */
export const PAIR_FEATURES = [
  'cosine',
  'wordJaccard',
  'wordContainment',
  'lengthRatio',
  'sameContent',
  'contentJaccard',
  'contentReplaced',
  'logContentOnlyInA',
  'logContentOnlyInB',
  'oneWordReplaced',
  'synonymShare',
  'logSpelledAlike',
  'logOpposites',
  'logRivals',
  'particlesOppose',
  'numbersDiffer',
  'numbersConflict',
  'unitsDiffer',
  'datesDiffer',
  'operatorsDiffer',
  'negationDiffers',
  'quotedDiffer',
  'identifiersDiffer',
  'namesDiffer',
  'namesConflict',
  'restrictionOnlyInA',
  'restrictionOnlyInB',
  'questionTypeDiffers',
  'questionTypesClash',
  'languageDiffers',
  'orderDifference',
  'rolesSwapped',
  'quantifiersDiffer',
  'degreeDiffers',
  'personDiffers',
  'modalityDiffers',
  'tenseDiffers',
  'formatDiffers',
  'anyConflict',
  'sameReading',
  'sameMeaning',
  'scopeDiffers',
  'modalitiesClash',
] as const

export type PairFeatureName = (typeof PAIR_FEATURES)[number]

/** Every feature of a pair; all finite if `cosine` is. Time grows linearly with the texts. */
export function pairFeatures(a: string, b: string, cosine: number): Record<PairFeatureName, number> {
  return featuresBeside(a)(b, cosine)
}

/** The same of one prompt beside several: it is read once. */
export function featuresBeside(a: string): (b: string, cosine: number) => Record<PairFeatureName, number> {
  const reading = readPrompt(a)
  return (b, cosine) => compareReadings(reading, readPrompt(b), cosine)
}

function compareReadings(a: PromptReading, b: PromptReading, cosine: number): Record<PairFeatureName, number> {
  const overlap = overlapContent(a, b)
  const conflicts = conflictFeatures(a, b, overlap)
  const anyConflict = HARD.some((name) => conflicts[name] > 0)
  const words = wordFeatures(a, b)
  const scope = scopeDiffers(a, b)
  const inShade = SHADES.some((name) => conflicts[name] > 0)
  return {
    cosine,
    ...words,
    ...conflicts,
    questionTypeDiffers: flag(questionTypeDiffers(a, b)),
    orderDifference: orderDifference(a, b),
    anyConflict: flag(anyConflict),
    sameReading: flag(!anyConflict && !inShade && words.wordJaccard >= MOSTLY_SAME_WORDS && readsTheSame(a, b)),
    scopeDiffers: flag(scope),
    sameMeaning: flag(
      !anyConflict && !scope && MEANING_SHADES.every((name) => conflicts[name] === 0) && meansTheSame(a, b, overlap),
    ),
  }
}

function wordFeatures(a: PromptReading, b: PromptReading) {
  const [wordsA, wordsB] = [new Set(a.allForms), new Set(b.allForms)]
  const shared = intersectionSize(wordsA, wordsB)
  return {
    wordJaccard: share(shared, wordsA.size + wordsB.size - shared),
    wordContainment: share(shared, Math.min(wordsA.size, wordsB.size)),
    lengthRatio: share(Math.min(a.text.length, b.text.length), Math.max(a.text.length, b.text.length)),
  }
}

function conflictFeatures(a: PromptReading, b: PromptReading, overlap: ContentOverlap) {
  const numbers = missingNumbers(a, b)
  const names = missingNames(a, b, overlap)
  return {
    ...contentFeatures(overlap),
    particlesOppose: flag(particlesOppose(a, b)),
    numbersDiffer: flag(differ(numbers)),
    numbersConflict: flag(conflict(numbers)),
    unitsDiffer: flag(differ(missingUnits(a, b))),
    datesDiffer: flag(differ(missingDates(a, b))),
    operatorsDiffer: flag(differ(missingOperators(a, b))),
    negationDiffers: flag(negationDiffers(a, b)),
    quotedDiffer: flag(quotedDiffer(a, b)),
    identifiersDiffer: flag(differ(missingIdentifiers(a, b))),
    namesDiffer: flag(differ(names)),
    namesConflict: flag(conflict(names)),
    questionTypesClash: flag(questionTypesClash(a, b)),
    languageDiffers: flag(languageDiffers(a, b)),
    rolesSwapped: flag(rolesSwapped(a, b)),
    quantifiersDiffer: flag(quantifiersDiffer(a, b)),
    degreeDiffers: flag(degreeDiffers(a, b)),
    personDiffers: flag(personDiffers(a, b)),
    modalityDiffers: flag(modalityDiffers(a, b)),
    modalitiesClash: flag(modalitiesClash(a, b)),
    tenseDiffers: flag(tenseDiffers(a, b)),
    formatDiffers: flag(formatDiffers(a, b)),
  }
}

function contentFeatures(overlap: ContentOverlap) {
  const { matched, bySynonym, onlyInA, onlyInB } = overlap
  const unmatched = onlyInA.length + onlyInB.length
  return {
    sameContent: flag(unmatched === 0),
    contentJaccard: share(matched, matched + unmatched),
    contentReplaced: flag(onlyInA.length > 0 && onlyInB.length > 0),
    logContentOnlyInA: Math.log1p(onlyInA.length),
    logContentOnlyInB: Math.log1p(onlyInB.length),
    oneWordReplaced: flag(onlyInA.length === 1 && onlyInB.length === 1 && matched > 0),
    synonymShare: matched === 0 ? 0 : bySynonym / matched,
    logSpelledAlike: Math.log1p(alikePairs(overlap)),
    logOpposites: Math.log1p(oppositePairs(overlap)),
    logRivals: Math.log1p(rivalPairs(overlap)),
    restrictionOnlyInA: flag(restrictionOnlyInA(overlap)),
    restrictionOnlyInB: flag(restrictionOnlyInB(overlap)),
  }
}

/** Any one of these is reason enough to doubt; a sum of weights would let many likenesses outvote it. */
const HARD = [
  'logOpposites',
  'logRivals',
  'particlesOppose',
  'numbersDiffer',
  'unitsDiffer',
  'datesDiffer',
  'operatorsDiffer',
  'negationDiffers',
  'quotedDiffer',
  'identifiersDiffer',
  'namesConflict',
  'questionTypesClash',
  'languageDiffers',
  'rolesSwapped',
  'quantifiersDiffer',
  'personDiffers',
  'modalitiesClash',
] as const satisfies readonly PairFeatureName[]

/** What makes the same words another question. */
const SHADES = [
  'modalityDiffers',
  'personDiffers',
  'tenseDiffers',
  'degreeDiffers',
  'formatDiffers',
] as const satisfies readonly PairFeatureName[]

/** The same where words may be others: how modality weighs there depends on the question. */
const MEANING_SHADES = ['tenseDiffers', 'degreeDiffers', 'formatDiffers'] as const satisfies readonly PairFeatureName[]

/** "What is the best way to …" is often, not always, "how do I …": frames may differ in a word or two. */
const MOSTLY_SAME_WORDS = 0.6

const flag = (is: boolean): number => (is ? 1 : 0)

function intersectionSize(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const word of a) if (b.has(word)) shared++
  return shared
}

/** Two empty texts are alike. */
const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)
