import type { Token } from './tokenise.js'

/** Weekdays, months and days relative to today in one form each; "may" is a month only beside a date word or number. */
export function foldDates(tokens: readonly Token[]): Token[] {
  return tokens.map((token, at) => {
    const date = token.kind === 'word' ? dateAt(tokens, at) : undefined
    return date === undefined ? token : { ...token, form: date }
  })
}

/** What of a list of forms tells a time: `monday`, `next week`, `2024`, `17:30`, `5 pm`. */
export function datesIn(tokens: readonly Token[]): Set<string> {
  const dates = new Set<string>()
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1]?.form ?? ''
    if (CALENDAR.has(token.form)) dates.add(token.form)
    if (SHIFTS.has(token.form) && (SPANS.has(next) || CALENDAR.has(next))) dates.add(`${token.form} ${next}`)
    if (token.kind === 'number' && isTime(token.form, next))
      dates.add(DAY_HALVES.has(next) ? `${token.form} ${next}` : token.form)
  }
  return dates
}

const isTime = (form: string, next: string): boolean =>
  /^(?:1[5-9]|20)\d\d$/.test(form) || /^\d{1,2}:\d\d/.test(form) || DAY_HALVES.has(next)

function dateAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  const name = NAMES.get(token.form)
  if (name !== undefined) return name
  const beside = [tokens[at - 1], tokens[at + 1]]
  const besideNumber = beside.some((neighbour) => neighbour?.kind === 'number')
  if (token.form === 'may') return besideNumber || MONTH_OPENERS.has(beside[0]?.form ?? '') ? 'month-may' : undefined
  const short = SHORT_NAMES.get(token.form)
  // "sun", "mar" and "mon" are words, unless written as a date.
  return short !== undefined && (besideNumber || (/^\p{Lu}/u.test(token.raw) && !token.opensSentence))
    ? short
    : undefined
}

const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')
const MONTHS = 'january february march april june july august september october november december'.split(' ')
const DAY_NAMES =
  'today tomorrow yesterday tonight noon midday midnight morning afternoon evening night weekend weekday spring summer autumn winter christmas easter halloween thanksgiving'.split(
    ' ',
  )
const ALSO: [string, string][] = [
  ['midday', 'noon'],
  ['tonite', 'tonight'],
  ['tmrw', 'tomorrow'],
  ['xmas', 'christmas'],
]

/** "march" is left alone as well unless it is written as a name: see `SHORT_NAMES`. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...[...WEEKDAYS, ...MONTHS.filter((month) => month !== 'march'), ...DAY_NAMES].flatMap((name): [string, string][] => [
    [name, name],
    [`${name}s`, name],
  ]),
  ...ALSO,
])

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ...[...WEEKDAYS, ...MONTHS].map((name): [string, string] => [name.slice(0, 3), name]),
  ['march', 'march'],
  ['sept', 'september'],
  ['tues', 'tuesday'],
  ['thurs', 'thursday'],
])

const CALENDAR: ReadonlySet<string> = new Set([...WEEKDAYS, ...MONTHS, ...DAY_NAMES, 'month-may'])
const DAY_HALVES = new Set(['am', 'pm', 'oclock'])
const SHIFTS = new Set(['last', 'next', 'this', 'previous', 'coming', 'past'])
const SPANS = new Set(['day', 'week', 'month', 'year', 'quarter', 'decade', 'century'])
const MONTH_OPENERS = new Set([
  'in',
  'of',
  'since',
  'until',
  'by',
  'last',
  'next',
  'this',
  'early',
  'late',
  'mid',
  'during',
])
