import type { Registry } from 'prom-client'
import { type Family, renderFamily, type TextFormat } from './family.js'

export interface Exposition {
  render(format: TextFormat): Promise<string>
}

/** After so long others get their turn. */
const TURN_MS = 1

/** Everything a scrape gets, in pieces that each take a moment. */
export function createExposition(families: readonly Family[], registry: Registry): Exposition {
  return {
    async render(format) {
      const pieces: string[] = []
      let turnStartedAt = performance.now()
      async function add(piece: string): Promise<void> {
        pieces.push(piece)
        if (performance.now() - turnStartedAt < TURN_MS) return
        await new Promise((resolve) => setImmediate(resolve))
        turnStartedAt = performance.now()
      }
      for (const family of families) await add(renderFamily(family, format))
      for (const { name } of registry.getMetricsAsArray()) {
        const text = await registry.getSingleMetricAsString(name)
        await add(`${headsOf(text, format)}\n`)
      }
      if (format === 'openmetrics') pieces.push('# EOF\n')
      return pieces.join('')
    },
  }
}

/** OpenMetrics tells a counter from its total; the registry's own texts do not. */
function headsOf(text: string, format: TextFormat): string {
  return format === 'prometheus' ? text : text.replace(/^(# (?:HELP|TYPE) \S+)_total /gm, '$1 ')
}
