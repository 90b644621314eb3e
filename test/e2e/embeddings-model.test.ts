import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SPECIAL_TOKENS } from '../../models/make/make-wordpiece.js'
import { smallVocabulary } from '../../models/make/small-vocabulary.js'
import { buildLocalEmbedder } from '../../src/build-local-embedder.js'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { TINY_DIMENSION, tinyClassifier, tinyEmbedder, tinyVerifier } from '../support/tiny-models.js'
import { TRANSPORTS } from '../support/transports.js'

/** `LLMROUTER_TEST_REQUESTS=10000` asks for more of them. */
const REQUESTS = Number(process.env.LLMROUTER_TEST_REQUESTS ?? 2000)
const CONCURRENCY = 64
const MODEL = 'llmrouter-embedder'
const WORDS = smallVocabulary().filter((word) => /^[a-z]{2,}$/.test(word))

let pool: InferencePool
beforeAll(async () => {
  pool = createInferencePool({
    setup: { embedder: tinyEmbedder(), classifier: tinyClassifier(), verifier: tinyVerifier() },
    threads: 2,
    limits: () => ({ maxQueue: 1024, deadlineMs: 10_000 }),
    workerFile: `${packageRoot()}dist/workers/inference.js`,
    clock: systemClock,
  })
  await pool.ready()
})
afterAll(() => pool.close())

describe.each(TRANSPORTS)('embeddings of a real network in threads, over %s', (transport) => {
  let gateway: TestGateway
  let client: OpenAI

  beforeAll(async () => {
    const localEmbedder = buildLocalEmbedder({ id: MODEL, setup: tinyEmbedder(), pool })
    gateway = await startTestGateway({}, { transport, localEmbedder })
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
  })
  afterAll(() => gateway.close())

  const embed = async (input: OpenAI.EmbeddingCreateParams['input']): Promise<number[][]> => {
    const { data } = await client.embeddings.create({ model: MODEL, input })
    return data.map(({ embedding }) => embedding)
  }

  test('vectors have unit length, alone and in any batch the same ones', async () => {
    const batch = Array.from({ length: 100 }, (_, index) => sentence(index))
    const together = await embed(batch)
    for (const index of [0, 1, 50, 99]) {
      expect(together[index]).toHaveLength(TINY_DIMENSION)
      expect(Math.hypot(...(together[index] ?? []))).toBeCloseTo(1, 5)
      expect(distance(together[index], (await embed(sentence(index)))[0])).toBeLessThan(1e-5)
    }
  })

  test('the ids of the words give the vector of the words', async () => {
    const words = WORDS.slice(0, 5)
    expect(distance((await embed(idsOf(words)))[0], (await embed(words.join(' ')))[0])).toBeLessThan(1e-5)
  })

  test('a text that is too long is refused with its tokens, and shortened when asked', async () => {
    const input = Array.from({ length: 63 }, () => WORDS[0]).join(' ')
    await expect(embed(['short', input])).rejects.toMatchObject({ status: 400, param: 'input[1]' })
    await expect(embed(['short', input])).rejects.toThrow(/65 tokens.* 64 tokens at most/)
    const truncated = { model: MODEL, input, truncate: true }
    expect((await client.embeddings.create(truncated)).data).toHaveLength(1)
  })

  test(`${REQUESTS} mixed requests, ${CONCURRENCY} at a time, are all answered rightly`, async () => {
    const alone = await Promise.all(Array.from({ length: 64 }, async (_, index) => (await embed(sentence(index)))[0]))
    let next = 0
    let answered = 0
    const work = async (): Promise<void> => {
      while (next < REQUESTS) {
        const index = next
        next += 1
        if (index % 4 === 3) await chat(client, index)
        else await compare(index)
        answered += 1
      }
    }
    async function compare(index: number): Promise<void> {
      const numbers = Array.from({ length: index % 4 === 0 ? 1 : 1 + (index % 30) }, (_, row) => (index + row * 7) % 64)
      const [first = 0] = numbers
      const got = await embed(index % 4 === 0 ? sentence(first) : numbers.map(sentence))
      expect(got).toHaveLength(numbers.length)
      const worst = Math.max(...numbers.map((number, row) => distance(got[row], alone[number])))
      if (!(worst < 1e-5)) expect.unreachable(`a vector of request ${index} is off by ${worst}`)
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
    expect(answered).toBe(REQUESTS)
    expect(gateway.logs().filter(({ status }) => Number(status) >= 499)).toEqual([])
    expect(pool.status().unavailable).toEqual({ late: 0, full: 0, failed: 0, closed: 0 })
  }, 240_000)
})

async function chat(client: OpenAI, index: number): Promise<void> {
  const messages = [{ role: 'user' as const, content: `[[sim tokens=5 ttft=0 gap=0]] question ${index}` }]
  const { choices } = await client.chat.completions.create({ model: 'sim-small', messages })
  expect(choices[0]?.finish_reason).toBe('stop')
}

/** One to 45 words. */
function sentence(index: number): string {
  const length = 1 + ((index * 11) % 45)
  return Array.from({ length }, (_, place) => WORDS[(index * 31 + place * 17) % WORDS.length]).join(' ')
}

function idsOf(words: readonly string[]): number[] {
  const vocabulary = smallVocabulary()
  return words.map((word) => SPECIAL_TOKENS.length + vocabulary.indexOf(word))
}

/** Of the two numbers that differ most. */
function distance(a: readonly number[] = [], b: readonly number[] = []): number {
  return a.length !== b.length || a.length === 0
    ? Infinity
    : Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))))
}
