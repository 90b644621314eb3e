import { median } from '../load/metrics.js'
import { renderTable } from '../render-table.js'

export interface Column {
  readonly label: string
  readonly digits: number
}

/** One cell of a part's tables, with a value from every round. */
export interface Figure {
  readonly table: string
  readonly subject: string
  readonly column: Column
  readonly values: number[]
}

export interface Goal {
  readonly table: string
  readonly subject: string
  readonly column: Column
  readonly sense: 'at least' | 'at most'
  readonly limit: number
}

export interface GoalOutcome {
  readonly goal: Goal
  /** Median over the rounds. */
  readonly value: number
  readonly reached: boolean
}

/** What the parts have measured so far. */
export interface FigureBook {
  add(table: string, subject: string, column: Column, value: number): void
  /** Ignored as long as nothing of that name has been measured. */
  expect(goal: Goal): void
  /** Wrong or missing bytes: whatever was fast, the bench has failed. */
  fail(what: string): void
  figures(): readonly Figure[]
  outcomes(): readonly GoalOutcome[]
  failures(): readonly string[]
}

export function createFigureBook(): FigureBook {
  const figures: Figure[] = []
  const goals: Goal[] = []
  const failures: string[] = []

  function find(table: string, subject: string, column: Column): Figure | undefined {
    return figures.find(
      (figure) => figure.table === table && figure.subject === subject && figure.column.label === column.label,
    )
  }

  return {
    add(table, subject, column, value) {
      const known = find(table, subject, column)
      if (known === undefined) figures.push({ table, subject, column, values: [value] })
      else known.values.push(value)
    },
    expect: (goal) => void goals.push(goal),
    fail: (what) => void failures.push(what),
    figures: () => figures,
    outcomes: () =>
      goals.flatMap((goal) => {
        const figure = find(goal.table, goal.subject, goal.column)
        if (figure === undefined) return []
        const value = median(figure.values)
        return [{ goal, value, reached: goal.sense === 'at least' ? value >= goal.limit : value <= goal.limit }]
      }),
    failures: () => failures,
  }
}

/** Each table with its subjects as rows: medians over the rounds, with the lowest and the highest. */
export function renderFigures(figures: readonly Figure[]): string {
  return unique(figures.map(({ table }) => table))
    .map((table) => {
      const own = figures.filter((figure) => figure.table === table)
      const columns = unique(own.map(({ column }) => column.label))
      const rows = unique(own.map(({ subject }) => subject)).map((subject) => [
        subject,
        ...columns.map((label) => cell(own.find((f) => f.subject === subject && f.column.label === label))),
      ])
      return `${table}\n${renderTable([['', ...columns], ...rows])}\n`
    })
    .join('')
}

export function renderOutcomes(outcomes: readonly GoalOutcome[]): string {
  if (outcomes.length === 0) return ''
  const rows = outcomes.map(({ goal, value, reached }) => [
    reached ? 'reached' : 'MISSED',
    goal.subject,
    `${goal.column.label} ${goal.sense} ${goal.limit}`,
    value.toFixed(goal.column.digits),
  ])
  return `goals\n${renderTable(rows)}\n`
}

function cell(figure: Figure | undefined): string {
  if (figure === undefined) return '–'
  const { digits } = figure.column
  const middle = median(figure.values).toFixed(digits)
  if (figure.values.length === 1) return middle
  return `${middle} (${Math.min(...figure.values).toFixed(digits)}–${Math.max(...figure.values).toFixed(digits)})`
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
