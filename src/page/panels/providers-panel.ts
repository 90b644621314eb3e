import type { ProviderStats, Stats } from '../../http/stats/stats.js'
import { element } from '../dom/element.js'
import { setText } from '../dom/set-text.js'
import { formatCount, formatMs, formatShare } from '../format/numbers.js'
import { badge, type Tone } from './badge.js'
import { createTable } from './table.js'

const BREAKERS: Readonly<Record<ProviderStats['breaker'], { readonly text: string; readonly tone: Tone }>> = {
  closed: { text: 'closed', tone: 'good' },
  'half-open': { text: 'half open', tone: 'warn' },
  open: { text: 'open', tone: 'bad' },
}

/** Whom the gateway asks and how they are, and how the gateway itself is. */
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
  const facts = element('dl', { class: 'facts' })
  const values = new Map<string, HTMLElement>()
  place.append(providers.box, element('h3', { class: 'apart' }, 'Gateway'), facts)

  function tell(name: string, text: string): void {
    const value = values.get(name) ?? element('dd')
    if (!values.has(name)) facts.append(element('div', {}, element('dt', {}, name), value))
    values.set(name, value)
    setText(value, text)
  }

  return (stats) => {
    providers.show(stats.providers.map((provider) => ({ key: JSON.stringify(provider), cells: cellsOf(provider) })))
    for (const [name, text] of Object.entries(factsOf(stats))) tell(name, text)
  }
}

function cellsOf({ breaker, errors, name, requests, type }: ProviderStats) {
  const { text, tone } = BREAKERS[breaker]
  const failed = Object.entries(errors).map(([error, count]) => `${formatCount(count)} ${error.replaceAll('_', ' ')}`)
  return [name, type, badge(text, tone), formatCount(requests), failed.length === 0 ? '0' : failed.join(', ')]
}

function factsOf({ cache, latency, pool, requests, routing, stream_stalls }: Stats): Readonly<Record<string, string>> {
  const refused = Object.values(requests.refusals).reduce((sum, count) => sum + count, 0)
  const { loop_lag, overhead } = latency
  return {
    'Inference threads': pool === null ? 'none' : `${pool.ready_threads} of ${pool.threads} ready`,
    'Waiting for a thread': pool === null ? '0' : formatCount(pool.queue_depth),
    'Thread restarts': pool === null ? '0' : formatCount(pool.restarts),
    'Event loop lag': `p99 ${formatMs(loop_lag['1m'].p99)}`,
    'Time in the gateway': `p50 ${formatMs(overhead['1m'].p50)}, p99 ${formatMs(overhead['1m'].p99)}`,
    'Strong model': routing.strong_share === null ? 'nothing routed' : `${formatShare(routing.strong_share)} of routed`,
    'Expected quality': formatShare(routing.expected_quality),
    'Cache store': `${cache.store.kind}, ${formatCount(cache.entries)} entries`,
    'Stream stalls': formatCount(stream_stalls),
    'Clients that left': formatCount(requests.by_end['client-gone']),
    'Turned away': formatCount(refused),
  }
}
