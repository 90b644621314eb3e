import type { BackgroundCause } from '../background-call.js'
import type { LedgerSums } from './ledger-sums.js'

/** The sums of one combination of what they may be asked for by. */
export interface LedgerRow {
  readonly of: LedgerOf
  readonly sums: LedgerSums
}

/**
 * Tags stand for themselves: crossed with everything else they would make more rows than anybody can keep. Each tag of a
 * request has all its sums, so the rows of different tags must not be added up.
 */
export type LedgerOf = TrafficOf | TagOf

export interface TrafficOf {
  readonly kind: 'traffic'
  /** Empty: the gateway itself. */
  readonly tenant: string
  /** Name of the client's key; empty: it had none. */
  readonly key: string
  /** Empty: none was reached. */
  readonly provider: string
  readonly model: string
  readonly cause: TrafficCause
}

/** For a client, or why the gateway called a provider by itself. */
export type TrafficCause = 'answer' | BackgroundCause

export interface TagOf {
  readonly kind: 'tag'
  readonly tenant: string
  readonly tag: string
  readonly value: string
}

/** Stands for all that there was no room for. */
export const OTHER = '(other)'

/** Names are those of configurations and clients; stores bound their keys. */
const LONGEST_NAME = 200

export function encodeOf(of: LedgerOf): string {
  const names =
    of.kind === 'traffic'
      ? ['t', of.tenant, of.key, of.provider, of.model, of.cause]
      : ['g', of.tenant, of.tag, of.value]
  return JSON.stringify(names.map((name) => name.slice(0, LONGEST_NAME)))
}

/** Undefined: nothing that `encodeOf` made. */
export function decodeOf(text: string): LedgerOf | undefined {
  const names = parseNames(text)
  const [kind, tenant, first, second, third, cause] = names
  if (tenant === undefined || first === undefined || second === undefined) return undefined
  if (kind === 'g' && names.length === 4) return { kind: 'tag', tenant, tag: first, value: second }
  if (kind !== 't' || third === undefined || cause === undefined || !isCause(cause)) return undefined
  return { kind: 'traffic', tenant, key: first, provider: second, model: third, cause }
}

function parseNames(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text)
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : []
  } catch {
    return []
  }
}

function isCause(text: string): text is TrafficCause {
  return text === 'answer' || text === 'audit' || text === 'judge' || text === 'shadow'
}
