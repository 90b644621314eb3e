/** Scores and thresholds are compared, printed and counted to so many decimals. */
const DECIMALS = 4

/** In [0, 1]. */
export function toScore(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10 ** DECIMALS) / 10 ** DECIMALS
}

/** With two decimals, or as many as it takes to show which of the two is higher. */
export function formatScores(score: number, threshold: number): { readonly score: string; readonly threshold: string } {
  for (let digits = 2; digits < DECIMALS; digits += 1) {
    const shown = { score: score.toFixed(digits), threshold: threshold.toFixed(digits) }
    if (Number(shown.score) >= Number(shown.threshold) === score >= threshold) return shown
  }
  return { score: score.toFixed(DECIMALS), threshold: threshold.toFixed(DECIMALS) }
}
