import type { AttemptRecord, RequestRecord } from '../../request-record.js'
import type { Usage } from '../../usage.js'
import { answeringAttempt } from '../attempt-cost.js'
import type { BackgroundCall } from '../background-call.js'
import type { QualityLabel } from '../quality-label.js'
import { encodeOf, type LedgerRow, type TrafficOf } from './ledger-row.js'
import { addSums, type LedgerSums, type SumName } from './ledger-sums.js'

/** What a settled request adds to the ledger: each call to the model that was paid for it, the rest to the one that answered. */
export function rowsOfRecord(record: RequestRecord): readonly LedgerRow[] {
  const answer = answeringAttempt(record)
  const request: LedgerRow = { of: trafficOf(record, record), sums: sumsOfRequest(record) }
  const calls = record.attempts.map((entry) => ({
    of: trafficOf(record, entry),
    sums: sumsOfCall({ ...entry, isUnused: entry !== answer }),
  }))
  const traffic = merge([request, ...calls])
  const tags = Object.entries(record.metadata ?? {})
  if (tags.length === 0) return traffic
  const sums = traffic.reduce<LedgerSums>((total, row) => addSums(total, row.sums), {})
  const { tenant } = record
  return [...traffic, ...tags.map(([tag, value]): LedgerRow => ({ of: { kind: 'tag', tenant, tag, value }, sums }))]
}

export function rowOfBackground({ cause, cost, model, provider, usage }: BackgroundCall): LedgerRow {
  const of: TrafficOf = { kind: 'traffic', tenant: '', key: '', provider, model, cause }
  return { of, sums: sumsOfCall({ cost, usage, isUnused: false }) }
}

export function rowOfLabel({ key = '', model, provider, source, tenant, verdict }: QualityLabel): LedgerRow {
  const of: TrafficOf = { kind: 'traffic', tenant, key, provider, model, cause: 'answer' }
  const name: SumName = `${source}:${verdict}`
  return { of, sums: { [name]: 1n } }
}

function trafficOf(
  { keyName, tenant }: Pick<RequestRecord, 'keyName' | 'tenant'>,
  { model, provider }: Pick<RequestRecord, 'model' | 'provider'>,
): TrafficOf {
  return {
    kind: 'traffic',
    tenant,
    key: keyName ?? '',
    provider: provider ?? '',
    model: model ?? '',
    cause: 'answer',
  }
}

function sumsOfRequest({ cache, cacheHit, end, routing, savings }: RequestRecord): LedgerSums {
  const copy = cache === 'JOIN' ? 'joined' : cache === 'HIT' ? cacheHit?.kind : undefined
  const saved = Object.fromEntries(savings.map(({ amount, cause }) => [`saved:${cause}`, amount]))
  const isUnpriced = copy !== undefined && savings.length === 0 && end === 'complete'
  return {
    requests: 1n,
    ...((end === 'failed' || end === 'broken') && { failed: 1n }),
    ...(copy !== undefined && { [copy]: 1n }),
    ...(routing !== undefined && routing.selected !== routing.strong && { routedCheaper: 1n }),
    ...(isUnpriced && { unpricedCopies: 1n }),
    ...saved,
  }
}

function sumsOfCall({
  cost,
  isUnused,
  usage,
}: Pick<AttemptRecord, 'cost' | 'usage'> & { readonly isUnused: boolean }): LedgerSums {
  return {
    calls: 1n,
    ...(cost === undefined && { unpricedCalls: 1n }),
    ...(usage !== undefined && tokensOf(usage)),
    ...(cost !== undefined && { spend: cost }),
    ...(isUnused && cost !== undefined && { unusedSpend: cost }),
  }
}

function tokensOf({ cacheWriteTokens = 0, cachedTokens = 0, inputTokens, outputTokens }: Usage): LedgerSums {
  return {
    inputTokens: BigInt(inputTokens),
    outputTokens: BigInt(outputTokens),
    cachedTokens: BigInt(cachedTokens),
    cacheWriteTokens: BigInt(cacheWriteTokens),
  }
}

function merge(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  if (rows.length === 1) return rows
  const merged = new Map<string, LedgerRow>()
  for (const { of, sums } of rows) {
    const key = encodeOf(of)
    merged.set(key, { of, sums: addSums(merged.get(key)?.sums ?? {}, sums) })
  }
  return [...merged.values()]
}
