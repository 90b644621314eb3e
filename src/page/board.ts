import type { Stats } from '../http/stats/stats.js'
import { CHART_SPECS } from './charts/chart-specs.js'
import { createColours } from './charts/colours.js'
import { createLineChart } from './charts/line-chart.js'
import { createScoreChart } from './charts/score-chart.js'
import { find } from './dom/find.js'
import { setText } from './dom/set-text.js'
import { formatDuration } from './format/times.js'
import { createGatewayPanel } from './panels/gateway-panel.js'
import { createModelsPanel } from './panels/models-panel.js'
import { createProvidersPanel } from './panels/providers-panel.js'
import { createRequestsPanel } from './panels/requests-panel.js'
import { createSavingsPanel } from './panels/savings-panel.js'
import { createTiles } from './panels/tiles.js'
import type { History } from './stats/history.js'

/** Everything that shows figures. */
export interface Board {
  draw(stats: Stats | undefined, history: History, span: number): void
  /** The theme has changed. */
  refreshColours(): void
}

export function createBoard(): Board {
  const colours = createColours()
  const place = find('charts', HTMLElement)
  const charts = CHART_SPECS.map((spec) => {
    const chart = createLineChart(spec, colours.read)
    place.append(chart.figure)
    return chart
  })
  const scores = createScoreChart(colours.read)
  place.append(scores.figure)
  const version = find('version', HTMLElement)
  const panels = [
    createTiles(find('tiles', HTMLElement)),
    createGatewayPanel(find('gateway', HTMLElement)),
    createSavingsPanel(find('savings', HTMLElement)),
    createModelsPanel(find('models', HTMLElement)),
    createProvidersPanel(find('providers', HTMLElement)),
    createRequestsPanel(find('requests', HTMLElement)),
  ]
  return {
    draw(stats, history, span) {
      if (stats === undefined) return
      const samples = history.last(span)
      for (const chart of charts) chart.show(samples, span)
      scores.show(stats.routing, Date.parse(stats.at) / 1000, span)
      for (const show of panels) show(stats)
      setText(version, `${stats.version}, up ${formatDuration(stats.uptime_seconds)}`)
    },
    refreshColours() {
      colours.refresh()
      for (const chart of [...charts, scores]) chart.redraw()
    },
  }
}
