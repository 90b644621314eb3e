import type { EmbedInput, PromptPair } from './contract.js'

/**
 * The models, off the event loop. Nothing here rejects: what cannot be had in time is `unavailable`, which makes the
 * gateway less clever and never broken.
 */
export interface InferencePool {
  /** Resolves when every thread has loaded and warmed its models. Rejects with the reason if they cannot be loaded. */
  ready(): Promise<void>
  /** Embedding and complexity of one prompt, before all other work; waits at most `deadlineMs`. */
  analyse(text: string): Promise<Outcome<PromptAnalysis>>
  /** In the order of the inputs. Yields to `analyse`, waits as long as it takes. */
  embed(inputs: readonly EmbedInput[], options?: EmbedOptions): Promise<EmbedOutcome>
  /** Probabilities in the order of the pairs; waits at most `deadlineMs`. */
  verify(pairs: readonly PromptPair[]): Promise<Outcome<readonly number[]>>
  /** An empty task, to measure the hop. */
  ping(): Promise<Outcome<void>>
  status(): PoolStatus
  /** Tasks that wait become `unavailable`, running ones are left to finish, threads end. Safe to call again. */
  close(): Promise<void>
}

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'unavailable'; readonly reason: UnavailableReason }

export interface EmbedOptions {
  /** Aborted when nobody wants the embeddings any more: what has not been handed to a thread is dropped. */
  readonly signal?: AbortSignal
  /** An input with more tokens, special ones included, ends the request; absent: long inputs are shortened. */
  readonly mostTokens?: number
}

export type EmbedOutcome = Outcome<Embeddings> | EmbedRefusal

export type EmbedRefusal =
  /** One of the inputs that are; the longest are read first. */
  { readonly kind: 'too-long'; readonly position: number; readonly tokenCount: number } | { readonly kind: 'cancelled' }

/** `late`: the deadline passed; `full`: too many wait; `failed`: threads died or threw under it; `closed`: shutdown. */
export type UnavailableReason = 'late' | 'full' | 'failed' | 'closed'

export interface PromptAnalysis {
  /** A view on the vectors of its whole batch: copy it to keep it for long. */
  readonly vector: Float32Array
  readonly tokenCount: number
  /** Probability that the cheap model is not enough; undefined without a classifier. */
  readonly complexity: number | undefined
}

export interface Embeddings {
  /** Row-major `[inputs, dimension]`. Of a single input it is a view on its whole batch: copy it to keep it for long. */
  readonly vectors: Float32Array
  readonly dimension: number
  readonly tokenCounts: readonly number[]
}

export interface PoolStatus {
  readonly threads: number
  /** Threads with their models loaded. */
  readonly readyThreads: number
  readonly queueDepth: number
  /** Threads that died and were replaced, since the start. */
  readonly restarts: number
  readonly unavailable: Readonly<Record<UnavailableReason, number>>
}

/** What metrics listen to. Called on the event loop; must be quick and must not throw. */
export interface PoolObserver {
  onQueueDepth?(depth: number): void
  /** A batch came back. Wait is that of its oldest task, from being asked for to being handed to a thread. */
  onBatch?(batch: {
    readonly kind: 'analyse' | 'embed' | 'verify' | 'ping'
    readonly size: number
    readonly waitMs: number
    readonly embedMs: number
    readonly classifyMs: number
  }): void
  onUnavailable?(reason: UnavailableReason): void
  onRestart?(cause: string): void
}
