import type { BreakerRules } from '../attempts/circuit-breaker.js'
import type { KeyRing, PickedKey } from '../attempts/key-ring.js'
import type { AnswerCache } from '../cache/answer-cache.js'
import type { Learning } from '../cache/learning/create-learning.js'
import type { SemanticTier } from '../cache/semantic/semantic-tier.js'
import type { ModelDirectory } from '../catalogue/resolve-model.js'
import type { ChatRequest, DialectName } from '../core/chat-request.js'
import type { Clock } from '../core/clock.js'
import type { GapMeter } from '../core/gap-meter.js'
import type { ModelSpec } from '../core/model-spec.js'
import type { PicoUsd } from '../core/money/money.js'
import type { RequestRecord } from '../core/request-record.js'
import type { Dialect } from '../dialects/dialect.js'
import type { EmbedInput } from '../inference/contract.js'
import type { EmbedOptions, EmbedOutcome } from '../inference/inference-pool.js'
import type { Limiter } from '../limits/limiter.js'
import type { ProviderAdapter } from '../providers/provider.js'
import type { StreamTimeouts } from '../relay/relay-stream.js'
import type { RoutingTarget } from '../routing/target/target-state.js'
import type { Tracer } from '../telemetry/traces/tracer.js'
import type { Upstream } from '../upstream/upstream.js'
import type { AttemptState } from './attempts/attempt-state.js'
import type { CacheRules } from './cached/cache-rules.js'
import type { ReasoningMemory } from './reasoning-memory.js'
import type { RoutingDesk } from './routed/routing-desk.js'
import type { ShadowDesk } from './routed/shadow-desk.js'

/** What the pipeline needs of the world. `main.ts` provides it; tests provide their own. */
export interface PipelineDeps {
  readonly clock: Clock
  readonly createId: () => string
  /** The configuration in force. A request takes it once and keeps it to its end. */
  readonly runtime: () => Runtime
  readonly dialects: Readonly<Record<DialectName, Dialect>>
  readonly analyser: Analyser
  /** Null: this gateway has no models of its own. */
  readonly localEmbedder: LocalEmbedder | null
  readonly reasoning: ReasoningMemory
  readonly routing: RoutingDesk
  readonly attempts: AttemptState
  /** Null: answers are not kept. */
  readonly cache: AnswerCache | null
  /** Null: only the very same request is answered from what is kept. */
  readonly semantic: SemanticTier | null
  /** Null: nobody learns from what hits turn out to be. */
  readonly learning: Pick<Learning, 'onHit' | 'onNearMiss'> | null
  /** Answers some requests twice, to learn from the difference. */
  readonly shadow: Pick<ShadowDesk, 'draw'>
  readonly gaps: GapWatch
  /** Null: requests leave no trace of our own. */
  readonly tracer: Pick<Tracer, 'begin' | 'createSpanId'> | null
  /** What keys may use. */
  readonly limiter: Limiter
  /** Takes the finished record of every request, however it ended. */
  readonly settle: (record: RequestRecord) => void
}

/** Who wants to know the pace of streams. */
export interface GapWatch {
  /** An answer begins to stream: a provider's own, or a copy of one. Undefined: nobody measures. */
  open(source: 'provider' | 'cache', provider: string | undefined, model: string | undefined): GapMeter | undefined
}

/** One consistent view of the configuration: swapped as a whole on reload. */
export interface Runtime {
  readonly models: ModelDirectory
  readonly providers: ReadonlyMap<string, ProviderRuntime>
  readonly auto: {
    readonly cheap: string | null
    readonly strong: string | null
    readonly strategy: 'auto' | 'cheapest' | 'quality'
  }
  readonly target: RoutingTarget
  readonly attempts: AttemptRules
  /** By model id: what stands in for it, in order. */
  readonly fallbacks: ReadonlyMap<string, readonly ModelSpec[]>
  /** The strong model is asked once more when the cheap one's answer is plainly not good enough. */
  readonly escalate: boolean
  /** A conversation stays on its model. */
  readonly sticky: boolean
  readonly timeouts: StreamTimeouts
  readonly strict: boolean
  readonly maxConcurrentRequests: number
  /** What a token counts for a key's budget when its cost is not known. */
  readonly assumedPerToken: PicoUsd
  readonly cache: CacheRules
  /** Prompts and answers are told in the log and by the page. */
  readonly logPrompts: boolean
}

export interface AttemptRules {
  readonly max: number
  readonly retryBudgetMs: number
  readonly retryShare: number
  readonly breaker: BreakerRules
  readonly hedge: HedgeRules
}

export interface HedgeRules {
  readonly enabled: boolean
  readonly percentile: number
  readonly maxExtraShare: number
}

export interface ProviderRuntime {
  readonly name: string
  readonly adapter: ProviderAdapter
  readonly upstream: Upstream
  readonly keys: KeyRing
  /** Authentication with this key. */
  readonly headersOf: (key: PickedKey | undefined) => Readonly<Record<string, string>>
}

/** Prompt analysis: one hop for all that is to be known. Its plain behaviour: nothing is. */
export interface Analyser {
  /** Of the last user turn. Never rejects. */
  analyse(request: ChatRequest): Promise<PromptAnalysis>
}

export type PromptAnalysis =
  | {
      readonly kind: 'analysed'
      /** Of unit length; a view that must be copied to be kept. */
      readonly vector: Float32Array
      /** Before anything was cut. */
      readonly tokenCount: number
      /** P(the cheap model is not enough); undefined: nobody classified it. */
      readonly complexity: number | undefined
    }
  | { readonly kind: 'unavailable' }

/** The gateway's own embedding model, which runs in its threads. */
export interface LocalEmbedder {
  readonly model: LocalEmbedderModel
  /** In the order of the inputs; never rejects. */
  embed(inputs: readonly EmbedInput[], options: EmbedOptions): Promise<EmbedOutcome>
}

export interface LocalEmbedderModel {
  /** What clients write. */
  readonly id: string
  readonly dimension: number
  /** Shorter lengths that its vectors may be cut to; empty if it was not trained for that. */
  readonly dimensions: readonly number[]
  /** Most tokens of one input, special tokens included. */
  readonly maxTokens: number
  /** Token ids given by clients must be below. */
  readonly vocabularySize: number
  /** Longer inputs of clients that do not say `truncate` themselves. */
  readonly longInputs: 'refuse' | 'shorten'
}
