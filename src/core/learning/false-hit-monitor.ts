import { wilsonInterval } from '../hit-model/wilson-interval.js'

/** What is known of how often served hits are wrong. Plain data, so that it can be kept. */
export interface FalseHitMonitor {
  /** Judged hits since the error last changed, oldest first: each with its judge's errors. */
  readonly judged: readonly JudgedHit[]
  /** Of the sequential test, in nats. */
  readonly suspicion: number
  /** Judged hits since the suspicion was last zero: where the error changed, if it did. */
  readonly suspects: number
  /** Share of the configured bound that is used, in (0, 1]. */
  readonly tightness: number
}

export interface JudgedHit {
  readonly isWrong: boolean
  /** How often that judge takes a right hit for wrong, and a wrong one for right; in [0, 0.5). */
  readonly wrongOfRight: number
  readonly rightOfWrong: number
}

export interface FalseHitEstimate {
  /** Share of the judged hits that is wrong, less what the judge's own errors make of it; 0 without a judged hit. */
  readonly ratio: number
  /** Ends of Wilson's 95 % interval, corrected in the same way. */
  readonly lower: number
  readonly upper: number
  readonly judged: number
}

export const UNJUDGED: FalseHitMonitor = { judged: [], suspicion: 0, suspects: 0, tightness: 1 }

const WINDOW = 500
/** The test weighs an error of 0.4 × the target against 2 × the target: 2 % against 10 % for a target of 5 %. */
const [CALM, ALARMING] = [0.4, 2]
/** Nats. `false-hit-monitor.test.ts` holds how soon a jump is seen, and how seldom calm is taken for one. */
const ALARM_AT = 4
const TIGHTENING = 0.5
const TIGHTEST = 1 / 16
/** So many judged hits without trouble double the tightness again. */
const RELAX_JUDGED = 200
const RELAX_MS = 86_400_000

/**
 * One more judged hit. Page's (1954) cumulative sum says when the error has jumped and where; what was judged before is
 * dropped then, so that the estimate speaks of the present, and the bound is halved.
 */
export function observeHit(monitor: FalseHitMonitor, hit: JudgedHit, target: number): FalseHitMonitor {
  const judged = [...monitor.judged, hit].slice(-WINDOW)
  const suspicion = Math.max(0, monitor.suspicion + evidence(hit, target))
  const suspects = suspicion === 0 ? 0 : monitor.suspects + 1
  const tightness = Math.min(1, monitor.tightness * 2 ** (1 / RELAX_JUDGED))
  const next = { judged, suspicion, suspects, tightness }
  if (suspicion < ALARM_AT)
    return estimateFalseHits(next).ratio > target ? { ...next, tightness: monitor.tightness } : next
  return {
    judged: judged.slice(-suspects),
    suspicion: 0,
    suspects: 0,
    tightness: Math.max(TIGHTEST, monitor.tightness * TIGHTENING),
  }
}

/** Where nothing is served nothing is judged, so time alone relaxes too. */
export const relax = (monitor: FalseHitMonitor, elapsedMs: number): FalseHitMonitor =>
  monitor.tightness >= 1 || !(elapsedMs > 0)
    ? monitor
    : { ...monitor, tightness: Math.min(1, monitor.tightness * 2 ** (elapsedMs / RELAX_MS)) }

/** Log-likelihood ratio of the two errors. */
function evidence({ isWrong, wrongOfRight, rightOfWrong }: JudgedHit, target: number): number {
  const seen = (share: number): number => {
    const held = Math.min(0.9, Math.max(1e-4, share * target))
    return held * (1 - rightOfWrong) + (1 - held) * wrongOfRight
  }
  const [calm, alarming] = [seen(CALM), seen(ALARMING)]
  return isWrong ? Math.log(alarming / calm) : Math.log((1 - alarming) / (1 - calm))
}

export function estimateFalseHits({ judged }: Pick<FalseHitMonitor, 'judged'>): FalseHitEstimate {
  const wrong = judged.filter(({ isWrong }) => isWrong).length
  const mean = (value: (hit: JudgedHit) => number): number =>
    judged.length === 0 ? 0 : judged.reduce((sum, hit) => sum + value(hit), 0) / judged.length
  const [wrongOfRight, rightOfWrong] = [mean((hit) => hit.wrongOfRight), mean((hit) => hit.rightOfWrong)]
  // Rogan & Gladen 1978: what is left when the judge's errors are taken out. How well those are known is not in it.
  const corrected = (share: number): number =>
    Math.min(1, Math.max(0, (share - wrongOfRight) / (1 - wrongOfRight - rightOfWrong)))
  const { low, high } = wilsonInterval(wrong, judged.length)
  return {
    ratio: judged.length === 0 ? 0 : corrected(wrong / judged.length),
    lower: corrected(low),
    upper: corrected(high),
    judged: judged.length,
  }
}

/** Flagged: not even the lower end is within the target, or a jump was seen and is not yet lived down. */
export const isFlagged = (monitor: FalseHitMonitor, target: number): boolean =>
  estimateFalseHits(monitor).lower > target || (monitor.tightness <= TIGHTENING && monitor.judged.length > 0)
