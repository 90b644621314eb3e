import type { PriceBand } from '../model-spec.js'

/**
 * The prices of a whole request: of those in force on that day (UTC), the ones for its length of prompt, and of these the
 * ones that came last.
 */
export function chooseBand(bands: readonly PriceBand[], promptTokens: number, epochMs: number): PriceBand | undefined {
  let best: PriceBand | undefined
  for (const band of bands) {
    if (promptTokens <= longerThan(band) || !isInForce(band, epochMs)) continue
    if (best === undefined || goesBefore(band, best)) best = band
  }
  return best
}

/** Most prices have no dates, and then none is made of the time. */
function isInForce({ effectiveFrom, effectiveUntil }: PriceBand, epochMs: number): boolean {
  if (effectiveFrom === undefined && effectiveUntil === undefined) return true
  const day = new Date(epochMs).toISOString().slice(0, 10)
  return (effectiveFrom === undefined || effectiveFrom <= day) && (effectiveUntil === undefined || day < effectiveUntil)
}

function longerThan({ abovePromptTokens }: PriceBand): number {
  return abovePromptTokens ?? -1
}

function goesBefore(band: PriceBand, other: PriceBand): boolean {
  if (longerThan(band) !== longerThan(other)) return longerThan(band) > longerThan(other)
  return (band.effectiveFrom ?? '') > (other.effectiveFrom ?? '')
}
