import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { cosineOf, judgeRequest } from './answer-judging.js'
import { type AnswerCache, createAnswerCache } from './cache/answer-cache.js'
import { choosePrior } from './cache/choose-prior.js'
import { createEntryCodec } from './cache/entry/entry-codec.js'
import { checksumSeal, createEncryptingSeal } from './cache/entry/seal.js'
import { createGraphIndex } from './cache/index/graph-index.js'
import { createLearning, type FreshAnswer, type Learning, type Verdict } from './cache/learning/create-learning.js'
import { readKnownWords } from './cache/masking/known-words.js'
import { maskKeyFrom, readOrMakeMaskKey } from './cache/masking/mask-key.js'
import { createPromptMasker, type PromptMasker } from './cache/masking/prompt-masker.js'
import { ownPriorFile, PriorError, readPriorFile, shippedPriorFile } from './cache/prior-file.js'
import type { CachePriorFile } from './cache/prior-schema.js'
import { createSemanticIndex, type SemanticIndex } from './cache/semantic/semantic-index.js'
import { createSemanticTier, type SemanticTier } from './cache/semantic/semantic-tier.js'
import { openEmbeddedStore } from './cache/store/embedded/embedded-store.js'
import type { EntryStore } from './cache/store/entry-store.js'
import { createMemoryStore } from './cache/store/memory-store.js'
import { openRedisStore } from './cache/store/redis/redis-store.js'
import type { Config } from './config/schema.js'
import type { ChatRequest } from './core/chat-request.js'
import type { HitModel } from './core/hit-model/hit-model.js'
import type { BackgroundCause } from './core/money/background-call.js'
import { usdNumber } from './core/money/money.js'
import type { QualityLabel } from './core/money/quality-label.js'
import type { ModelChoice } from './model-registry/choose-models.js'
import { packageRoot } from './package-root.js'
import type { AskAfresh } from './pipeline/cached/ask-afresh.js'
import type { Inference } from './start-inference.js'
import type { Logger } from './telemetry/log.js'
import { systemClock } from './telemetry/system-clock.js'

export interface OpenCacheOptions {
  /** The configuration in force; the store stays the one of the start. */
  readonly config: () => Config
  readonly dataDir: string
  readonly choice: Extract<ModelChoice, { kind: 'chosen' }>
  readonly inference: Pick<Inference, 'verify' | 'localEmbedder'>
  readonly log: Logger
  readonly onAudit: (verdict: Verdict | 'failed') => void
}

/** What the gateway keeps answers in, what finds them by meaning, and what learns from it. */
export interface OpenCache {
  readonly cache: AnswerCache
  readonly semantic: SemanticTier
  startLearning(askAfresh: AskAfresh, onLabel: (label: QualityLabel) => void): Learning
}

/** Null: the configuration wants no cache. Rejects with a DataDirError when the data folder cannot be had. */
export async function openCache(options: OpenCacheOptions): Promise<OpenCache | null> {
  const { choice, config, inference } = options
  const store = await openStore(options)
  if (store === null) return null
  const { embedder, verifier } = choice
  const index = openIndex(options)
  const cache = createAnswerCache({
    store,
    codec: createEntryCodec(sealOf(config())),
    clock: systemClock,
    maxEntries: () => config().cache.maxEntries,
    maxEntryBytes: () => config().cache.maxEntryBytes,
    observer: index,
  })
  const masker = openMasker(options, store.kind)
  const prior = readBelief(options)
  let learning: Learning | undefined
  const semantic = createSemanticTier({
    index,
    embedder: embedder.fingerprint,
    maxTokens: embedder.setup.maxTokens,
    clock: systemClock,
    verify: (pairs) => inference.verify(pairs),
    hasVerifier: verifier !== null,
    masker,
    belief: () => (prior === null ? null : (learning?.belief() ?? null)),
  })
  return {
    cache,
    semantic,
    startLearning(askAfresh, onLabel) {
      learning = openLearning({
        ...options,
        cache,
        prior: prior ?? NOTHING_KNOWN,
        askAfresh,
        onLabel,
        kind: store.kind,
      })
      return learning
    },
  }
}

/** Known words are prepared at once where they are going to be needed: a first prompt would wait in vain for them. */
function openMasker({ config, dataDir, log }: OpenCacheOptions, kind: EntryStore['kind']): PromptMasker {
  const masker = createPromptMasker({
    key: maskKeyOf(config(), dataDir, kind),
    knownWords: () => readKnownWords(join(packageRoot(), 'dist', 'src', 'core')),
  })
  const warn = (error: unknown): void => log.warn({ reason: String(error) }, 'masked prompts cannot be compared')
  if (!config().cache.storePrompts) masker.ready().catch(warn)
  return masker
}

