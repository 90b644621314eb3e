import { addSpend, type Calendar, noSpend, type Spend } from '../../core/limits/spend.js'
import type { PicoUsd } from '../../core/money/money.js'
import { nanoOf, remainderOf } from './nano-usd.js'

/** What of one key's use the others have not been told yet. What was sent without an answer is sent again as it was. */
export interface Outbox {
  add(calendar: Calendar, used: { readonly tokens: number; readonly cost: PicoUsd }): void
  /** The next report, the same one until it is `done`. Undefined: there is nothing to tell. */
  next(): Letter | undefined
  done(): void
  /** It may have arrived, or not. Its tokens are not told again: they will have drained. */
  failed(): void
  isEmpty(): boolean
}

export interface Letter {
  readonly number: number
  readonly tokens: number
  readonly spent: Readonly<Spend>
}

export function createOutbox(calendar: Calendar): Outbox {
  let tokens = 0
  let unsent = noSpend(calendar)
  let letter: Letter | undefined
  let number = 0

  function hasMore(): boolean {
    return tokens !== 0 || nanoOf(unsent.ofDay) > 0n || nanoOf(unsent.ofMonth) > 0n
  }

  return {
    add(now, used) {
      tokens += used.tokens
      addSpend(unsent, now, used.cost)
    },
    next() {
      if (letter !== undefined || !hasMore()) return letter
      number++
      letter = { number, tokens, spent: unsent }
      tokens = 0
      unsent = { ...unsent, ofDay: remainderOf(unsent.ofDay), ofMonth: remainderOf(unsent.ofMonth) }
      return letter
    },
    done() {
      letter = undefined
    },
    failed() {
      if (letter !== undefined) letter = { ...letter, tokens: 0 }
      tokens = 0
    },
    isEmpty: () => letter === undefined && !hasMore(),
  }
}
