/**
 * An amount of US dollars in 10⁻¹² of a dollar, exact. A price in dollars per million tokens has at most six decimals, so
 * that one token costs a whole number of these, and sums never round.
 */
export type PicoUsd = bigint

const DECIMALS = 12
const ONE_USD = 10n ** 12n

/**
 * What one token costs at a price in US dollars per million tokens.
 * @throws RangeError for a price that is negative, not finite, or has more than six decimals
 */
export function picoUsdPerToken(usdPerMTok: number): PicoUsd {
  const scaled = Math.round(usdPerMTok * 1e6)
  if (!(usdPerMTok >= 0) || !Number.isSafeInteger(scaled) || Math.abs(scaled / 1e6 - usdPerMTok) > 1e-12 * usdPerMTok) {
    throw new RangeError(`${usdPerMTok} is no price in dollars per million tokens with at most six decimals.`)
  }
  return BigInt(scaled)
}

/** A configured amount in dollars, to the nearest 10⁻¹². */
export function picoUsdOf(usd: number): PicoUsd {
  return BigInt(Math.round(usd * 1e6)) * 1_000_000n
}

/** Plain decimal without an exponent and without trailing zeros: `0.00123`, `0`, `12`. */
export function formatUsd(amount: PicoUsd): string {
  const sign = amount < 0n ? '-' : ''
  const absolute = amount < 0n ? -amount : amount
  const fraction = (absolute % ONE_USD).toString().padStart(DECIMALS, '0').replace(/0+$/, '')
  return `${sign}${absolute / ONE_USD}${fraction === '' ? '' : `.${fraction}`}`
}

/** @throws SyntaxError when it is no plain decimal with at most twelve decimals */
export function parseUsd(text: string): PicoUsd {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text)
  if (match === null) throw new SyntaxError(`'${text.slice(0, 40)}' is no amount of dollars.`)
  const [, sign, whole = '0', fraction = ''] = match
  const amount = BigInt(whole) * ONE_USD + BigInt(fraction.padEnd(DECIMALS, '0'))
  return sign === '-' ? -amount : amount
}

/** For charts and metrics, which need no exactness. */
export function usdNumber(amount: PicoUsd): number {
  return Number(amount) / 1e12
}
