import type { PriceBand } from '../model-spec.js'
import { type PicoUsd, picoUsdPerToken } from './money.js'

/** What one token costs. Undefined: not known. */
export interface TokenPrices {
  readonly input: PicoUsd | undefined
  readonly output: PicoUsd | undefined
  readonly cached: PicoUsd | undefined
  readonly written: PicoUsd | undefined
  readonly writtenLong: PicoUsd | undefined
  readonly audio: PicoUsd | undefined
}

/** Bands live as long as their catalogue and are asked for with every answer. */
const known = new WeakMap<PriceBand, TokenPrices>()

export function tokenPrices(band: PriceBand): TokenPrices {
  const found = known.get(band)
  if (found !== undefined) return found
  const made = {
    input: perToken(band.inputPerMTok),
    output: perToken(band.outputPerMTok),
    cached: perToken(band.cachedInputPerMTok),
    written: perToken(band.cacheWritePerMTok),
    writtenLong: perToken(band.cacheWriteLongPerMTok),
    audio: perToken(band.audioInputPerMTok),
  }
  known.set(band, made)
  return made
}

function perToken(usdPerMTok: number | undefined): PicoUsd | undefined {
  return usdPerMTok === undefined ? undefined : picoUsdPerToken(usdPerMTok)
}
