import { SAME_READING_PRIOR, type SameReadingRecord } from '../hit-model/same-reading.js'

/** So many labels are remembered. */
const MEMORY = 1000

/**
 * The record after one more label. A label that may be wrong counts for what it makes of the belief, and less the more it
 * may be wrong.
 */
export function observeSameReading(record: SameReadingRecord, label: 0 | 1, noise: number): SameReadingRecord {
  const wrong = record.wrong / (record.right + record.wrong)
  const seenWrong = label === 0 ? 1 - noise : noise
  const share = (wrong * seenWrong) / (wrong * seenWrong + (1 - wrong) * (1 - seenWrong))
  const weight = (1 - 2 * noise) ** 2
  const right = record.right + weight * (1 - share)
  const total = right + record.wrong + weight * share
  const kept = Math.min(1, Math.max(MEMORY, SAME_READING_PRIOR.right) / total)
  return { right: right * kept, wrong: (record.wrong + weight * share) * kept }
}
