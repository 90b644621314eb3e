import { datesIn } from '../text/dates.js'
import { isWrittenOne } from '../text/number-words.js'
import type { PromptReading } from '../text/read-prompt.js'
import { isUnit } from '../text/units.js'
import { conflict, differ, type Missing, missingItems } from './missing-items.js'

/** Numbers by value, however written; ordinals count as their number. */
export function missingNumbers(a: PromptReading, b: PromptReading): Missing {
  const missing = missingItems(numbersOf(a), numbersOf(b))
  // "In one day" is "in a day" where the other side counts nothing else instead.
  if (!differ(missing) || conflict(missing)) return missing
  return missingItems(withoutOne(a), withoutOne(b))
}

const withoutOne = ({ tokens, ...rest }: PromptReading): string[] =>
  numbersOf({ ...rest, tokens: tokens.filter((token) => !isWrittenOne(token)) })

function numbersOf({ tokens }: PromptReading): string[] {
  return tokens.flatMap(({ kind, form }, at) => (kind === 'number' ? [isNegative(tokens, at) ? `-${form}` : form] : []))
}

/** "-3" and "minus 3 degrees", but not "10-3", "10 - 3" and "10 minus 3". */
function isNegative(tokens: PromptReading['tokens'], at: number): boolean {
  const [before, sign, number] = [tokens[at - 2], tokens[at - 1], tokens[at]]
  if (before?.kind === 'number') return false
  if (sign?.form === 'minus') return true
  return sign?.form === '-' && !sign.glued && number?.glued === true
}

/** Units of measure and currencies. */
export function missingUnits(a: PromptReading, b: PromptReading): Missing {
  const [inA, inB] = [unitsOf(a), unitsOf(b)]
  leaveScaleOpen(a, inA, inB)
  leaveScaleOpen(b, inB, inA)
  return missingItems(inA, inB)
}

/** "20 degrees" may be "20 °C". */
function leaveScaleOpen({ tokens }: PromptReading, units: ReadonlySet<string>, others: Set<string>): void {
  const hasScale = TEMPERATURES.some((unit) => units.has(unit))
  if (hasScale || !tokens.some(({ form }) => DEGREES.has(form))) return
  for (const unit of TEMPERATURES) others.delete(unit)
}

const TEMPERATURES = ['celsius', 'fahrenheit']
const DEGREES = new Set(['degree', 'degrees', '°'])

/** The same number with another unit on either side: "convert 12 cm to inches", "what is 12 inches in cm". */
export function measuresSwapped(a: PromptReading, b: PromptReading): boolean {
  const [unitsInA, unitsInB] = [unitsOf(a), unitsOf(b)]
  const inB = measuresOf(b)
  return [...measuresOf(a)].some(([number, unit]) => {
    const other = inB.get(number)
    return other !== undefined && other !== unit && unitsInA.has(other) && unitsInB.has(unit)
  })
}

/** Number → the unit that it counts. */
function measuresOf({ tokens }: PromptReading): Map<string, string> {
  const measures = new Map<string, string>()
  for (const [at, { kind, form }] of tokens.entries()) {
    const unit = tokens[at + 1]?.form ?? ''
    if (kind === 'number' && isUnit(unit)) measures.set(form, unit)
  }
  return measures
}

/** "New Year" measures nothing: spans of time are units only after a number, "per" or "many". */
const unitsOf = ({ tokens, questionType }: PromptReading): Set<string> =>
  new Set(
    tokens.flatMap(({ form }, at) => {
      const last = tokens[at - 1]
      // "A three-day trip".
      const before = last?.form === '-' && last.glued ? tokens[at - 2] : last
      // "per day" is "a day" to others: rivals tell it from "per week".
      const opens = MEASURES.has(before?.form ?? '')
      const asked = at === 0 && questionType === 'measure'
      const counted = before?.kind === 'number' && !isWrittenOne(before)
      const measures = counted || opens || asked || !SPANS.has(form)
      return isUnit(form) && measures ? [form] : []
    }),
  )

const MEASURES = new Set(['many', 'in', 'to', 'into'])
const SPANS = new Set(['day', 'week', 'month', 'year', 'decade', 'century', 'hour', 'minute', 'sec'])

/** Weekdays, months, years, times of day, "next week". */
export const missingDates = (a: PromptReading, b: PromptReading): Missing =>
  missingItems(datesIn(a.tokens), datesIn(b.tokens))

/** Signs and words of arithmetic beside a number or a single letter: `2 + 2`, "2 plus 2", `x^2`. */
export const missingOperators = (a: PromptReading, b: PromptReading): Missing =>
  missingItems([...operatorsOf(a), ...symbolsOf(a.text)], [...operatorsOf(b), ...symbolsOf(b.text)])

/** Symbols that stand alone beside words: "the // operator", "what does & mean". */
const symbolsOf = (text: string): string[] =>
  (text.match(LONE_SYMBOL) ?? [])
    .map((match) => match.trim().replace(SENTENCE_END, ''))
    .filter((symbol) => TELLING_SYMBOL.test(symbol))

const LONE_SYMBOL = /(?<=\p{L}{2,} )[\p{S}\p{P}]{1,4}(?= \p{L}{2,}| ?[?.!]?$)/gu
const SENTENCE_END = /[?.!,:;]+$/
/** A dash, quotes, "&" for "and" and the like say nothing. */
const TELLING_SYMBOL = /^(?=.*[^\s\p{Pd}\p{Pi}\p{Pf}"'().…])/u

function operatorsOf({ tokens }: PromptReading): string[] {
  return tokens.flatMap(({ form }, at) => {
    const operator = OPERATORS.get(form)
    // "M-1 visa", "T-20": a letter right before a dash is a name; "3x-5" has a number before that.
    const isName =
      form === '-' &&
      tokens[at]?.glued === true &&
      tokens[at - 1]?.kind === 'word' &&
      !(tokens[at - 1]?.glued === true && tokens[at - 2]?.kind === 'number')
    if (operator === undefined || isName) return []
    return isOperand(tokens[at - 1]) && isOperand(tokens[at + 1]) ? [operator] : []
  })
}

/** A number, or a variable's single letter. */
const isOperand = (token: { kind: string; form: string } | undefined): boolean =>
  token !== undefined && (token.kind === 'number' || OPERAND_WORDS.has(token.form) || /^[a-z]$/.test(token.form))

const OPERAND_WORDS = new Set(['by', 'from', '√', '-', '+'])

const OPERATORS: ReadonlyMap<string, string> = new Map(
  '+:+ plus:+ add:+ -:- minus:- subtract:- *:* ×:* times:* multiplied:* multiply:* /:/ ÷:/ divided:/ divide:/ over:/ ^:^ =:= <:< >:>'
    .split(' ')
    .map((entry): [string, string] => [
      entry.slice(0, entry.lastIndexOf(':')),
      entry.slice(entry.lastIndexOf(':') + 1),
    ]),
)
