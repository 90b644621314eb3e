import type { AttemptRecord, RequestRecord } from '../../request-record.js'
import type { Usage } from '../../usage.js'
import { answeringAttempt } from '../attempt-cost.js'
import type { BackgroundCall } from '../background-call.js'
import type { QualityLabel } from '../quality-label.js'
import type { LedgerRow, TrafficOf } from './ledger-row.js'
import { addAllTo, addTo, type OpenSums } from './ledger-sums.js'

interface OpenRow extends LedgerRow {
  readonly of: TrafficOf
  readonly sums: OpenSums
}

/** What a settled request adds to the ledger: each call to the model that was paid for it, the rest to the one that answered. */
export function rowsOfRecord(record: RequestRecord): readonly LedgerRow[] {
  const { attempts, metadata, tenant } = record
  const rows = [openRow(record, record)]
  if (rows[0] !== undefined) addRequest(rows[0].sums, record)
  const answer = answeringAttempt(record)
  for (const entry of attempts) addCall(rowOf(rows, record, entry).sums, entry, entry !== answer)
  if (metadata === undefined) return rows
  const all: OpenSums = {}
  for (const { sums } of rows) addAllTo(all, sums)
  const tags = Object.entries(metadata)
  return [...rows, ...tags.map(([tag, value]): LedgerRow => ({ of: { kind: 'tag', tenant, tag, value }, sums: all }))]
}

export function rowOfBackground({ cause, cost, model, provider, usage }: BackgroundCall): LedgerRow {
  const sums: OpenSums = {}
  addCall(sums, { cost, usage }, false)
  return { of: { kind: 'traffic', tenant: '', key: '', provider, model, cause }, sums }
}

export function rowOfLabel({ key = '', model, provider, source, tenant, verdict }: QualityLabel): LedgerRow {
  const of: TrafficOf = { kind: 'traffic', tenant, key, provider, model, cause: 'answer' }
  return { of, sums: { [`${source}:${verdict}`]: 1n } }
}

type Answerer = Pick<RequestRecord, 'model' | 'provider'>

/** Mostly the row of the request itself. */
function rowOf(rows: OpenRow[], record: RequestRecord, { model, provider }: Answerer): OpenRow {
  const known = rows.find(({ of }) => of.model === model && of.provider === provider)
  if (known !== undefined) return known
  const row = openRow(record, { model, provider })
  rows.push(row)
  return row
}

function openRow({ keyName = '', tenant }: RequestRecord, { model = '', provider = '' }: Answerer): OpenRow {
  return { of: { kind: 'traffic', tenant, key: keyName, provider, model, cause: 'answer' }, sums: {} }
}

function addRequest(sums: OpenSums, { cache, cacheHit, end, routing, savings }: RequestRecord): void {
  addTo(sums, 'requests', 1n)
  if (end === 'failed' || end === 'broken') addTo(sums, 'failed', 1n)
  if (routing !== undefined && routing.selected !== routing.strong) addTo(sums, 'routedCheaper', 1n)
  const copy = cache === 'JOIN' ? 'joined' : cache === 'HIT' ? cacheHit?.kind : undefined
  if (copy !== undefined) addTo(sums, copy, 1n)
  if (copy !== undefined && savings.length === 0 && end === 'complete') addTo(sums, 'unpricedCopies', 1n)
  for (const { amount, cause } of savings) addTo(sums, `saved:${cause}`, amount)
}

function addCall(sums: OpenSums, { cost, usage }: Pick<AttemptRecord, 'cost' | 'usage'>, isUnused: boolean): void {
  addTo(sums, 'calls', 1n)
  if (usage !== undefined) addTokens(sums, usage)
  if (cost === undefined) return addTo(sums, 'unpricedCalls', 1n)
  if (cost === 0n) return
  addTo(sums, 'spend', cost)
  if (isUnused) addTo(sums, 'unusedSpend', cost)
}

function addTokens(sums: OpenSums, { cacheWriteTokens = 0, cachedTokens = 0, inputTokens, outputTokens }: Usage): void {
  addTo(sums, 'inputTokens', BigInt(inputTokens))
  addTo(sums, 'outputTokens', BigInt(outputTokens))
  if (cachedTokens > 0) addTo(sums, 'cachedTokens', BigInt(cachedTokens))
  if (cacheWriteTokens > 0) addTo(sums, 'cacheWriteTokens', BigInt(cacheWriteTokens))
}
