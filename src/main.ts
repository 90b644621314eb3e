import { randomUUID } from 'node:crypto'
import { type BreakerRow, worstState } from './attempts/breaker-board.js'
import { createRuntimeBuilder } from './build-runtime.js'
import type { AnswerCache } from './cache/answer-cache.js'
import type { Learning } from './cache/learning/create-learning.js'
import { createVerdictDesk } from './cache/learning/verdict-desk.js'
import type { SemanticTier } from './cache/semantic/semantic-tier.js'
import { localModelSpec } from './catalogue/local-model.js'
import { keyLimitsOf, limitedKeysOf } from './config/key-limits.js'
import { resolveHost } from './config/resolve-host.js'
import type { Config } from './config/schema.js'
import { GatewayError } from './core/errors.js'
import type { ModelSpec } from './core/model-spec.js'
import type { QualityLabel } from './core/money/quality-label.js'
import type { RequestRecord } from './core/request-record.js'
import { estimateTokens } from './core/tokens/estimate-tokens.js'
import { createObservatory } from './create-observatory.js'
import { anthropicDialect } from './dialects/anthropic/dialect.js'
import { parseCountTokensRequest } from './dialects/anthropic/parse-request.js'
import { openaiDialect } from './dialects/openai/dialect.js'
import { parseEmbeddingsRequest, parseEmbeddingsTask } from './dialects/openai/parse-embeddings-request.js'
import { renderEmbeddings } from './dialects/openai/render-embeddings.js'
import { createAdminDesk } from './http/admin/admin-desk.js'
import { type AdminGuardOptions, createAdminGuard } from './http/admin/admin-guard.js'
import { createAttemptBrake } from './http/admin/attempt-brake.js'
import { createRecentHits } from './http/admin/recent-hits.js'
import { createSessions } from './http/admin/session.js'
import { createAuthenticate } from './http/authenticate.js'
import { createCors } from './http/cors.js'
import { createDoor, type DoorRules } from './http/door.js'
import { isLoopbackName } from './http/loopback.js'
import { createMetricsDoor } from './http/metrics-door.js'
import { createPageFiles } from './http/page/page-files.js'
import { createLedger } from './ledger/ledger.js'
import type { LedgerStore } from './ledger/ledger-store.js'
import { createMemoryLedgerStore } from './ledger/memory-ledger-store.js'
import { createAccounts } from './limits/accounts.js'
import { snapshotKeys } from './limits/key-snapshot.js'
import type { Limiter } from './limits/limiter.js'
import { createMemoryLimiter } from './limits/memory-limiter.js'
import { openShadow } from './open-shadow.js'
import { packageRoot, packageVersion } from './package-root.js'
import { createAttemptState } from './pipeline/attempts/attempt-state.js'
import { type AskAfresh, createAskAfresh } from './pipeline/cached/ask-afresh.js'
import { createServeChat } from './pipeline/chat.js'
import { createCountTokens } from './pipeline/count-tokens.js'
import type { Analyser, LocalEmbedder, PipelineDeps, ProviderRuntime, Runtime } from './pipeline/deps.js'
import { createServeEmbeddings } from './pipeline/embeddings.js'
import { createReasoningMemory } from './pipeline/reasoning-memory.js'
import { createRequestDesk } from './pipeline/request-desk.js'
import type { RoutingSnapshot } from './pipeline/routed/recent-routes.js'
import { createRoutingDesk } from './pipeline/routed/routing-desk.js'
import type { RoutingBelief } from './routing/target/target-state.js'
import { chooseCurve } from './routing-data/choose-curve.js'
import { type InferenceHealth, UNANALYSED } from './start-inference.js'
import { createCacheCounter } from './telemetry/cache-counter.js'
import { type Logger, logBackgroundCall, logRefusal, logRequest } from './telemetry/log.js'
import { ProcessFigures } from './telemetry/process-figures.js'
import type { PoolState } from './telemetry/prometheus/gauges.js'
import { systemClock } from './telemetry/system-clock.js'
import type { Tracer } from './telemetry/traces/tracer.js'
import { openTransport } from './transport/open.js'

