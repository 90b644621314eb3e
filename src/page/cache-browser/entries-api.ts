import { readProblem } from '../problem.js'
import type { EntryPage } from './entry.js'

export interface EntryQuery {
  readonly model: string
  readonly tenant: string
  readonly cursor: string
  readonly withAnswers: boolean
}

const LIMIT = '20'

/** @throws Problem */
export async function fetchEntries({ cursor, model, tenant, withAnswers }: EntryQuery): Promise<EntryPage> {
  const given = Object.entries({ model, tenant, cursor, answer: withAnswers ? '1' : '' }).filter(
    ([, value]) => value !== '',
  )
  const response = await fetch(`cache/entries?${new URLSearchParams([['limit', LIMIT], ...given])}`)
  if (!response.ok) throw await readProblem(response)
  return (await response.json()) as EntryPage // what the path is for
}

/** @throws Problem */
export async function retractEntry(id: string): Promise<void> {
  const response = await fetch(`cache/entries/${encodeURIComponent(id)}`, { method: 'DELETE' })
  if (!response.ok) throw await readProblem(response)
}
