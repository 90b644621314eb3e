import type { Learning, SemanticRecord } from './create-learning.js'

/** Brings a word about a hit together with the hit. */
export interface VerdictDesk {
  onHit(record: SemanticRecord): void
  onFeedback(feedback: HitFeedback): void
}

export interface HitFeedback {
  readonly entryId: string
  /** Undefined: the entry as such is meant. */
  readonly requestId: string | undefined
  readonly verdict: 'right' | 'wrong'
}

/** So many of the newest hits can still be spoken of. */
const MOST_HITS = 1000

export function createVerdictDesk(learning: Pick<Learning, 'onHit' | 'onFeedback'> | undefined): VerdictDesk {
  const hits = new Map<string, SemanticRecord>()
  return {
    onHit(record) {
      hits.set(record.requestId, record)
      const [oldest] = hits.keys()
      if (hits.size > MOST_HITS && oldest !== undefined) hits.delete(oldest)
      learning?.onHit(record)
    },
    onFeedback({ entryId, requestId, verdict }) {
      const meant = requestId === undefined ? newestOf(entryId) : hits.get(requestId)
      // An exact hit was no guess: a wrong one says that the answer was bad, not that the match was.
      if (meant !== undefined) learning?.onFeedback(meant, verdict, 'client')
    },
  }

  function newestOf(entryId: string): SemanticRecord | undefined {
    return [...hits.values()].findLast((record) => record.entryId === entryId)
  }
}
