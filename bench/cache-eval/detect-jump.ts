import { COMPARISON_ERRORS } from '../../src/core/answers/compare-answers.js'
import {
  type FalseHitMonitor,
  isFlagged,
  type JudgedHit,
  observeHit,
  UNJUDGED,
} from '../../src/core/learning/false-hit-monitor.js'
import { createRandom } from './random.js'

type JudgeErrors = Omit<JudgedHit, 'isWrong'>

export interface Detection {
  readonly judge: string
  /** Judged hits between a jump of the error and the flag: half of the runs need no more. */
  readonly median: number
  /** Nine of ten. */
  readonly ninetieth: number
  /** Share of the runs that were flagged before there was a jump. */
  readonly tooEarly: number
}

const JUDGES: readonly (JudgeErrors & { readonly judge: string })[] = [
  { judge: 'never errs', wrongOfRight: 0, rightOfWrong: 0 },
  { judge: 'a model, assumed to err on 5 %', wrongOfRight: 0.05, rightOfWrong: 0.05 },
  { judge: 'the comparison of answers', ...COMPARISON_ERRORS },
]

const TARGET = 0.05
const [BEFORE, AFTER] = [0.02, 0.1]
const CALM_HITS = 300
const MOST_HITS = 5000

/** How soon the running estimate flags a jump of the true error from 2 to 10 %, at a target of 5 %. */
export function detectJumps(count: number): readonly Detection[] {
  return JUDGES.map(({ judge, ...errors }) => {
    const runs = Array.from({ length: count }, (_, seed) => run(errors, createRandom(seed)))
    const delays = runs.map(({ delay }) => delay).sort((a, b) => a - b)
    return {
      judge,
      median: delays[Math.floor(count / 2)] ?? MOST_HITS,
      ninetieth: delays[Math.floor(count * 0.9)] ?? MOST_HITS,
      tooEarly: runs.filter(({ tooEarly }) => tooEarly).length / count,
    }
  })
}

function run(errors: JudgeErrors, random: () => number): { readonly delay: number; readonly tooEarly: boolean } {
  let monitor: FalseHitMonitor = UNJUDGED
  let tooEarly = false
  for (let hit = 0; hit < CALM_HITS; hit++) {
    monitor = judge(monitor, BEFORE, errors, random)
    if (isFlagged(monitor, TARGET)) tooEarly = true
  }
  // A flag that is up already would be counted as a quick find.
  monitor = { ...monitor, tightness: 1 }
  for (let delay = 1; delay <= MOST_HITS; delay++) {
    monitor = judge(monitor, AFTER, errors, random)
    if (isFlagged(monitor, TARGET)) return { delay, tooEarly }
  }
  return { delay: MOST_HITS, tooEarly }
}

function judge(monitor: FalseHitMonitor, share: number, errors: JudgeErrors, random: () => number): FalseHitMonitor {
  const isWrong = random() < share
  const isMistaken = random() < (isWrong ? errors.rightOfWrong : errors.wrongOfRight)
  return observeHit(monitor, { isWrong: isWrong !== isMistaken, ...errors }, TARGET)
}
