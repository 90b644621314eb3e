import { formatUsd, parseUsd } from '../../core/money/money.js'

const PICO_OF_MICRO = 1_000_000n

/** An exact amount for people: to the nearest micro-dollar, with two decimals at least. */
export function dollars(exact: string): string {
  const amount = parseUsd(exact)
  const absolute = amount < 0n ? -amount : amount
  const micro = ((absolute + PICO_OF_MICRO / 2n) / PICO_OF_MICRO) * PICO_OF_MICRO
  const [whole = '0', fraction = ''] = formatUsd(micro).split('.')
  return `${amount < 0n && micro > 0n ? '-' : ''}$${whole}.${fraction.padEnd(2, '0')}`
}
