import { join } from 'node:path'
import { createAnswerCache } from '../../src/cache/answer-cache.js'
import type { CacheEntry } from '../../src/cache/entry/cache-entry.js'
import { createEntryCodec } from '../../src/cache/entry/entry-codec.js'
import { checksumSeal } from '../../src/cache/entry/seal.js'
import { createGraphIndex } from '../../src/cache/index/graph-index.js'
import type { Belief } from '../../src/cache/semantic/choose-hit.js'
import { createSemanticIndex } from '../../src/cache/semantic/semantic-index.js'
import { createSemanticTier, type SemanticRules } from '../../src/cache/semantic/semantic-tier.js'
import { createMemoryStore } from '../../src/cache/store/memory-store.js'
import type { Clock } from '../../src/core/clock.js'
import { SAME_PRIORS } from '../../src/core/hit-model/same-reading.js'
import { packageRoot } from '../../src/package-root.js'
import { type CacheQuestion, createCacheDesk } from '../../src/pipeline/cached/cache-desk.js'
import type { CacheRules } from '../../src/pipeline/cached/cache-rules.js'
import { parseControls } from '../../src/pipeline/controls.js'
import { textAnswer } from './answers.js'
import type { EvalModels } from './eval-models.js'
import { MODEL, requestOf } from './request-of.js'
import type { Study } from './study.js'

/** The gateway's cache from its counter on, without the gateway around it. */
export interface CacheAtWork {
  /** One request after the other, as one client would send them. */
  ask(prompt: string): Promise<Asked>
  close(): Promise<void>
}

export type Asked =
  | { readonly kind: 'exact' | 'miss' }
  /** Answered with what was kept for another prompt. */
  | { readonly kind: 'semantic'; readonly kept: string }

export interface WorkOptions {
  readonly models: EvalModels
  readonly rules: Extract<SemanticRules, { mode: 'bounded' | 'threshold' }>
  readonly clock: Clock
  /** False: as a gateway that keeps no prompts. */
  readonly storePrompts: boolean
  /** Absent: nothing is learnt. */
  readonly startStudy?: (retract: (entryId: string) => void) => Study
}

/** Nothing has to make room, and nothing grows old. */
const [MOST_ENTRIES, MOST_BYTES, TTL_MS] = [1_000_000, 1_048_576, 1e12]

export function openCacheAtWork(options: WorkOptions): CacheAtWork {
  const { clock, models, rules, startStudy, storePrompts } = options
  const { embedder } = models
  const vectors = createGraphIndex({
    dimension: embedder.dimension,
    workerFile: join(packageRoot(), 'dist/workers/vector-linker.js'),
  })
  const index = createSemanticIndex(vectors, embedder.dimension)
  const cache = createAnswerCache({
    store: createMemoryStore(),
    codec: createEntryCodec(checksumSeal),
    clock,
    maxEntries: () => MOST_ENTRIES,
    maxEntryBytes: () => MOST_BYTES,
    observer: index,
  })
  const study = startStudy?.((id) => void cache.remove(id))
  const semantic = createSemanticTier({
    index,
    embedder: embedder.fingerprint,
    maxTokens: embedder.maxTokens,
    clock,
    verify: models.verify,
    hasVerifier: models.hasVerifier,
    masker: models.masker,
    belief: () => study?.learning.belief() ?? untaught(models, rules),
  })
  const desk = createCacheDesk({ cache, clock, semantic, learning: study?.desk ?? null })
  let requests = 0

  return {
    async ask(prompt) {
      const question = questionOf(prompt, ++requests, { ...RULES, storePrompts, semantic: rules })
      const found = await desk.lookUp(question)
      if (found.kind === 'hit') return { kind: 'exact' }
      if (found.kind === 'join' || found.tee === undefined) throw new Error('Nobody else is asking.')
      const analysis = await models.analyser.analyse(question.request)
      const entry = await desk.findByMeaning(question, found, analysis)
      if (entry !== undefined) {
        await study?.learning.idle()
        return { kind: 'semantic', kept: promptOf(entry) }
      }
      found.tee.flight.begin({ provider: 'p', model: MODEL, upstreamName: MODEL, origin: 'openai' })
      // Two answers to two prompts are never the same text, even where they say the same.
      found.tee.flight.land(textAnswer(ANSWER_TO + prompt))
      found.tee.complete()
      await vectors.settled()
      await new Promise(setImmediate)
      await study?.learning.idle()
      return { kind: 'miss' }
    },
    async close() {
      await study?.learning.close()
      await Promise.all([cache.close(), vectors.close()])
    },
  }
}

/** What a gateway believes on its first day. */
function untaught({ prior }: EvalModels, rules: WorkOptions['rules']): Belief {
  const maxFalseHitRate = rules.mode === 'bounded' ? rules.maxFalseHitRate : 0
  return { model: prior, ...SAME_PRIORS, maxFalseHitRate, offsetOf: () => 0 }
}

function questionOf(prompt: string, number: number, cache: CacheRules): CacheQuestion {
  return {
    stage: {
      call: { tenant: 'default', mayAnswer: () => true, request: { headers: {} } },
      record: {
        id: `request-${number}`,
        cache: 'SKIP',
        cacheReason: undefined,
        cacheHit: undefined,
        similarity: undefined,
        stagesMs: {},
        stages: undefined,
      },
      runtime: { cache },
    },
    request: requestOf(prompt),
    controls: parseControls({}, []),
    modelClass: MODEL,
  }
}

const RULES: Omit<CacheRules, 'semantic' | 'storePrompts'> = {
  off: false,
  ttlMs: TTL_MS,
  maxTemperature: null,
  excludeModels: new Set(),
  replay: { mode: 'instant', tokensPerSecond: 80 },
}

const ANSWER_TO = 'Answer to: '

function promptOf({ answer }: CacheEntry): string {
  const [part] = answer.response.choices[0]?.parts ?? []
  if (part?.type !== 'text') throw new Error('An answer that was not given here.')
  return part.text.slice(ANSWER_TO.length)
}
