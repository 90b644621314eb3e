import { element } from '../dom/element.js'
import { createTable } from '../panels/table.js'
import { problemOf } from '../problem.js'
import { fetchEntries, retractEntry } from './entries-api.js'
import type { Entry } from './entry.js'
import { ENTRY_COLUMNS, entryCells } from './entry-cells.js'

/** What is kept, and a way to take it back. */
export interface CacheBrowser {
  /** Whoever looks may see it now. */
  open(): void
}

export function setUpCacheBrowser(place: HTMLElement): CacheBrowser {
  const model = element('input', { name: 'model', autocomplete: 'off', spellcheck: 'false' })
  const tenant = element('input', { name: 'tenant', autocomplete: 'off', spellcheck: 'false' })
  const texts = element('input', { type: 'checkbox', name: 'texts' })
  const form = element(
    'form',
    { class: 'filter' },
    element('label', {}, 'Model', model),
    element('label', {}, 'Tenant', tenant),
    element('label', { class: 'check' }, texts, 'Show prompts and answers'),
    element('button', { type: 'submit' }, 'Look'),
  )
  const table = createTable('Entries of the cache', ENTRY_COLUMNS, 'Nothing is kept that fits.', true)
  const more = element('button', { type: 'button', hidden: true }, 'More')
  const told = element('p', { class: 'muted', role: 'status', id: 'cache-told' })
  const problem = element('p', { class: 'problem', role: 'alert' })
  place.append(form, told, problem, table.box, more)
  let entries: readonly Entry[] = []
  let cursor = ''

  function show(): void {
    const withText = texts.checked
    table.show(
      entries.map((entry) => ({
        key: `${entry.id} ${entry.stored_at} ${withText}`,
        cells: entryCells(entry, { nowMs: Date.now(), withText, onRetract: (id) => void attempt(() => retract(id)) }),
      })),
    )
    more.hidden = cursor === ''
  }

  async function load(): Promise<void> {
    const query = { model: model.value.trim(), tenant: tenant.value.trim(), cursor, withAnswers: texts.checked }
    const page = await fetchEntries(query)
    entries = [...entries, ...page.entries]
    cursor = page.next_cursor ?? ''
    show()
    told.textContent = `${entries.length} shown${cursor === '' ? '' : ', there are more'}`
  }

  async function reload(): Promise<void> {
    entries = []
    cursor = ''
    await load()
  }

  async function retract(id: string): Promise<void> {
    await retractEntry(id)
    entries = entries.filter((entry) => entry.id !== id)
    show()
    told.textContent = `${id.slice(0, 8)} is retracted: it answers nobody any more.`
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    problem.textContent = ''
    try {
      await work()
    } catch (thrown) {
      problem.textContent = problemOf(thrown).message
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void attempt(reload)
  })
  texts.addEventListener('change', () => void attempt(reload))
  more.addEventListener('click', () => void attempt(load))
  return { open: () => void attempt(reload) }
}
