import type { AnswerCache } from '../../cache/answer-cache.js'
import { optionalBoolean, optionalNumber, optionalString } from '../../core/decode.js'
import { GatewayError } from '../../core/errors.js'
import type { TransportRequest } from '../../transport/transport.js'
import { matchEntries } from './match-entries.js'
import { readFields } from './read-fields.js'

/** `POST /cache/flush`: removes what all given fields match; everything without any. */
export async function flushCache(cache: AnswerCache, request: TransportRequest, nowEpochMs: number): Promise<object> {
  const fields = await readFields(request, ['model', 'tenant', 'olderThanSeconds', 'dryRun'])
  const model = optionalString(fields.model, 'model')
  const tenant = optionalString(fields.tenant, 'tenant')
  const olderThanSeconds = optionalNumber(fields.olderThanSeconds, 'olderThanSeconds', 0, Number.MAX_SAFE_INTEGER)
  const dryRun = optionalBoolean(fields.dryRun, 'dryRun') ?? false
  const storedBeforeMs = olderThanSeconds === undefined ? undefined : nowEpochMs - olderThanSeconds * 1000
  const isFiltered = model !== undefined || tenant !== undefined || storedBeforeMs !== undefined
  const accept = matchEntries({ model, tenant, storedBeforeMs })
  const removed = await cache.flush({ dryRun, ...(isFiltered && { accept }) })
  if (cache.stats().health.state === 'unreachable') {
    throw new GatewayError(
      'overloaded',
      `The store cannot be reached: ${removed} entries were removed, others may be left.`,
    )
  }
  return { status: 'flushed', removed, ...(dryRun && { dryRun }) }
}
