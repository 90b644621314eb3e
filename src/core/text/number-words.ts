import type { Token } from './tokenise.js'

/**
 * Numbers as numbers however they are written: `1,000`, `1k`, "one thousand" → `1000`; "a dozen" → `12`; "5th" and
 * "fifth" → `5`. A dotted number keeps its zeros, because 3.1 and 3.10 are two versions.
 */
export function foldNumbers(tokens: readonly Token[]): Token[] {
  const folded: Token[] = []
  for (let at = 0; at < tokens.length; ) {
    const number = readDigits(tokens, at) ?? readWords(tokens, at)
    const token = tokens[at]
    if (token === undefined) break
    folded.push(number === undefined ? token : { ...token, kind: 'number', form: number.form })
    at += number?.length ?? 1
  }
  return folded
}

/** A folded "one", which may be no more than an article. */
export const isWrittenOne = ({ kind, raw }: Token): boolean => kind === 'number' && raw.toLowerCase() === 'one'

interface FoundNumber {
  readonly form: string
  /** Tokens it took. */
  readonly length: number
}

function readDigits(tokens: readonly Token[], at: number): FoundNumber | undefined {
  const token = tokens[at]
  if (token?.kind !== 'number') return undefined
  const plain = plainDigits(token.form)
  const next = tokens[at + 1]
  if (next?.glued && ORDINAL_ENDINGS.has(next.form)) return { form: plain, length: 2 }
  const factor =
    next === undefined ? undefined : (SCALES.get(next.form) ?? (next.glued ? LETTERS.get(next.form) : undefined))
  if (factor === undefined || !Number.isFinite(Number(plain))) return { form: plain, length: 1 }
  return { form: String(Number(plain) * factor), length: 2 }
}

/** `1,000,000` has thousands, `1,5` a decimal comma; 007 is 7. */
function plainDigits(form: string): string {
  const digits = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(form) ? form.replaceAll(',', '') : form.replace(',', '.')
  return /^0+\d/.test(digits) && !digits.includes(':') ? digits.replace(/^0+(?=\d)/, '') : digits
}

function readWords(tokens: readonly Token[], at: number): FoundNumber | undefined {
  let [total, group, length, seen] = [0, 0, 0, false]
  for (let place = at; place < tokens.length; place++) {
    const form = tokens[place]?.form ?? ''
    const scale = SCALES.get(form)
    const value = numberWord(tokens, place)
    if (value !== undefined && (!seen || fits(group, value))) {
      group += value
    } else if (scale !== undefined && (seen || opensScale(tokens, place))) {
      const multiplied = Math.max(1, group) * scale
      ;[total, group] = scale === 100 ? [total, multiplied] : [total + multiplied, 0]
    } else if (JOINERS.has(form) && seen && numberWord(tokens, place + 1) !== undefined && joins(form, group, total)) {
      continue
    } else {
      break
    }
    seen = true
    length = place - at + 1
  }
  return seen ? { form: String(total + group), length } : undefined
}

/** "hundred" and "dozen" stand alone; "million" too, but "thousands of" is no number. */
const opensScale = (tokens: readonly Token[], at: number): boolean => tokens[at + 1]?.form !== 'of'

/** "twenty" takes "five", "hundred" takes "fifty": a smaller number in the free places, else a new number starts. */
function fits(group: number, value: number): boolean {
  if (group === 0) return true
  if (group % 100 === 0) return value < 100
  return group % 10 === 0 && group % 100 >= 20 && value < 10
}

/** "one hundred and five" goes on; "five and six" does not. A hyphen joins "twenty-five". */
const joins = (joiner: string, group: number, total: number): boolean =>
  joiner === '-' ? group % 10 === 0 : group >= 100 || (group === 0 && total > 0)

function numberWord(tokens: readonly Token[], at: number): number | undefined {
  const form = tokens[at]?.form ?? ''
  const before = tokens[at - 1]?.form ?? ''
  if (form === 'one' && (PRONOUN_BEFORE.has(before) || tokens[at + 1]?.form === 'of')) return undefined
  if (form === 'second' && TIME_BEFORE.test(before)) return undefined
  return NUMBER_WORDS.get(form)
}

const JOINERS = new Set(['and', '-'])
const ORDINAL_ENDINGS = new Set(['st', 'nd', 'rd', 'th'])
const PRONOUN_BEFORE = new Set(
  'which this that the no any every each another a other some or good better best do can should does'.split(' '),
)
const TIME_BEFORE = /^(?:\d.*|a|per|each|every|one|split)$/

const SCALES = new Map([
  ['hundred', 100],
  ['dozen', 12],
  ['thousand', 1e3],
  ['lakh', 1e5],
  ['million', 1e6],
  ['crore', 1e7],
  ['billion', 1e9],
  ['trillion', 1e12],
])

/** Only glued to the digits: `10k`. */
const LETTERS = new Map([
  ['k', 1e3],
  ['mn', 1e6],
  ['bn', 1e9],
])

const UNITS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'
const ORDINALS = 'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...`${UNITS} seventeen eighteen nineteen`.split(' ').map((word, value): [string, number] => [word, value]),
  ...ORDINALS.split(' ').map((word, value): [string, number] => [word, value]),
  ...TENS.split(' ').map((word, place): [string, number] => [word, 20 + 10 * place]),
])
