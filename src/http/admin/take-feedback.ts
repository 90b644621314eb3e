import type { AnswerCache } from '../../cache/answer-cache.js'
import { requireNonEmptyString, requireOneOf } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'
import type { TransportRequest } from '../../transport/transport.js'
import { isEntryId } from './entry-id.js'
import { readFields } from './read-fields.js'
import type { RecentHits } from './recent-hits.js'

/** Somebody has judged an answer of the cache. */
export interface Feedback {
  readonly entryId: string
  /** The hit that is meant; undefined: the entry as such. */
  readonly requestId: string | undefined
  readonly verdict: 'right' | 'wrong'
  /** A tenant speaks of its own answers, a reviewer of everybody's. */
  readonly by: 'client' | 'reviewer'
  /** Undefined: the entry is not there any more. */
  readonly about: { readonly tenant: string; readonly provider: string; readonly model: string } | undefined
}

export interface FeedbackDeps {
  readonly cache: AnswerCache
  readonly hits: RecentHits
  readonly onFeedback: (feedback: Feedback) => void
}

/**
 * `POST /cache/feedback`. A wrong answer is not given again.
 *
 * @param tenant whose entries the caller may judge; undefined: everybody's
 */
export async function takeFeedback(
  { cache, hits, onFeedback }: FeedbackDeps,
  request: TransportRequest,
  tenant: string | undefined,
): Promise<object> {
  const fields = await readFields(request, ['id', 'verdict'])
  const id = requireNonEmptyString(fields.id, 'id')
  const verdict = requireOneOf(fields.verdict, 'verdict', ['right', 'wrong'])
  const entry = isEntryId(id) ? await cache.find(id, Number.POSITIVE_INFINITY) : undefined
  const isEntry = entry !== undefined && (tenant === undefined || entry.about.tenant === tenant)
  const entryId = isEntry ? id : hits.find(id, tenant)
  if (entryId === undefined) {
    throw new GatewayError('not_found', 'There is no entry and no recent hit of this id.', { param: 'id' })
  }
  const judged = isEntry ? entry : await cache.find(entryId, Number.POSITIVE_INFINITY)
  const retracted = verdict === 'wrong' && (await cache.remove(entryId))
  onFeedback({
    entryId,
    requestId: isEntry ? undefined : id,
    verdict,
    by: tenant === undefined ? 'reviewer' : 'client',
    about: judged && { tenant: judged.about.tenant, provider: judged.about.provider, model: judged.about.model },
  })
  return { status: 'noted', entry: entryId, retracted }
}
