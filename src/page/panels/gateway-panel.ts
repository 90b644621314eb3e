import type { Stats } from '../../http/stats/stats.js'
import { element } from '../dom/element.js'
import { setText } from '../dom/set-text.js'
import { formatCount, formatMs, formatShare } from '../format/numbers.js'

/** How the gateway itself is. */
export function createGatewayPanel(list: HTMLElement): (stats: Stats) => void {
  const values = new Map<string, HTMLElement>()

  function tell(name: string, text: string): void {
    const value = values.get(name) ?? element('dd')
    if (!values.has(name)) list.append(element('div', {}, element('dt', {}, name), value))
    values.set(name, value)
    setText(value, text)
  }

  return (stats) => {
    for (const [name, text] of Object.entries(factsOf(stats))) tell(name, text)
  }
}

function factsOf({ cache, latency, pool, requests, routing, stream_stalls }: Stats): Readonly<Record<string, string>> {
  const refused = Object.values(requests.refusals).reduce((sum, count) => sum + count, 0)
  const { loop_lag, overhead } = latency
  return {
    'Inference threads': pool === null ? 'none' : `${pool.ready_threads} of ${pool.threads} ready`,
    'Waiting for a thread': pool === null ? '0' : formatCount(pool.queue_depth),
    'Thread restarts': pool === null ? '0' : formatCount(pool.restarts),
    'Event loop lag p99': formatMs(loop_lag['1m'].p99),
    'Time in the gateway p50': formatMs(overhead['1m'].p50),
    'Time in the gateway p99': formatMs(overhead['1m'].p99),
    'Routed to the strong model': formatShare(routing.strong_share),
    'Expected quality': formatShare(routing.expected_quality),
    'Cache store': cache.store.kind,
    'Cache entries': formatCount(cache.entries),
    'Audits of semantic hits': `${cache.audits.right} right, ${cache.audits.wrong} wrong, ${cache.audits.unsure} unsure`,
    'Stream stalls': formatCount(stream_stalls),
    'Clients that left': formatCount(requests.by_end['client-gone']),
    'Turned away': formatCount(refused),
  }
}
