import { foldTypography } from '../../core/text/fold-typography.js'
import type { Digest, Letters, MaskedNumber, MaskedPart, MaskedWord, Script, Spelled } from './masked-prompt.js'
import { formOf, spell } from './spelled.js'
import { standIn } from './stand-in.js'
import { rootOf, type WordRoot } from './word-root.js'

/** Longer prompts are seldom asked again in other words, and what they cost grows with them. */
const LONGEST = 4000
/** "doesn't" is "does" and "n't". */
const RUN = /\p{Nd}+|[\p{L}\p{M}]+?(?=n't(?!\p{L}))|[\p{L}\p{M}]+/giu

/** Undefined: it is too long, or in a script whose words cannot be told apart or stood in for. */
export function maskPrompt(text: string, digest: Digest): readonly MaskedPart[] | undefined {
  if (text.length > LONGEST) return undefined
  const folded = foldTypography(text)
  const masked: MaskedPart[] = []
  let end = 0
  for (const { 0: run, index } of folded.matchAll(RUN)) {
    if (index > end) masked.push(between(folded.slice(end, index)))
    const part = /^\p{Nd}/u.test(run) ? maskNumber(run, digest) : maskWord(run, digest)
    if (part === undefined) return undefined
    masked.push(part)
    end = index + run.length
  }
  if (end < folded.length) masked.push(between(folded.slice(end)))
  return masked
}

/** Signs that the comparisons read; of any other only that there is one. */
const between = (text: string): string => text.replace(/[^ \t\r\n!-/:-@[-`{-~€£¥₹°×÷√。！？…•]/gu, '□')

const maskNumber = (run: string, digest: Digest): MaskedNumber => ({ digits: digest(run), length: run.length })

function maskWord(run: string, digest: Digest): MaskedWord | undefined {
  const script = scriptOf(run)
  if (script === undefined) return undefined
  const word = run.toLowerCase()
  const root = rootOf(word)
  const common = { word: digest(word), length: word.length, letters: lettersOf(run), script }
  const regular = { ...common, ...stemsOf(root, digest) }
  // What follows no rule ("went") is known by itself, or it is not known.
  return withTurn(regular, root) ?? withTurn(common, root)
}

function stemsOf(root: WordRoot, digest: Digest): Pick<MaskedWord, 'stem' | 'negated' | 'degree'> {
  const { degreeBase, form, negated, stem } = root
  return {
    stem: { of: digest(stem), spelled: spell(stem, form) },
    ...(negated !== undefined && { negated: { prefix: negated.prefix, of: digest(negated.rest) } }),
    ...(degreeBase !== undefined && { degree: { of: digest(degreeBase), spelled: spell(degreeBase, stem) } }),
  }
}

function withTurn(masked: Omit<MaskedWord, 'turn'>, root: WordRoot): MaskedWord | undefined {
  return TURNS.map((turn) => ({ ...masked, turn })).find((candidate) => behavesAlike(candidate, root))
}

const TURNS = Array.from({ length: 24 }, (_, turn) => turn)

/** Its stem is found in the form that it gets, and it seems neither negated nor compared where the word is not. */
function behavesAlike(masked: MaskedWord, { degreeBase, negated }: WordRoot): boolean {
  const { form, stem } = standInWord(masked)
  const root = rootOf(form)
  return (
    root.form === form &&
    (masked.stem === undefined || root.stem === stem) &&
    (root.degreeBase === undefined || degreeBase !== undefined) &&
    (root.negated === undefined || negated !== undefined)
  )
}

/** What stands in for a word that is not known. */
export function standInWord({ degree, length, script, stem, turn, word }: MaskedWord): Record<'form' | 'stem', string> {
  const from = (digest: string, spelled: Spelled): string =>
    standIn(digest, spelled.length, { script, turn, last: lastLetterFor(spelled) })
  if (stem === undefined) {
    const form = from(word, { length, cut: 0, ending: '' })
    return { form, stem: form }
  }
  const root =
    degree === undefined ? from(stem.of, stem.spelled) : formOf(from(degree.of, degree.spelled), degree.spelled)
  return { form: formOf(root, stem.spelled), stem: root }
}

/** "countries" is of "country", "running" of "run": the ending says how the root ends. */
function lastLetterFor({ cut, ending }: Spelled): string {
  if (cut === 1 && /^i(?:es|ed|er|est)$/.test(ending)) return 'y'
  return /^([bdgmnprt])(?:ing|ed|er|est)$/.exec(ending)?.[1] ?? ''
}

function lettersOf(run: string): Letters {
  if (run === run.toLowerCase()) return 'lower'
  if (run.length > 1 && run === run.toUpperCase()) return run.startsWith('E') ? 'error' : 'upper'
  if (run.slice(1) === run.slice(1).toLowerCase()) return 'capital'
  return `mixed ${[...run].map((letter) => (letter === letter.toLowerCase() ? 'l' : 'U')).join('')}`
}

const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ['latin', /^[\p{Script=Latin}\p{M}]+$/u],
  ['cyrillic', /^[\p{Script=Cyrillic}\p{M}]+$/u],
  ['greek', /^[\p{Script=Greek}\p{M}]+$/u],
  ['arabic', /^[\p{Script=Arabic}\p{M}]+$/u],
  ['hebrew', /^[\p{Script=Hebrew}\p{M}]+$/u],
  ['devanagari', /^[\p{Script=Devanagari}\p{M}]+$/u],
  ['hangul', /^\p{Script=Hangul}+$/u],
]

const scriptOf = (run: string): Script | undefined => SCRIPTS.find(([, pattern]) => pattern.test(run))?.[0]
