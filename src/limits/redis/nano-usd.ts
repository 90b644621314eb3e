import type { PicoUsd } from '../../core/money/money.js'

/** Redis counts whole 10⁻⁹ dollars: its integers hold nine billion dollars of them. */
const PICO_PER_NANO = 1000n

export function nanoOf(amount: PicoUsd): bigint {
  return amount / PICO_PER_NANO
}

export function picoOf(nano: string): PicoUsd {
  return BigInt(nano) * PICO_PER_NANO
}

/** What is too little to be counted there. */
export function remainderOf(amount: PicoUsd): PicoUsd {
  return amount % PICO_PER_NANO
}
