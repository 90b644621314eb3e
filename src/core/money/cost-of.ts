import type { PriceBand } from '../model-spec.js'
import type { Usage } from '../usage.js'
import { chooseBand } from './choose-band.js'
import type { PicoUsd } from './money.js'
import { type TokenPrices, tokenPrices } from './token-prices.js'

/**
 * What an answer costs by its provider's own counts, exactly. Undefined: not known, since something was used whose price
 * is not (tokens from a prompt cache without a price for these, say), or the counts contradict each other. Never 0 for that.
 */
export function costOf(usage: Usage, bands: readonly PriceBand[], epochMs: number): PicoUsd | undefined {
  const band = chooseBand(bands, usage.inputTokens, epochMs)
  if (band === undefined || (usage.searches ?? 0) > 0) return undefined
  const sum = sumOf(usage, tokenPrices(band))
  return sum === undefined || usage.tier === undefined ? sum : inTier(sum, usage.tier, band)
}

/** Thinking is inside the output, at the same price. */
function sumOf(usage: Usage, prices: TokenPrices): PicoUsd | undefined {
  const { cachedTokens: cached = 0, cacheWriteTokens: written = 0, cacheWriteLongTokens: long = 0 } = usage
  let sum = sumOfPlain(usage, cached + written, prices)
  sum = plus(sum, cached, prices.cached)
  sum = plus(sum, written - long, prices.written)
  sum = plus(sum, long, prices.writtenLong)
  return plus(sum, usage.outputTokens, prices.output)
}

function sumOfPlain(
  { audioTokens: audio = 0, inputTokens }: Usage,
  throughCache: number,
  prices: TokenPrices,
): PicoUsd | undefined {
  const plain = inputTokens - throughCache
  if (audio === 0 || prices.audio === undefined) return plus(0n, plain, prices.input)
  // Nobody says how much of what came from the cache was sound.
  if (throughCache > 0) return undefined
  return plus(plus(0n, plain - audio, prices.input), audio, prices.audio)
}

/** What was not used needs no price. */
function plus(sum: PicoUsd | undefined, count: number, price: PicoUsd | undefined): PicoUsd | undefined {
  if (count === 0 || sum === undefined) return sum
  if (price === undefined || !Number.isSafeInteger(count) || count < 0) return undefined
  return sum + BigInt(count) * price
}

/** Factors have three decimals at most. */
function inTier(sum: PicoUsd, tier: string, { tierFactors }: PriceBand): PicoUsd | undefined {
  const factor = tierFactors !== undefined && Object.hasOwn(tierFactors, tier) ? tierFactors[tier] : undefined
  return factor === undefined ? undefined : (sum * BigInt(Math.round(factor * 1000)) + 500n) / 1000n
}
