import { element } from '../dom/element.js'
import { formatDuration } from '../format/times.js'
import { badge } from '../panels/badge.js'
import type { Cell } from '../panels/table.js'
import type { Entry } from './entry.js'

export const ENTRY_COLUMNS = [
  { title: 'Entry' },
  { title: 'Prompt and answer' },
  { title: 'Model' },
  { title: 'Tenant' },
  { title: 'Matches' },
  { title: 'Stored', isNumber: true },
  { title: 'Expires', isNumber: true },
  { title: 'Retract' },
]

export interface EntryCellOptions {
  readonly nowMs: number
  /** Prompts are shown only to who asks for them. */
  readonly withText: boolean
  readonly onRetract: (id: string) => void
}

export function entryCells(entry: Entry, { nowMs, onRetract, withText }: EntryCellOptions): readonly Cell[] {
  const since = Math.max(0, (nowMs - Date.parse(entry.stored_at)) / 1000)
  const left = Math.max(0, (Date.parse(entry.expires_at) - nowMs) / 1000)
  return [
    element('code', { title: entry.id }, entry.id.slice(0, 8)),
    withText ? textCell(entry) : element('span', { class: 'muted' }, 'hidden'),
    entry.model,
    entry.namespace === null || entry.namespace === '' ? entry.tenant : `${entry.tenant} / ${entry.namespace}`,
    entry.semantic ? badge('same meaning', 'good') : badge('same request', 'plain'),
    `${formatDuration(since)} ago`,
    `in ${formatDuration(left)}`,
    retractButton(entry.id, onRetract),
  ]
}

function textCell({ answer, prompt }: Entry): Cell {
  const cell = element('div', { class: 'texts' })
  cell.append(
    prompt === null ? element('span', { class: 'muted' }, 'the prompt is not kept') : element('span', {}, prompt),
  )
  if (answer !== undefined) cell.append(element('span', { class: 'muted' }, answer))
  return cell
}

/** Asks again before it does it: a second press within the same button. */
function retractButton(id: string, onRetract: (id: string) => void): HTMLButtonElement {
  const button = element(
    'button',
    { type: 'button', class: 'small', 'aria-label': `Retract ${id.slice(0, 8)}` },
    'Retract',
  )
  let isSure = false
  const setSure = (sure: boolean): void => {
    isSure = sure
    button.textContent = sure ? 'Really?' : 'Retract'
    button.setAttribute('aria-label', sure ? `Really retract ${id.slice(0, 8)}?` : `Retract ${id.slice(0, 8)}`)
    button.classList.toggle('danger', sure)
  }
  button.addEventListener('click', () => {
    if (isSure) onRetract(id)
    else setSure(true)
  })
  button.addEventListener('blur', () => setSure(false))
  return button
}
