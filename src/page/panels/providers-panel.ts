import type { ProviderStats, Stats } from '../../http/stats/stats.js'
import { formatCount } from '../format/numbers.js'
import { badge, type Tone } from './badge.js'
import { createTable } from './table.js'

const BREAKERS: Readonly<Record<ProviderStats['breaker'], { readonly text: string; readonly tone: Tone }>> = {
  closed: { text: 'closed', tone: 'good' },
  'half-open': { text: 'half open', tone: 'warn' },
  open: { text: 'open', tone: 'bad' },
}

/** Whom the gateway asks, and how they are. */
export function createProvidersPanel(place: HTMLElement): (stats: Stats) => void {
  const providers = createTable(
    'Providers and their circuit breakers',
    [
      { title: 'Provider' },
      { title: 'Type' },
      { title: 'Breaker' },
      { title: 'Requests', isNumber: true },
      { title: 'Errors', isNumber: true },
    ],
    'No provider is on.',
  )
  place.append(providers.box)
  return ({ providers: rows }) =>
    providers.show(rows.map((provider) => ({ key: JSON.stringify(provider), cells: cellsOf(provider) })))
}

function cellsOf({ breaker, errors, name, requests, type }: ProviderStats) {
  const { text, tone } = BREAKERS[breaker]
  const failed = Object.entries(errors).map(([error, count]) => `${formatCount(count)} ${error.replaceAll('_', ' ')}`)
  return [name, type, badge(text, tone), formatCount(requests), failed.length === 0 ? '0' : failed.join(', ')]
}
