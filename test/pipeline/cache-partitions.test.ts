import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AnswerCache, createAnswerCache } from '../../src/cache/answer-cache.js'
import { createEntryCodec } from '../../src/cache/entry/entry-codec.js'
import { checksumSeal } from '../../src/cache/entry/seal.js'
import { createGraphIndex } from '../../src/cache/index/graph-index.js'
import type { VectorIndex } from '../../src/cache/index/vector-index.js'
import { createPromptMasker } from '../../src/cache/masking/prompt-masker.js'
import { createSemanticIndex } from '../../src/cache/semantic/semantic-index.js'
import { createSemanticTier } from '../../src/cache/semantic/semantic-tier.js'
import { createMemoryStore } from '../../src/cache/store/memory-store.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'
import { packageRoot } from '../../src/package-root.js'
import { type CacheDesk, createCacheDesk } from '../../src/pipeline/cached/cache-desk.js'
import { parseControls } from '../../src/pipeline/controls.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { createHashingEmbedder } from '../support/hashing-embedder.js'

const REQUESTS = 10_000

/** What a request may differ in. `apart`: no answer may cross it. */
interface Asked {
  readonly apart: {
    readonly tenant: string
    readonly namespace: string | null
    readonly model: string
    readonly system: string | null
    readonly tools: number
    readonly format: string | null
    readonly temperature: number | null
    readonly maxTokens: number | null
  }
  readonly before: string | null
  readonly turn: string
  readonly image: boolean
  readonly stream: boolean
  /** Order of the body's keys. */
  readonly reversed: boolean
}

const one = <T>(...values: T[]) => fc.constantFrom(...values)
/** The last two lean on what was said before. */
const ALONE = ['w1 w2 w3', 'w1 w2 w4', 'What is the capital of France?', 'How do I boil an egg properly?']
const LEANING = ['tell me more', 'and in w7?']

const asked = fc.record<Asked>({
  apart: fc.record({
    tenant: one('a', 'b'),
    namespace: one(null, 'n'),
    model: one('m1', 'm2'),
    system: one(null, 'Be brief.', 'Be long.'),
    tools: one(0, 0, 0, 1, 2),
    format: one(null, 'json_object'),
    temperature: one(null, 0, 1),
    maxTokens: one(null, 100),
  }),
  before: one(null, 'I like cats', 'I like dogs'),
  turn: one(...ALONE, ...LEANING),
  image: one(false, false, false, true),
  stream: fc.boolean(),
  reversed: fc.boolean(),
})

const leans = ({ before, turn }: Asked): boolean => before !== null && LEANING.includes(turn)

function bodyOf({ apart, before, image, reversed, stream, turn }: Asked): string {
  const tools = Array.from({ length: apart.tools }, (_, at) => ({ type: 'function', function: { name: `f${at}` } }))
  const picture = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
  const fields = {
    model: apart.model,
    ...(apart.temperature !== null && { temperature: apart.temperature }),
    ...(apart.maxTokens !== null && { max_tokens: apart.maxTokens }),
    ...(apart.format !== null && { response_format: { type: apart.format } }),
    // Tools that may be called are exact only; these are not, so that they could be confused.
    ...(apart.tools > 0 && { tools, tool_choice: 'none' }),
    messages: [
      ...(apart.system === null ? [] : [{ role: 'system', content: apart.system }]),
      ...(before === null
        ? []
        : [
            { role: 'user', content: before },
            { role: 'assistant', content: 'Fine.' },
          ]),
      { role: 'user', content: image ? [{ type: 'text', text: turn }, picture] : turn },
    ],
    stream,
  }
  const entries = Object.entries(fields)
  return JSON.stringify(Object.fromEntries(reversed ? entries.reverse() : entries))
}

let vectors: VectorIndex
let cache: AnswerCache
let desk: CacheDesk
const embedder = createHashingEmbedder()

