import type { PriceBand } from '../model-spec.js'
import type { Usage } from '../usage.js'
import { chooseBand } from './choose-band.js'
import { type PicoUsd, picoUsdPerToken } from './money.js'

/**
 * What an answer costs by its provider's own counts, exactly. Undefined: not known, since something was used whose price
 * is not (tokens from a prompt cache without a price for these, say), or the counts contradict each other. Never 0 for that.
 */
export function costOf(usage: Usage, bands: readonly PriceBand[], epochMs: number): PicoUsd | undefined {
  const band = chooseBand(bands, usage.inputTokens, epochMs)
  if (band === undefined || (usage.searches ?? 0) > 0) return undefined
  let sum = 0n
  for (const [count, price] of partsOf(usage, band)) {
    if (count === 0) continue
    if (price === undefined || !Number.isSafeInteger(count) || count < 0) return undefined
    sum += BigInt(count) * picoUsdPerToken(price)
  }
  return inTier(sum, usage.tier, band)
}

/** Tokens, and what a million of such tokens costs. Thinking is inside the output, at the same price. */
function partsOf(usage: Usage, band: PriceBand): readonly (readonly [number, number | undefined])[] {
  const { cachedTokens: cached = 0, cacheWriteTokens: written = 0, cacheWriteLongTokens: long = 0 } = usage
  const plain = usage.inputTokens - cached - written
  return [
    ...plainParts(plain, cached + written, usage, band),
    [cached, band.cachedInputPerMTok],
    [written - long, band.cacheWritePerMTok],
    [long, band.cacheWriteLongPerMTok],
    [usage.outputTokens, band.outputPerMTok],
  ]
}

function plainParts(
  plain: number,
  cacheTokens: number,
  { audioTokens: audio = 0 }: Usage,
  { audioInputPerMTok, inputPerMTok }: PriceBand,
): readonly (readonly [number, number | undefined])[] {
  if (audio === 0 || audioInputPerMTok === undefined) return [[plain, inputPerMTok]]
  // Nobody says how much of what came from the cache was sound.
  if (cacheTokens > 0) return [[audio, undefined]]
  return [
    [plain - audio, inputPerMTok],
    [audio, audioInputPerMTok],
  ]
}

/** Factors have three decimals at most. */
function inTier(sum: PicoUsd, tier: string | undefined, { tierFactors }: PriceBand): PicoUsd | undefined {
  if (tier === undefined) return sum
  const factor = tierFactors !== undefined && Object.hasOwn(tierFactors, tier) ? tierFactors[tier] : undefined
  return factor === undefined ? undefined : (sum * BigInt(Math.round(factor * 1000)) + 500n) / 1000n
}
