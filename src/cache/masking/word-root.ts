import { degreeOf } from '../../core/text/degree.js'
import { commonSpelling } from '../../core/text/spelling.js'
import { stem } from '../../core/text/stem.js'

/** What the comparisons make of a word. */
export interface WordRoot {
  /** In the common spelling. */
  readonly form: string
  readonly stem: string
  readonly degreeBase: string | undefined
  /** The stem without a prefix that negates, if there is one and enough is left. */
  readonly negated: { readonly prefix: string; readonly rest: string } | undefined
}

export function rootOf(word: string): WordRoot {
  const form = commonSpelling(word)
  const stemmed = stem(form)
  return { form, stem: stemmed, degreeBase: degreeOf(stemmed)?.base, negated: negationOf(stemmed) }
}

/** Longer ones first, so that "counter" is not "co…". */
const PREFIXES = ['counter', 'anti', 'dis', 'mis', 'non', 'un', 'in', 'im', 'il', 'ir', 'de']
/** As `areOpposite` wants it. */
const FEWEST_LEFT = 4

function negationOf(stemmed: string): WordRoot['negated'] {
  const prefix = PREFIXES.find((start) => stemmed.startsWith(start) && stemmed.length >= start.length + FEWEST_LEFT)
  return prefix === undefined ? undefined : { prefix, rest: stemmed.slice(prefix.length) }
}