beforeAll(() => {
  const { dimension, maxTokens } = embedder.model
  vectors = createGraphIndex({
    dimension,
    workerFile: join(packageRoot(), 'dist/workers/vector-linker.js'),
    graphFrom: 50,
  })
  const index = createSemanticIndex(vectors, dimension)
  cache = createAnswerCache({
    store: createMemoryStore(),
    codec: createEntryCodec(checksumSeal),
    clock: systemClock,
    maxEntries: () => REQUESTS,
    maxEntryBytes: () => 100_000,
    observer: index,
  })
  const semantic = createSemanticTier({
    ...{ index, embedder: 'e', maxTokens, clock: systemClock },
    ...{ verify: async () => null, hasVerifier: false, belief: () => null },
    masker: createPromptMasker({ key: Buffer.alloc(32), knownWords: () => [] }),
  })
  desk = createCacheDesk({ cache, clock: systemClock, semantic, learning: null })
})
afterAll(async () => {
  await Promise.all([cache.close(), vectors.close()])
})

/** Whatever is nearest is near enough: only partitions keep answers apart. */
const ANYTHING = { mode: 'threshold', threshold: -1 } as const

async function ask(request: Asked): Promise<{ readonly kind: 'exact' | 'semantic'; readonly kept: Asked } | undefined> {
  const { apart } = request
  const headers = apart.namespace === null ? {} : { 'x-cache-namespace': apart.namespace }
  const question = {
    stage: {
      call: { tenant: apart.tenant, mayAnswer: () => true, request: { headers } },
      record: {
        ...{ id: 'r', cache: 'SKIP' as const, cacheReason: undefined, cacheHit: undefined, similarity: undefined },
        ...{ stagesMs: {}, stages: undefined },
      },
      runtime: {
        cache: {
          ...{ off: false, ttlMs: 1e9, maxTemperature: null, excludeModels: new Set<string>(), storePrompts: true },
          ...{ semantic: ANYTHING, replay: { mode: 'instant' as const, tokensPerSecond: 80 } },
        },
      },
    },
    request: openaiDialect.parseRequest(bodyOf(request)),
    controls: parseControls(headers, []),
    modelClass: apart.model,
  }
  const found = await desk.lookUp(question)
  if (found.kind === 'hit') return { kind: 'exact', kept: cardOf(found.entry) }
  if (found.kind === 'join') throw new Error('Nobody else asks.')
  const outcome = await embedder.embed([request.turn], {})
  if (outcome.kind !== 'done') throw new Error('The embedder answers.')
  const analysis = { kind: 'analysed', vector: outcome.value.vectors, tokenCount: 5, complexity: undefined } as const
  const entry = await desk.findByMeaning(question, found, analysis)
  if (entry !== undefined) return { kind: 'semantic', kept: cardOf(entry) }
  found.tee?.flight.begin({ provider: 'p', model: apart.model, upstreamName: 'u', origin: 'openai' })
  found.tee?.flight.land({
    ...{ id: undefined, model: undefined, usage: undefined },
    choices: [{ index: 0, parts: [{ type: 'text', text: JSON.stringify(request), path: '' }], finishReason: 'stop' }],
  })
  found.tee?.complete()
  await new Promise(setImmediate)
  return undefined
}

/** Every answer is the request that it was made for. */
function cardOf({
  answer,
}: {
  readonly answer: { readonly response: { readonly choices: readonly object[] } }
}): Asked {
  const parts = answer.response.choices.flatMap((choice) => ('parts' in choice ? [choice.parts].flat() : []))
  const [part] = parts
  if (typeof part !== 'object' || part === null || !('text' in part)) throw new Error('An answer without a text.')
  return JSON.parse(String(part.text))
}

test('of 10,000 requests none is answered across tenant, namespace, model, system prompt, tools, format or sampling', async () => {
  const hits = { exact: 0, semantic: 0 }
  for (const request of fc.sample(asked, { numRuns: REQUESTS, seed: 20_260 })) {
    const hit = await ask(request)
    if (hit === undefined) continue
    hits[hit.kind]++
    const { kept } = hit
    expect(kept.apart).toEqual(request.apart)
    if (hit.kind === 'exact')
      expect([kept.turn, kept.before, kept.image]).toEqual([request.turn, request.before, request.image])
    // Pictures are never matched by meaning, and a turn that leans on a conversation only within it.
    else expect([kept.image, request.image]).toEqual([false, false])
    if (leans(kept) || leans(request)) expect(kept.before).toBe(request.before)
  }
  // Nothing is proved by those that find nothing.
  expect(hits.exact).toBeGreaterThan(1000)
  expect(hits.semantic).toBeGreaterThan(1000)
}, 120_000)
