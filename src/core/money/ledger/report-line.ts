import { wilsonInterval } from '../../hit-model/wilson-interval.js'
import { formatUsd, type PicoUsd } from '../money.js'
import { LABEL_SOURCES, type LabelSource } from '../quality-label.js'
import { SAVING_CAUSES, type SavingCause } from '../saving.js'
import type { TrafficCause } from './ledger-row.js'
import type { LedgerSums, SumName } from './ledger-sums.js'

/** What some requests did, as `/report` tells it. Amounts are decimals of dollars, exact. */
export interface ReportLine {
  readonly requests: number
  readonly failed: number
  readonly exact_hits: number
  readonly semantic_hits: number
  readonly joined: number
  /** To providers. */
  readonly calls: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cached_tokens: number
  readonly cache_write_tokens: number
  readonly spend_usd: string
  /** Parts of the spend that the gateway caused by itself: answers nobody was given, and calls in the background. */
  readonly unused_usd: string
  readonly background_usd: Readonly<Record<Exclude<TrafficCause, 'answer'>, string>>
  /** Calls whose cost is not known. They are in no amount here. */
  readonly unpriced_calls: number
  /** Copies of answers whose cost is not known. */
  readonly unpriced_copies: number
  readonly saved_usd: Readonly<Record<SavingCause, string>>
  /** What the same requests would have cost without the gateway, and what is left of that. */
  readonly counterfactual_usd: string
  readonly net_saved_usd: string
  /** Null: without it they would have cost nothing. */
  readonly net_saved_share: number | null
  readonly quality: readonly QualityLine[]
}

export interface QualityLine {
  readonly source: LabelSource
  readonly right: number
  readonly wrong: number
  /** Compared without a result. They count neither way. */
  readonly unsure: number
  /** Null: nothing was judged. */
  readonly share_right: number | null
  /** Wilson's 95 % interval of the share. */
  readonly low: number
  readonly high: number
  /** Answers of that kind that nobody has judged; null: of what people judge nobody knows the number. */
  readonly unjudged: number | null
}

/** Sums by what caused them. */
export type CauseSums = Readonly<Partial<Record<TrafficCause, LedgerSums>>>

export function renderLine(causes: CauseSums): ReportLine {
  const answers = causes.answer ?? {}
  const all = Object.values(causes)
  const total = (name: SumName): bigint => all.reduce((sum, sums) => sum + (sums[name] ?? 0n), 0n)
  const count = (name: SumName): number => Number(total(name))
  const background = (cause: TrafficCause): PicoUsd => causes[cause]?.spend ?? 0n
  const spend = total('spend')
  const unused = total('unusedSpend')
  const own = unused + background('audit') + background('judge') + background('shadow')
  const saved = SAVING_CAUSES.reduce((sum, cause) => sum + total(`saved:${cause}`), 0n)
  const counterfactual = spend - own + saved
  return {
    requests: count('requests'),
    failed: count('failed'),
    exact_hits: count('exact'),
    semantic_hits: count('semantic'),
    joined: count('joined'),
    calls: count('calls'),
    input_tokens: count('inputTokens'),
    output_tokens: count('outputTokens'),
    cached_tokens: count('cachedTokens'),
    cache_write_tokens: count('cacheWriteTokens'),
    spend_usd: formatUsd(spend),
    unused_usd: formatUsd(unused),
    background_usd: {
      audit: formatUsd(background('audit')),
      judge: formatUsd(background('judge')),
      shadow: formatUsd(background('shadow')),
    },
    unpriced_calls: count('unpricedCalls'),
    unpriced_copies: count('unpricedCopies'),
    saved_usd: savedOf(total),
    counterfactual_usd: formatUsd(counterfactual),
    net_saved_usd: formatUsd(counterfactual - spend),
    net_saved_share: counterfactual === 0n ? null : Number(counterfactual - spend) / Number(counterfactual),
    quality: LABEL_SOURCES.flatMap((source) => qualityOf(source, answers)),
  }
}

function savedOf(total: (name: SumName) => bigint): ReportLine['saved_usd'] {
  const amount = (cause: SavingCause): string => formatUsd(total(`saved:${cause}`))
  return {
    exact: amount('exact'),
    semantic: amount('semantic'),
    joined: amount('joined'),
    routing: amount('routing'),
    'prompt-cache': amount('prompt-cache'),
  }
}

/** An answer that nobody judged is neither right nor wrong. */
function qualityOf(source: LabelSource, sums: LedgerSums): readonly QualityLine[] {
  const of = (verdict: 'right' | 'wrong' | 'unsure'): number => Number(sums[`${source}:${verdict}`] ?? 0n)
  const [right, wrong, unsure] = [of('right'), of('wrong'), of('unsure')]
  const population = POPULATIONS[source]
  const all = population === undefined ? 0 : Number(sums[population] ?? 0n)
  if (right + wrong + unsure + all === 0) return []
  const { high, low } = wilsonInterval(right, right + wrong)
  const unjudged = population === undefined ? null : Math.max(0, all - right - wrong)
  const share_right = right + wrong === 0 ? null : right / (right + wrong)
  return [{ source, right, wrong, unsure, share_right, low, high, unjudged }]
}

const POPULATIONS: Readonly<Partial<Record<LabelSource, SumName>>> = { audit: 'semantic', shadow: 'routedCheaper' }
