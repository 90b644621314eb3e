import type { SavingCause } from '../../core/money/saving.js'
import type { Stats } from '../../http/stats/stats.js'
import { element } from '../dom/element.js'
import { formatCount, formatDollars } from '../format/numbers.js'
import { bar } from './bar.js'
import { createTable } from './table.js'

const CAUSES: Readonly<Record<SavingCause, string>> = {
  exact: 'The same request again',
  semantic: 'The same in other words',
  joined: 'Joined while being answered',
  routing: 'Sent to the cheap model',
  'prompt-cache': 'The provider’s prompt cache',
}

/** Savings by their cause, and what each model cost. */
export function createMoneyPanel(place: HTMLElement): (stats: Stats) => void {
  const savings = createTable(
    'Saved, by cause',
    [{ title: 'Saved by' }, { title: 'Share' }, { title: 'Amount', isNumber: true }],
    '',
  )
  const models = createTable(
    'Spent, by model',
    [
      { title: 'Model' },
      { title: 'Provider' },
      { title: 'Requests', isNumber: true },
      { title: 'Tokens', isNumber: true },
      { title: 'Spent', isNumber: true },
    ],
    'Nothing has been spent yet.',
  )
  place.append(savings.box, element('h3', { class: 'apart' }, 'Spent by model'), models.box)
  return ({ cost, savings_usd }) => {
    const most = Math.max(...Object.values(savings_usd).map(Number))
    savings.show(
      (Object.entries(savings_usd) as [SavingCause, string][]).map(([cause, usd]) => ({
        key: `${cause} ${usd} ${most}`,
        cells: [CAUSES[cause] ?? cause, bar(most > 0 ? Math.max(0, Number(usd)) / most : 0), formatDollars(usd)],
      })),
    )
    models.show(
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
}