export interface GatewayOptions {
  readonly config: Config
  readonly log: Logger
  /** What `/health` tells about the configuration's origin and its last reload. */
  readonly configStatus: () => object
  readonly transport?: 'auto' | 'uws' | 'node'
  /** The models at work in their threads; the gateway closes them with itself. Absent: it has none. */
  readonly inference?: GatewayInference
  /** Where answers are kept; the gateway closes it with itself. Absent: they are not. */
  readonly cache?: AnswerCache
  /** Follows requests for a collector; the gateway closes it with itself. Absent: nobody wants to know. */
  readonly tracer?: Tracer | null
  /** Absent: only the very same request is answered from the cache. */
  readonly semantic?: SemanticTier
  /** What is measured of the process; the gateway closes it with itself. Absent: it makes its own. */
  readonly figures?: ProcessFigures
  /** Where the ledger lies; the gateway closes it with itself. Absent: in memory. */
  readonly ledgerStore?: LedgerStore
  /** For measuring what measuring costs: requests are neither counted nor timed. */
  readonly isUnwatched?: boolean
  /** What scores mean, read anew at each reload. Absent: what comes with llmrouter. */
  readonly routingBelief?: () => RoutingBelief
  /** Where what shadow calls taught is kept. Absent: in memory, as long as the process runs. */
  readonly routingLearningFile?: string | null
  /** Counts what keys use; the gateway closes it with itself. Absent: in memory, as long as the process runs. */
  readonly limiter?: Limiter
  /** Starts to learn from what hits turn out to be, by asking providers anew; the gateway ends it with itself. */
  readonly startLearning?: (askAfresh: AskAfresh, onLabel: (label: QualityLabel) => void) => Learning
  /** From 0 to 1, for the jitter of retries. Absent: `Math.random`. */
  readonly random?: () => number
}

/** What the gateway asks of its models. */
export interface GatewayInference {
  readonly analyser: Analyser
  readonly localEmbedder: LocalEmbedder
  health(): InferenceHealth
  /** Absent: there are no threads behind it. */
  pool?(): PoolState
  close(): Promise<void>
}

export interface Gateway {
  readonly url: string
  readonly transport: 'uws' | 'node'
  /** Where metrics are, when they have a port of their own. */
  readonly metricsUrl: string | undefined
  /** Swaps the configuration for requests to come; those under way keep theirs. */
  apply(config: Config): void
  runtime(): Runtime
  /** Refuses new requests and resolves when the open answers have ended, or after `drainTimeoutMs`. */
  drain(): Promise<void>
  close(): Promise<void>
}

/** Thinking blocks and signatures of open tool loops. */
const REASONING_MEMORY_BYTES = 32 * 1024 * 1024
const BODY_IDLE_MS = 8000
const DRAIN_POLL_MS = 20
/** For the last words to clients that are cut off. */
const CUT_GRACE_MS = 500

