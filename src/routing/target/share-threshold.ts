import { toScore } from '../score.js'

/** So many of the newest scores tell what a threshold would let through. */
export const SHARE_WINDOW = 300
/** What is owed is paid back over so many requests. */
const PAY_BACK_OVER = 200
/** So much of the window with one and the same score is a lump that no threshold can part. */
const LUMP = 0.02
const SMALLEST_STEP = 1e-4

/**
 * The threshold that lets a share of such prompts through to the strong model, and a little more or less for what is owed.
 * @param scores the newest ones; not empty
 * @param debt strong calls that are missing (above 0) or were too many
 */
export function thresholdForShare(scores: readonly number[], share: number, debt: number): number {
  const wanted = share + debt / PAY_BACK_OVER
  if (wanted <= 0) return 1
  if (wanted >= 1) return 0
  const falling = [...scores].sort((a, b) => b - a)
  const score = falling[Math.floor(wanted * falling.length)] ?? 0
  const above = falling.indexOf(score)
  const upTo = falling.lastIndexOf(score) + 1
  const isLump = upTo - above > Math.max(1, LUMP * falling.length)
  // A lump goes to and fro as a whole; otherwise the nearer cut is taken.
  const include = isLump ? debt > 0 : wanted * falling.length >= (above + upTo) / 2
  return toScore(include ? score : score + SMALLEST_STEP)
}
