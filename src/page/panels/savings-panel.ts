import type { SavingCause } from '../../core/money/saving.js'
import type { Stats } from '../../http/stats/stats.js'
import { formatDollars } from '../format/numbers.js'
import { bar } from './bar.js'
import { createTable } from './table.js'

const CAUSES: Readonly<Record<SavingCause, string>> = {
  exact: 'The same request again',
  semantic: 'The same in other words',
  joined: 'Joined while being answered',
  routing: 'Sent to the cheap model',
  'prompt-cache': 'The provider’s prompt cache',
}

/** What was not spent, and thanks to what. */
export function createSavingsPanel(place: HTMLElement): (stats: Stats) => void {
  const columns = [{ title: 'Because' }, { title: 'Share' }, { title: 'Amount', isNumber: true }]
  const table = createTable('Saved, by cause', columns, 'Nothing has been saved yet.')
  place.append(table.box)
  return ({ savings_usd }) => {
    const amounts = Object.entries(savings_usd) as [SavingCause, string][] // its keys are the causes
    const whole = amounts.reduce((sum, [, usd]) => sum + Math.max(0, Number(usd)), 0)
    table.show(
      amounts.map(([cause, usd]) => {
        const share = whole > 0 ? Math.max(0, Number(usd)) / whole : 0
        return {
          key: `${cause} ${usd} ${share.toFixed(3)}`,
          cells: [CAUSES[cause] ?? cause, bar(share), formatDollars(usd)],
        }
      }),
    )
  }
}
