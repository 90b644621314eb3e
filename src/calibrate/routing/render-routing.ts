import { usdNumber } from '../../core/money/money.js'
import type { CurvePoint } from '../../routing/target/routing-curve.js'
import type { RoutingTarget } from '../../routing/target/target-state.js'
import { percent, renderTable } from '../render-table.js'
import type { LabelledScore } from './fit-curve.js'
import type { RoutingFigures } from './routing-figures.js'

/** The curve: what a share of strong calls brings and costs. */
export function renderCurve(rows: readonly RoutingFigures[]): string {
  const isLabelled = rows.some(({ foundQuality }) => foundQuality !== undefined)
  const head = [
    'threshold',
    'strong calls',
    'expected quality',
    ...(isLabelled ? ['found'] : []),
    'USD per 1,000 prompts',
  ]
  return renderTable(
    head,
    rows.map(({ costPerThousand, expectedQuality, foundQuality, strongShare, threshold }) => [
      threshold.toFixed(4),
      percent(strongShare),
      expectedQuality.toFixed(4),
      ...(isLabelled ? [foundQuality?.toFixed(4) ?? '-'] : []),
      costPerThousand === undefined ? 'unknown' : usdNumber(costPerThousand).toFixed(4),
    ]),
  ).join('\n')
}

export function renderTarget(target: RoutingTarget, at: RoutingFigures): string {
  const [[name, value] = ['', 0]] = Object.entries(target)
  const cost = at.costPerThousand === undefined ? 'an unknown cost' : `$${usdNumber(at.costPerThousand).toFixed(4)}`
  return `Target { ${name}: ${value} }: threshold ${at.threshold.toFixed(4)}, ${percent(at.strongShare)} strong calls, expected quality ${at.expectedQuality.toFixed(4)}, ${cost} per 1,000 prompts.`
}

const BANDS = 10

/** What was predicted of labels that the curve had not seen, by tenths of the prompts. */
export function renderReliability(rows: readonly LabelledScore[], heldOut: readonly CurvePoint[]): string {
  const order = heldOut.map((point, at) => ({ point, label: rows[at]?.label ?? { cheap: 0, strong: 0 } }))
  order.sort((a, b) => a.point.score - b.point.score)
  const bands = Array.from({ length: BANDS }, (_, band) =>
    order.slice(Math.floor((band * order.length) / BANDS), Math.floor(((band + 1) * order.length) / BANDS)),
  )
  return renderTable(
    ['mean score', 'prompts', 'cheap: predicted', 'found', 'strong: predicted', 'found'],
    bands.map((band) => {
      const mean = (value: (row: (typeof band)[number]) => number): string =>
        (band.reduce((sum, row) => sum + value(row), 0) / band.length).toFixed(3)
      return [
        mean(({ point }) => point.score),
        String(band.length),
        mean(({ point }) => point.cheap),
        mean(({ label }) => label.cheap),
        mean(({ point }) => point.strong),
        mean(({ label }) => label.strong),
      ]
    }),
  ).join('\n')
}
