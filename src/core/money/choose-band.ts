import type { PriceBand } from '../model-spec.js'

/**
 * The prices of a whole request: of those in force on that day (UTC), the ones for its length of prompt, and of these the
 * ones that came last.
 */
export function chooseBand(bands: readonly PriceBand[], promptTokens: number, epochMs: number): PriceBand | undefined {
  const day = new Date(epochMs).toISOString().slice(0, 10)
  return bands
    .filter((band) => isInForce(band, day) && promptTokens > longerThan(band))
    .reduce<PriceBand | undefined>(
      (best, band) => (best === undefined || goesBefore(band, best) ? band : best),
      undefined,
    )
}

function isInForce({ effectiveFrom, effectiveUntil }: PriceBand, day: string): boolean {
  return (effectiveFrom === undefined || effectiveFrom <= day) && (effectiveUntil === undefined || day < effectiveUntil)
}

function longerThan({ abovePromptTokens }: PriceBand): number {
  return abovePromptTokens ?? -1
}

function goesBefore(band: PriceBand, other: PriceBand): boolean {
  if (longerThan(band) !== longerThan(other)) return longerThan(band) > longerThan(other)
  return (band.effectiveFrom ?? '') > (other.effectiveFrom ?? '')
}