/** Entries in memory end with the process, and so may the key of their masks. */
function maskKeyOf({ cache }: Config, dataDir: string, kind: EntryStore['kind']): Buffer {
  if (cache.encryptionKey !== null) return maskKeyFrom(Buffer.from(cache.encryptionKey, 'base64'))
  if (kind === 'memory' || cache.storePrompts) return randomBytes(32)
  return readOrMakeMaskKey(join(dataDir, 'cache-masks.key'))
}

/** Never used to serve anything: without a prior the tier does not ask. */
const NOTHING_KNOWN: HitModel = { columns: [], cosineFloor: 1, boundDeviations: 1, mean: [0], covariance: [[1]] }

interface OpenLearningOptions extends OpenCacheOptions {
  readonly cache: AnswerCache
  readonly prior: HitModel
  readonly askAfresh: AskAfresh
  readonly onLabel: (label: QualityLabel) => void
  readonly kind: EntryStore['kind']
}

function openLearning({ askAfresh, cache, kind, onLabel, prior, ...options }: OpenLearningOptions): Learning {
  const { choice, config, dataDir, inference, log } = options
  const of = JSON.stringify([choice.embedder.fingerprint, choice.verifier?.fingerprint ?? null, prior])
  const ask = async (request: ChatRequest, cause: BackgroundCause): Promise<FreshAnswer> => {
    const { cost, response } = await askAfresh(request, cause)
    return { response, costUsd: cost === undefined ? null : usdNumber(cost) }
  }
  return createLearning({
    clock: systemClock,
    random: Math.random,
    prior,
    fingerprint: createHash('sha256').update(of).digest('hex').slice(0, 16),
    // Only the embedded store has the data folder for itself.
    file: kind === 'embedded' ? join(dataDir, 'cache-learning.json') : null,
    settings: () => {
      const { audit, semantic } = config().cache
      return { maxFalseHitRate: semantic.maxFalseHitRate, audit }
    },
    cosineOf: (a, b) => cosineOf(inference.localEmbedder, a, b),
    answerAfresh: (request) => ask(request, 'audit'),
    ask: (model, prompt) => ask(judgeRequest(model, prompt), 'judge'),
    retract: (id) => void cache.remove(id),
    audited(verdict, { about }) {
      options.onAudit(verdict)
      log.info({ verdict }, 'audited a hit of the cache')
      if (verdict !== 'failed') onLabel({ ...about, source: 'audit', verdict })
    },
    warn: (message) => log.warn(message),
  })
}

function openIndex({ choice, log }: OpenCacheOptions): SemanticIndex {
  const { dimension } = choice.embedder.setup
  const vectors = createGraphIndex({
    dimension,
    workerFile: join(packageRoot(), 'dist', 'workers', 'vector-linker.js'),
    onLinkerDeath: (cause) => log.warn({ cause: cause.message }, 'the thread that links vectors died and is replaced'),
  })
  return createSemanticIndex(vectors, dimension)
}

async function openStore({ config, dataDir, log }: OpenCacheOptions): Promise<EntryStore | null> {
  const { redis, store } = config().cache
  switch (store) {
    case 'off':
      return null
    case 'memory':
      return createMemoryStore()
    case 'redis':
      return openRedisStore({ config: redis, clock: systemClock })
    case 'embedded':
      return openEmbeddedStore({ dataDir, clock: systemClock, warn: (message) => log.warn(message) })
  }
}

function sealOf({ cache }: Config) {
  return cache.encryptionKey === null ? checksumSeal : createEncryptingSeal(Buffer.from(cache.encryptionKey, 'base64'))
}

/** Null: no prior fits these models, and in mode bounded nothing is served by meaning until one is fitted. */
function readBelief({ choice, dataDir, log }: OpenCacheOptions): HitModel | null {
  const files = [ownPriorFile(dataDir), shippedPriorFile(packageRoot())].flatMap((file) => read(file, log))
  const { embedder, verifier } = choice
  const chosen = choosePrior({ files, embedder: embedder.fingerprint, verifier: verifier?.fingerprint ?? null })
  if (chosen === undefined) log.warn('no prior of the cache fits the models: nothing is answered by meaning')
  else if (chosen.kind === 'fallback') {
    log.warn('the cache was never calibrated for this embedder, so it answers little by meaning at first')
  }
  return chosen?.model ?? null
}

function read(file: string, log: Logger): readonly CachePriorFile[] {
  try {
    const prior = readPriorFile(file)
    return prior === undefined ? [] : [prior]
  } catch (error) {
    if (!(error instanceof PriorError)) throw error
    log.warn(error.message)
    return []
  }
}