/** Puts everything together and listens. The only place that knows everybody. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, inference, figures = new ProcessFigures() } = options
  const localEmbedder = inference?.localEmbedder ?? null
  const localModels = localEmbedder === null ? [] : [localModelSpec(localEmbedder.model)]
  const builder = createRuntimeBuilder(systemClock.epochMs, localModels)
  let config = options.config
  let runtime = builder.build(config)
  const adminState = {
    sessions: createSessions({ secure: config.server.tls !== null }),
    brake: createAttemptBrake(),
  }
  let rules = doorRules(config, adminState)
  let draining = false

  const dialects = { openai: openaiDialect, anthropic: anthropicDialect }
  const createId = () => randomUUID().replaceAll('-', '')
  const counter = createCacheCounter()
  const hits = createRecentHits()
  const ledger = createLedger({
    store: options.ledgerStore ?? createMemoryLedgerStore(),
    clock: systemClock,
    warn: (message) => log.warn(message),
  })
  const askAfresh = createAskAfresh({
    clock: systemClock,
    createId,
    runtime: () => runtime,
    onBackgroundCall(call) {
      logBackgroundCall(log, call)
      observatory.noteBackgroundCall(call)
      ledger.noteBackground(call)
    },
  })
  const learning = options.startLearning?.(askAfresh, ledger.noteLabel)
  const verdicts = createVerdictDesk(learning)
  const readBelief = options.routingBelief ?? shippedBelief
  const random = options.random ?? Math.random
  const attempts = createAttemptState(random)
  const isHealthy = (spec: ModelSpec): boolean => attempts.breakers.admits(spec, systemClock.now())
  const belief = readBelief()
  const shadow = openShadow({
    config: () => config,
    runtime: () => runtime,
    askAfresh,
    localEmbedder,
    file: options.routingLearningFile ?? null,
    belief,
    log,
    random,
    isHealthy,
    onVerdict: figures.noteShadow,
    onLabel: ledger.noteLabel,
    onBelief: (next) => routing.believe(next),
  })
  const routing = createRoutingDesk({
    clock: systemClock,
    target: config.routing.target,
    belief: shadow.believe(belief),
    isHealthy,
  })
  const observatory = createObservatory({
    clock: systemClock,
    figures,
    runtime: () => runtime,
    activeRequests: () => desk.active(),
    cache: options.cache ?? null,
    cacheCounts: counter.counts,
    learning,
    routing,
    shadow,
    breakers: () => attempts.breakers.view(systemClock.now()),
    pool: inference?.pool,
    isIdle: options.isUnwatched === true,
  })
  const limiter = options.limiter ?? createMemoryLimiter({ accounts: createAccounts(systemClock) })
  const deps: PipelineDeps = {
    clock: systemClock,
    createId,
    runtime: () => runtime,
    dialects,
    localEmbedder,
    analyser: inference?.analyser ?? UNANALYSED,
    reasoning: createReasoningMemory({ maxBytes: REASONING_MEMORY_BYTES }),
    routing,
    attempts,
    shadow,
    cache: options.cache ?? null,
    semantic: options.semantic ?? null,
    gaps: observatory.gaps,
    limiter,
    learning: learning === undefined ? null : { onHit: verdicts.onHit, onNearMiss: learning.onNearMiss },
    tracer: options.tracer ?? null,
    settle(record) {
      logRequest(log, record)
      observatory.note(record)
      counter.note(record)
      hits.note(record)
      options.tracer?.settle(record)
      if (!isCount(record)) ledger.note(record)
    },
  }
  const desk = createRequestDesk(deps)

  const { server } = config
  const { metricsPort } = config.telemetry
  const listening = {
    host: resolveHost(config),
    maxBodyBytes: server.maxBodyBytes,
    stalledClientMs: server.stalledClientMs,
    bodyIdleMs: BODY_IDLE_MS,
    tls: server.tls,
    onStalledClient: (remoteAddress: string) =>
      log.warn({ remoteAddress }, 'closed a client that took no byte for too long'),
  }
  const { transport, fallbackReason } = await openTransport(
    {
      ...listening,
      port: server.port,
      onRequest: createDoor({
        clock: systemClock,
        createId,
        rules: () => rules,
        runtime: () => runtime,
        dialects,
        desk,
        chat: createServeChat(deps),
        embeddings: createServeEmbeddings(deps, {
          parse: parseEmbeddingsRequest,
          parseTask: parseEmbeddingsTask,
          render: renderEmbeddings,
        }),
        countTokens: createCountTokens(deps, { parse: parseCountTokensRequest, estimate: estimateTokens }),
        admin: createAdminDesk({
          nowEpochMs: systemClock.epochMs,
          cache: deps.cache,
          counts: counter.counts,
          hits,
          ledger,
          latencies: figures.latencies,
          stats: observatory.stats,
          statsStream: observatory.statsStream,
          keys: () => snapshotKeys(limiter, limitedKeysOf(config), systemClock.epochMs()),
          onFeedback(feedback) {
            log.info(feedback, 'feedback')
            verdicts.onFeedback(feedback)
            const { about, by, verdict } = feedback
            if (about !== undefined) ledger.noteLabel({ ...about, source: by, verdict })
          },
        }),
        page: createPageFiles(`${packageRoot()}dist/page`),
        metrics: metricsPort === null ? observatory.renderMetrics : null,
        health,
        ready: () => !draining && inference?.health().status !== 'starting',
        draining: () => draining,
        onRefused(refusal) {
          logRefusal(log, refusal)
          observatory.noteRefusal(refusal.error)
        },
      }),
    },
    options.transport ?? 'auto',
  )
  if (fallbackReason !== undefined)
    log.warn({ reason: fallbackReason }, 'uWebSockets.js did not load; serving with node:http')

  const metricsTransport = metricsPort === null ? undefined : await openMetrics(metricsPort)

  /** On the same kind of server. What cannot be had closes the other one too. */
  async function openMetrics(port: number) {
    const onRequest = createMetricsDoor({
      clock: systemClock,
      createId,
      rules: () => rules,
      dialect: openaiDialect,
      render: observatory.renderMetrics,
    })
    try {
      return (await openTransport({ ...listening, port, onRequest }, transport.kind)).transport
    } catch (error) {
      transport.close()
      throw error
    }
  }

  function health(): object {
    const configStatus = options.configStatus()
    const pool = inference?.health() ?? null
    const breakers = attempts.breakers.view(systemClock.now())
    const badConfig = 'status' in configStatus && configStatus.status === 'error'
    return {
      status: badConfig || pool?.status === 'failed' || hasOpenBreaker(breakers) ? 'degraded' : 'ok',
      version: packageVersion(),
      transport: transport.kind,
      providers: [...runtime.providers.values()].map((provider) => providerHealth(provider, breakers)),
      simulated: [...runtime.providers.values()].every(({ adapter }) => adapter.type === 'simulator'),
      models: runtime.models.catalogue.length,
      cache: options.cache?.stats() ?? { store: 'off' },
      pool,
      traces: options.tracer?.counts() ?? null,
      routing: routingHealth(routing.snapshot()),
      config: configStatus,
      activeRequests: desk.active(),
    }
  }

  /** Keys that are not in the configuration any more. Requests that came before there were keys are nobody's. */
  function dismissRevoked({ auth }: Config): void {
    if (!auth.revokeOpenStreams) return
    const hashes = new Set(auth.keys.map(({ hash }) => hash))
    const error = new GatewayError('invalid_api_key', 'The key of this request was revoked.')
    desk.dismiss(({ keyHash }) => keyHash !== undefined && !hashes.has(keyHash), error)
  }

  const scheme = server.tls === null ? 'http' : 'https'
  const host = resolveHost(config)
  const urlAt = (port: number): string => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    url: urlAt(transport.port),
    metricsUrl: metricsTransport === undefined ? undefined : `${urlAt(metricsTransport.port)}/metrics`,
    transport: transport.kind,
    runtime: () => runtime,
    apply(next) {
      const nextRuntime = builder.build(next)
      config = next
      runtime = nextRuntime
      rules = doorRules(next, adminState)
      dismissRevoked(next)
      routing.believe(shadow.believe(readBelief()))
    },
    async drain() {
      draining = true
      shadow.stop()
      observatory.statsStream.close()
      const deadline = systemClock.now() + config.server.drainTimeoutMs
      while (systemClock.now() < deadline && (desk.active() > 0 || transport.unfinished() > 0)) {
        await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
      }
      if (desk.active() === 0) return
      desk.cutOff(new GatewayError('shutting_down', 'The gateway is shutting down and could not wait any longer.'))
      const grace = systemClock.now() + CUT_GRACE_MS
      while (systemClock.now() < grace && transport.unfinished() > 0) {
        await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
      }
    },
    async close() {
      transport.close()
      metricsTransport?.close()
      observatory.close()
      await Promise.all([shadow.close(), learning?.close()])
      // Before the cache, which gives the data folder back.
      await ledger.close()
      await Promise.all([builder.close(), inference?.close(), options.cache?.close()])
      // Last: what the others ended is in them.
      await Promise.all([options.tracer?.close(), limiter.close()])
    },
  }
}

