/** Longer runs than this do not occur in any language's writing; shorter ones are sorted fast enough as they are. */
const LONG_RUN = /\p{M}{33,}/gu

/**
 * Puts long runs of combining marks in the order that Unicode normalisation gives them, so that normalising the text
 * afterwards takes linear time. ICU sorts a run by insertion, which takes minutes for a megabyte of two marks in turn.
 *
 * The result is canonically equivalent to the text: all four normal forms of it are those of the text.
 */
export function sortMarks(text: string): string {
  return text.replace(LONG_RUN, sortRun)
}

function sortRun(run: string): string {
  // Some marks stand for several; apart from their neighbours each comes apart at once.
  const marks = Array.from(run).flatMap((mark) => Array.from(mark.normalize('NFD')))
  const ranks = rankMarks(new Set(marks))
  let sorted = ''
  let buckets: string[][] = []
  for (const mark of marks) {
    const rank = ranks.get(mark)
    if (rank === undefined) {
      // A starter: nothing moves across it.
      sorted += flush(buckets) + mark
      buckets = []
    } else {
      buckets[rank] ??= []
      buckets[rank].push(mark)
    }
  }
  return sorted + flush(buckets)
}

function flush(buckets: readonly string[][]): string {
  // Not `map`: the array has holes where a run lacks a class.
  let text = ''
  for (const bucket of buckets) text += bucket?.join('') ?? ''
  return text
}

/**
 * The place of each mark among those given; marks of one combining class share a place, and starters have none.
 * JavaScript does not tell a mark's class, but normalising two marks tells which comes first.
 */
function rankMarks(marks: ReadonlySet<string>): Map<string, number> {
  const sorted = [...marks].filter((mark) => !isStarter(mark)).sort(compareMarks)
  const ranks = new Map<string, number>()
  let rank = 0
  for (const [index, mark] of sorted.entries()) {
    const previous = sorted[index - 1]
    if (previous !== undefined && compareMarks(previous, mark) !== 0) rank++
    ranks.set(mark, rank)
  }
  return ranks
}

function compareMarks(a: string, b: string): number {
  if (swaps(a, b)) return 1
  return swaps(b, a) ? -1 : 0
}

/** U+0334 has the lowest combining class and U+0345 the highest: what passes neither is a starter. */
function isStarter(mark: string): boolean {
  return !swaps(mark, '\u0334') && !swaps('\u0345', mark)
}

function swaps(first: string, second: string): boolean {
  return (first + second).normalize('NFD') === second + first && first !== second
}
