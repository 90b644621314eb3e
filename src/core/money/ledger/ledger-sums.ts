import { LABEL_SOURCES, LABEL_VERDICTS } from '../quality-label.js'
import { SAVING_CAUSES } from '../saving.js'

/** What is added up in the ledger: counts, tokens, and amounts in 10⁻¹² dollars. */
export const SUM_NAMES = [
  'requests',
  /** Of the requests: those that got an error, at once or in the middle. */
  'failed',
  'exact',
  'semantic',
  'joined',
  /** Requests that routing gave to another model than the strong one. */
  'routedCheaper',
  /** Copies that saved nobody knows what. */
  'unpricedCopies',
  /** To providers, for requests and in the background. */
  'calls',
  /** Calls that cost nobody knows what: they are not in `spend`. */
  'unpricedCalls',
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'spend',
  /** Of the spend: for answers that no client was given, since another one was better or came first. */
  'unusedSpend',
  ...SAVING_CAUSES.map((cause) => `saved:${cause}` as const),
  ...LABEL_SOURCES.flatMap((source) => LABEL_VERDICTS.map((verdict) => `${source}:${verdict}` as const)),
] as const

export type SumName = (typeof SUM_NAMES)[number]

/** What is not there is 0. */
export type LedgerSums = Readonly<OpenSums>

/** Sums that are being added to. */
export type OpenSums = Partial<Record<SumName, bigint>>

const KNOWN: ReadonlySet<string> = new Set(SUM_NAMES)

export function isSumName(text: string): text is SumName {
  return KNOWN.has(text)
}

export function addTo(sums: OpenSums, name: SumName, amount: bigint): void {
  sums[name] = (sums[name] ?? 0n) + amount
}

export function addAllTo(sums: OpenSums, others: LedgerSums): void {
  for (const name in others) {
    if (isSumName(name)) addTo(sums, name, others[name] ?? 0n)
  }
}

export function addSums(one: LedgerSums, other: LedgerSums): LedgerSums {
  const sums = { ...one }
  addAllTo(sums, other)
  return sums
}

export function entriesOf(sums: LedgerSums): readonly (readonly [SumName, bigint])[] {
  return Object.entries(sums).filter((entry): entry is [SumName, bigint] => isSumName(entry[0]) && entry[1] !== 0n)
}
