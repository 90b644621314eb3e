import type { CallOutcome } from './place.js'

/** One of two attempts at the same answer. */
export interface Runner<Answer> {
  /** @param begin to be asked when its answer begins: false for the one that comes second */
  start(begin: () => boolean): RunningAttempt<Answer>
}

export interface RunningAttempt<Answer> {
  readonly outcome: Promise<CallOutcome<Answer>>
  /** Another attempt has taken its place. Its outcome comes soon. */
  cancel(): void
}

/**
 * Starts a second attempt when the first one lets us wait too long. The one that begins to answer first wins, and the other
 * is cancelled. When both fail, the first one's failure counts.
 * @param second called when it is time; undefined: there is to be none
 */
export async function race<Answer>(
  first: Runner<Answer>,
  afterMs: number,
  second: () => Runner<Answer> | undefined,
): Promise<CallOutcome<Answer>> {
  const runs: RunningAttempt<Answer>[] = []
  let winner: number | undefined
  let wake = (): void => {}

  function run(runner: Runner<Answer>, number: number): Promise<CallOutcome<Answer>> {
    const running = runner.start(() => {
      if (winner !== undefined && winner !== number) return false
      if (winner === undefined) win(number)
      return true
    })
    runs[number] = running
    return running.outcome
  }

  function win(number: number): void {
    winner = number
    wake()
    for (const [index, other] of runs.entries()) if (index !== number) other.cancel()
  }

  let firstEnded = false
  const firstOutcome = run(first, 0).finally(() => {
    firstEnded = true
    wake()
  })
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, afterMs)
    wake = () => {
      clearTimeout(timer)
      resolve()
    }
    if (winner !== undefined) wake()
  })
  const runner = firstEnded || winner !== undefined ? undefined : second()
  if (runner === undefined) return firstOutcome
  const outcomes = await Promise.all([firstOutcome, run(runner, 1)])
  return outcomes[winner ?? 0] ?? outcomes[0]
}
