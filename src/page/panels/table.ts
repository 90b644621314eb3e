import { element } from '../dom/element.js'

export interface Column {
  readonly title: string
  /** Figures stand below each other. */
  readonly isNumber?: boolean
  /** Never broken into lines. */
  readonly isShort?: boolean
}

export type Cell = Node | string

export interface Table {
  readonly box: HTMLElement
  /** In this order. A row whose key is there already stays as it is, with what is selected or focused in it. */
  show(rows: readonly TableRow[]): void
}

export interface TableRow {
  readonly key: string
  readonly cells: readonly Cell[]
}

/**
 * A table that becomes a list of cards where it is narrow, and scrolls in itself where it is long. The roles are written out, since browsers take them from
 * elements that are displayed as something else.
 */
export function createTable(caption: string, columns: readonly Column[], empty: string, isLong = false): Table {
  const titles = columns.map(({ isNumber, title }) =>
    element('th', { role: 'columnheader', scope: 'col', class: isNumber ? 'number' : undefined }, title),
  )
  const body = element('tbody', { role: 'rowgroup' })
  const table = element(
    'table',
    { role: 'table' },
    element('caption', { class: 'visually-hidden' }, caption),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...titles)),
    body,
  )
  const nothing = element('p', { class: 'muted nothing' }, empty)
  const region = { role: 'region', tabindex: 0, 'aria-label': caption }
  const box = element('div', { class: isLong ? 'table-box long' : 'table-box', ...(isLong && region) }, table, nothing)
  table.hidden = true
  const shown = new Map<string, HTMLElement>()

  return {
    box,
    show(rows) {
      table.hidden = rows.length === 0
      nothing.hidden = rows.length > 0
      const keys = new Set(rows.map(({ key }) => key))
      for (const [key, row] of shown) {
        if (keys.has(key)) continue
        row.remove()
        shown.delete(key)
      }
      let place: Element | null = body.firstElementChild
      for (const { cells, key } of rows) {
        const known = shown.get(key)
        const row = known ?? rowOf(columns, cells)
        shown.set(key, row)
        if (row === place) place = place.nextElementSibling
        else body.insertBefore(row, place)
      }
    },
  }
}

function rowOf(columns: readonly Column[], cells: readonly Cell[]): HTMLElement {
  const made = cells.map((cell, at) => {
    const { isNumber, isShort, title } = columns[at] ?? { title: '' }
    const kind = isNumber ? 'number' : isShort ? 'short' : undefined
    return element('td', { role: 'cell', 'data-title': title, class: kind }, cell)
  })
  return element('tr', { role: 'row' }, ...made)
}
