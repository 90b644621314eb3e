import { datesIn } from '../text/dates.js'
import type { PromptReading } from '../text/read-prompt.js'
import { isUnit } from '../text/units.js'
import { type Missing, missingItems } from './missing-items.js'

/** Numbers by value, however written; ordinals count as their number. */
export const missingNumbers = (a: PromptReading, b: PromptReading): Missing => missingItems(numbersOf(a), numbersOf(b))

function numbersOf({ tokens }: PromptReading): string[] {
  return tokens.flatMap(({ kind, form }) => (kind === 'number' ? [form] : []))
}

/** Units of measure and currencies. */
export const missingUnits = (a: PromptReading, b: PromptReading): Missing => missingItems(unitsOf(a), unitsOf(b))

/** "New Year" measures nothing: spans of time are units only after a number, "per" or "many". */
const unitsOf = ({ tokens }: PromptReading): Set<string> =>
  new Set(
    tokens.flatMap(({ form }, at) => {
      const before = tokens[at - 1]
      const measures = before?.kind === 'number' || MEASURES.has(before?.form ?? '') || !SPANS.has(form)
      return isUnit(form) && measures ? [form] : []
    }),
  )

const MEASURES = new Set(['per', 'many', 'in', 'to', 'into'])
const SPANS = new Set(['day', 'week', 'month', 'year', 'decade', 'century', 'hour', 'minute', 'sec'])

/** Weekdays, months, years, times of day, "next week". */
export const missingDates = (a: PromptReading, b: PromptReading): Missing =>
  missingItems(datesIn(a.tokens), datesIn(b.tokens))

/** Signs and words of arithmetic beside a number or a single letter: `2 + 2`, "2 plus 2", `x^2`. */
export const missingOperators = (a: PromptReading, b: PromptReading): Missing =>
  missingItems(operatorsOf(a), operatorsOf(b))

function operatorsOf({ tokens }: PromptReading): string[] {
  return tokens.flatMap(({ form }, at) => {
    const operator = OPERATORS.get(form)
    // "M-1 visa", "T-20": a letter right before a dash is a name.
    const isName = tokens[at]?.glued === true && tokens[at - 1]?.kind === 'word'
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
