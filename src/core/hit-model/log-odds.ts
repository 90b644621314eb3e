/** ln(1 + eˣ), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** Log-odds → probability. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

/** Probability → log-odds, held within ±`limit`, so that a model that is too sure of itself does not decide alone. */
export function logOdds(probability: number, limit: number): number {
  const odds = Math.log(probability) - Math.log1p(-probability)
  return Math.min(limit, Math.max(-limit, odds))
}
