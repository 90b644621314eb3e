import type { Stats } from '../../http/stats/stats.js'
import { element } from '../dom/element.js'
import { setText } from '../dom/set-text.js'
import { formatCount, formatDollars, formatMs, formatRate, formatShare, NOTHING } from '../format/numbers.js'

interface TileText {
  readonly value: string
  readonly note: string
  readonly isBad?: boolean
}

interface Tile {
  readonly id: string
  readonly label: string
  readonly read: (stats: Stats) => TileText
}

const TILES: readonly Tile[] = [
  { id: 'requests', label: 'Requests', read: requestsTile },
  { id: 'errors', label: 'Errors', read: errorsTile },
  { id: 'ttft', label: 'First token p50', read: ({ latency }) => latencyTile(latency.ttft.provider['1m']) },
  { id: 'gap', label: 'Between tokens p50', read: ({ latency }) => latencyTile(latency.gap.provider['1m']) },
  { id: 'hits', label: 'Cache hits', read: hitsTile },
  { id: 'false-hits', label: 'False hits', read: falseHitsTile },
  { id: 'spent', label: 'Spent', read: spentTile },
  { id: 'saved', label: 'Saved', read: savedTile },
]

/** The few figures one looks at first. */
export function createTiles(list: HTMLElement): (stats: Stats) => void {
  const tiles = TILES.map(({ id, label, read }) => {
    const value = element('dd', { class: 'value' }, NOTHING)
    const note = element('dd', { class: 'muted' }, ' ')
    const box = element('div', { class: 'card tile', id: `tile-${id}` }, element('dt', {}, label), value, note)
    list.append(box)
    return { box, note, read, value }
  })
  return (stats) => {
    for (const { box, note, read, value } of tiles) {
      const text = read(stats)
      setText(value, text.value)
      setText(note, text.note)
      box.classList.toggle('bad', text.isBad === true)
    }
  }
}

function requestsTile({ requests }: Stats): TileText {
  const { active, per_second, total } = requests
  return { value: `${formatRate(per_second)}/s`, note: `${formatCount(total)} in all, ${formatCount(active)} active` }
}

function errorsTile({ requests: { by_end, errors_per_second, total } }: Stats): TileText {
  const failed = by_end.failed + by_end.broken
  return {
    value: `${formatRate(errors_per_second)}/s`,
    note: total === 0 ? 'none' : `${formatCount(failed)} in all, ${formatShare(failed / total)}`,
    isBad: errors_per_second > 0,
  }
}

function latencyTile({ count, p50, p99 }: { count: number; p50: number; p99: number }): TileText {
  if (count === 0) return { value: NOTHING, note: 'none in a minute' }
  return { value: formatMs(p50), note: `p99 ${formatMs(p99)}, 1 min` }
}

function hitsTile({ cache }: Stats): TileText {
  const { entries, hit_rate, hits_by_kind, store } = cache
  if (store.kind === 'off') return { value: NOTHING, note: 'the cache is off' }
  if (hit_rate === null) return { value: NOTHING, note: `${formatCount(entries)} entries` }
  return {
    value: formatShare(hit_rate),
    note: `${formatCount(hits_by_kind.exact)} exact, ${formatCount(hits_by_kind.semantic)} semantic`,
  }
}

function falseHitsTile({ cache: { false_hits } }: Stats): TileText {
  const { flagged, judged, lower, ratio, target, upper } = false_hits
  const aim = target === null ? '' : `, target ≤ ${formatShare(target)}`
  if (judged === 0) return { value: NOTHING, note: `none judged yet${aim}` }
  return { value: formatShare(ratio), note: `${formatShare(lower)} to ${formatShare(upper)}${aim}`, isBad: flagged }
}

function spentTile({ cost }: Stats): TileText {
  const { unknown_requests, usd } = cost
  const note = unknown_requests === 0 ? 'since the start' : `and ${formatCount(unknown_requests)} of unknown cost`
  return { value: formatDollars(usd), note }
}

function savedTile({ cost, savings_usd }: Stats): TileText {
  const saved = Object.values(savings_usd).reduce((sum, usd) => sum + Number(usd), 0)
  const whole = saved + Number(cost.usd)
  return { value: formatDollars(saved), note: whole > 0 ? `${formatShare(saved / whole)} of the whole` : 'nothing yet' }
}