function shippedBelief(): RoutingBelief {
  return chooseCurve({ packageRoot: packageRoot(), dataDir: null, classifier: null, warn: () => {} })
}

/** No prompt's score, and no count from which traffic could be told: `/health` is open to everybody. */
function routingHealth({ expectedQuality, strongShare, target, threshold }: RoutingSnapshot): object {
  return { target, threshold, strongShare, expectedQuality }
}

/** A provider, and which of its models are left alone just now. */
function providerHealth({ adapter, name }: ProviderRuntime, breakers: readonly BreakerRow[]): object {
  const troubled = breakers.filter(({ provider, state }) => provider === name && state !== 'closed')
  return {
    name,
    type: adapter.type,
    breaker: worstState(breakers, name),
    ...(troubled.length > 0 && { troubled: troubled.map(({ provider: _provider, ...row }) => row) }),
  }
}

function hasOpenBreaker(breakers: readonly BreakerRow[]): boolean {
  return breakers.some(({ state }) => state === 'open')
}

/** Counting tokens is for nothing and answers nothing. */
function isCount({ path }: RequestRecord): boolean {
  return path.endsWith('/count_tokens')
}

function doorRules(config: Config, adminState: Pick<AdminGuardOptions, 'sessions' | 'brake'>): DoorRules {
  const { auth, server } = config
  const loopbackOnly = auth.keys.length === 0 && isLoopbackName(resolveHost(config))
  return {
    authenticate: createAuthenticate(
      auth.keys.map((row) => ({ ...row, limits: keyLimitsOf(row) })),
      config.aliases,
    ),
    admin: createAdminGuard({ ...adminState, keyHash: auth.adminKeyHash, loopbackOnly }),
    cors: createCors(server.cors.origins),
    loopbackOnly,
    metricsAuth: config.telemetry.metricsAuth,
  }
}
