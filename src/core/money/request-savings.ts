import type { PriceBand } from '../model-spec.js'
import type { AttemptRecord, RequestRecord } from '../request-record.js'
import type { Usage } from '../usage.js'
import { answeringAttempt } from './attempt-cost.js'
import { costOf } from './cost-of.js'
import type { PicoUsd } from './money.js'
import type { Saving, SavingCause } from './saving.js'

/** What answers of this model cost at this provider, or at the one that lists it; undefined: not known. */
export type PricesOf = (model: string, provider?: string) => readonly PriceBand[] | undefined

/** What a request whose attempts' costs are entered did not cost, as far as it is known. */
export function requestSavings(record: RequestRecord, pricesOf: PricesOf, epochMs: number): readonly Saving[] {
  const cause = copyCause(record)
  if (cause !== undefined) return copied(record, cause, pricesOf, epochMs)
  const answer = answeringAttempt(record)
  const cost = answer?.cost
  if (answer === undefined || cost === undefined) return []
  return [...routed(record, answer, cost, pricesOf), ...promptCached(answer, cost)]
}

/** Of an answer that had been made, or was being made, for another request. */
function copyCause({ cache, cacheHit, end }: RequestRecord): SavingCause | undefined {
  if (cache === 'HIT') return cacheHit?.kind
  // The usage of an answer that broke off is that of its beginning.
  return cache === 'JOIN' && end === 'complete' ? 'joined' : undefined
}

/** What the answer would have cost now, where it was made. */
function copied(
  { model, provider, usage }: RequestRecord,
  cause: SavingCause,
  pricesOf: PricesOf,
  epochMs: number,
): readonly Saving[] {
  if (model === undefined || usage === undefined) return []
  const amount = costOf(usage, pricesOf(model, provider) ?? [], epochMs)
  // Nothing, of a model that costs nothing, is known as well.
  return amount === undefined ? [] : [{ cause, amount }]
}

/** What the same answer would have cost at the strong model; a model that is dearer for once saved nothing. */
function routed(
  { routing }: RequestRecord,
  { model, startedEpochMs, usage }: AttemptRecord,
  cost: PicoUsd,
  pricesOf: PricesOf,
): readonly Saving[] {
  if (routing === undefined || usage === undefined || routing.strong === model) return []
  const atStrong = costOf(usage, pricesOf(routing.strong) ?? [], startedEpochMs)
  return atStrong === undefined || atStrong <= cost ? [] : [{ cause: 'routing', amount: atStrong - cost }]
}

/** What the same prompt would have cost if nothing of it had been read from the provider's cache or written to it. */
function promptCached({ prices, startedEpochMs, usage }: AttemptRecord, cost: PicoUsd): readonly Saving[] {
  if (usage === undefined || !usesPromptCache(usage)) return []
  const { cachedTokens, cacheWriteLongTokens, cacheWriteTokens, ...plain } = usage
  const uncached = costOf(plain, prices, startedEpochMs)
  return uncached === undefined || uncached === cost ? [] : [{ cause: 'prompt-cache', amount: uncached - cost }]
}

function usesPromptCache({ cachedTokens = 0, cacheWriteTokens = 0 }: Usage): boolean {
  return cachedTokens + cacheWriteTokens > 0
}
