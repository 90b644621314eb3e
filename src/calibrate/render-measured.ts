import type { Interval } from '../core/hit-model/wilson-interval.js'
import type { Measured } from './calibrate-cache.js'
import { percent, renderTable } from './render-table.js'

/** The figures as tables in Markdown: they are read on a terminal and put into cards. */
export function renderMeasured({ requests, candidates, right, clusters, reliability, services }: Measured): string {
  const bands = reliability
    .filter(({ rows }) => rows > 0)
    .map(({ from, to, rows, predicted, observed, interval }) => [
      ...[`${from.toFixed(1)}–${to.toFixed(1)}`, String(rows), predicted.toFixed(3)],
      `${observed.toFixed(3)} [${interval.low.toFixed(3)}–${interval.high.toFixed(3)}]`,
    ])
  const served = services.map(({ maxFalseHitRate, hits, wrong, servedShare, wrongShare, wrongInterval, cutShare }) => [
    ...[percent(maxFalseHitRate, 0), `${percent(servedShare)} (${hits})`],
    hits === 0 ? '-' : `${percent(wrongShare)} ${percentRange(wrongInterval)} (${wrong})`,
    ...[hits === 0 ? '-' : percent(cutShare), cutShare === 0 ? '-' : `${(servedShare / cutShare).toFixed(2)} ×`],
  ])
  return [
    `${requests} requests, ${candidates} candidates, ${right} of them right, ${clusters} independent groups`,
    '',
    ...renderTable(['predicted', 'candidates', 'mean predicted', 'observed right [95 %]'], bands),
    '',
    ...renderTable(['maxFalseHitRate', 'served (hits)', 'wrong hits [95 %]', 'best cosine cut', 'gain'], served),
    '',
  ].join('\n')
}

const percentRange = ({ low, high }: Interval): string => `[${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}]`
