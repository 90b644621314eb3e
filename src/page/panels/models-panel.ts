import type { Stats } from '../../http/stats/stats.js'
import { formatCount, formatDollars } from '../format/numbers.js'
import { createTable } from './table.js'

const COLUMNS = [
  { title: 'Model' },
  { title: 'Provider' },
  { title: 'Requests', isNumber: true },
  { title: 'Tokens', isNumber: true },
  { title: 'Spent', isNumber: true },
]

/** What each model cost. */
export function createModelsPanel(place: HTMLElement): (stats: Stats) => void {
  const table = createTable('Spent, by model', COLUMNS, 'Nothing has been spent yet.')
  place.append(table.box)
  return ({ cost }) =>
    table.show(
      cost.by_model.map(({ input_tokens, model, output_tokens, provider, requests, usd }) => ({
        key: `${provider} ${model} ${requests} ${output_tokens} ${usd}`,
        cells: [
          model,
          provider,
          formatCount(requests),
          `${formatCount(input_tokens)} → ${formatCount(output_tokens)}`,
          formatDollars(usd),
        ],
      })),
    )
}
