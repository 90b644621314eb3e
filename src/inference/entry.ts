import type { BulkRequest } from './bulk-request.js'
import type { EmbedInput, PromptPair } from './contract.js'
import type { PromptAnalysis } from './inference-pool.js'
import type { Ticket } from './ticket.js'

/** What is handed to a thread as one, alone or with others of its kind, and fails or succeeds as one. */
export type Entry = AnalyseEntry | VerifyEntry | PingEntry | EmbedEntry
export type ChatEntry = AnalyseEntry | VerifyEntry | PingEntry

interface Waiting {
  /** When it was asked for, on the pool's clock. */
  readonly since: number
  /** Estimated length of its longest text. */
  readonly tokens: number
  /** Rows it adds to a batch. */
  readonly rows: number
  /** Threads that died while they held it. */
  deaths: number
  /** Something went wrong with the batch it was in: it goes by itself now, so that the innocent survive. */
  isSuspect: boolean
}

export interface AnalyseEntry extends Waiting {
  readonly kind: 'analyse'
  readonly text: string
  readonly ticket: Ticket<PromptAnalysis>
}

export interface VerifyEntry extends Waiting {
  readonly kind: 'verify'
  readonly pairs: readonly PromptPair[]
  readonly ticket: Ticket<readonly number[]>
}

export interface PingEntry extends Waiting {
  readonly kind: 'ping'
  readonly ticket: Ticket<void>
}

/** Some inputs of a request for embeddings, those at `positions`. */
export interface EmbedEntry extends Waiting {
  readonly kind: 'embed'
  readonly inputs: readonly EmbedInput[]
  readonly positions: readonly number[]
  readonly request: BulkRequest
  readonly ticket: BulkRequest['ticket']
}

/** Nothing has happened to it yet. */
export const UNHARMED = { deaths: 0, isSuspect: false } as const
