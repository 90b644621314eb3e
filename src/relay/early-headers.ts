import type { Clock } from '../core/clock.js'
import { createDeadlines } from './deadlines.js'
import { type AnswerSink, KEEP_ALIVE, type StreamTimeouts } from './relay-stream.js'

export interface EarlyHeadersOptions {
  /** Sends status and headers. */
  readonly commit: () => void
  readonly client: Pick<AnswerSink, 'write'>
  readonly timeouts: Pick<StreamTimeouts, 'commitHeadersMs' | 'keepAliveCommentMs'>
  readonly clock: Clock
}

/**
 * For load balancers that cut silent requests: status and headers after a while even when no token has come, and
 * comments from then on. @returns ends it
 */
export function startEarlyHeaders({ client, clock, commit, timeouts }: EarlyHeadersOptions): () => void {
  const { commitHeadersMs, keepAliveCommentMs } = timeouts
  if (commitHeadersMs === null) return () => {}
  const deadlines = createDeadlines<'commit' | 'keep-alive'>(clock, (kind) => {
    if (kind === 'commit') commit()
    client.write(KEEP_ALIVE)
    deadlines.set('keep-alive', keepAliveCommentMs, clock.now())
  })
  deadlines.set('commit', commitHeadersMs, clock.now())
  return () => deadlines.clearAll()
}
