import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { DIMENSION, fingerprint, obedientPool } from '../inference/obedient-pool.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { TRANSPORTS } from '../support/transports.js'

/** `LLMROUTER_TEST_REQUESTS=10000` asks for more of them. */
const REQUESTS = Number(process.env.LLMROUTER_TEST_REQUESTS ?? 2000)
const CONCURRENCY = 64
const MODEL = 'llmrouter-embedder'

describe.each(TRANSPORTS)(`${REQUESTS} mixed requests, ${CONCURRENCY} at a time, over %s`, (transport) => {
  let pool: InferencePool
  let gateway: TestGateway
  let client: OpenAI

  beforeAll(async () => {
    pool = obedientPool({ threads: 2 })
    await pool.ready()
    const model = { id: MODEL, dimension: DIMENSION, dimensions: [], maxTokens: 128, vocabularySize: 1000 }
    gateway = await startTestGateway(
      {},
      {
        transport,
        localEmbedder: {
          model: { ...model, longInputs: 'refuse' },
          embed: (inputs, options) => pool.embed(inputs, options),
        },
      },
    )
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
  })
  afterAll(async () => {
    await gateway.close()
    await pool.close()
  })

  test('all are answered, each with its own vectors and words', async () => {
    let next = 0
    let answered = 0
    const work = async (): Promise<void> => {
      while (next < REQUESTS) {
        const index = next
        next += 1
        await (KINDS[index % KINDS.length] ?? chat)(client, index)
        answered += 1
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
    expect(answered).toBe(REQUESTS)
    const lines = gateway.logs().filter(({ msg }) => msg === 'request')
    expect(lines).toHaveLength(REQUESTS)
    expect(lines.filter(({ end, status }) => end !== 'complete' || status !== 200)).toEqual([])
    expect(pool.status().unavailable).toEqual({ late: 0, full: 0, failed: 0, closed: 0 })
  }, 120_000)
})

type Request = (client: OpenAI, index: number) => Promise<void>

const KINDS: readonly Request[] = [
  (client, index) => embed(client, `text ${index}`, [`text ${index}`]),
  (client, index) => embed(client, texts(index), texts(index)),
  (client, index) => embed(client, tokens(index), [tokens(index)]),
  chat,
  (client, index) => embed(client, [tokens(index), tokens(index + 1)], [tokens(index), tokens(index + 1)]),
]

async function embed(
  client: OpenAI,
  input: OpenAI.EmbeddingCreateParams['input'],
  inputs: readonly (string | number[])[],
): Promise<void> {
  const { data, usage } = await client.embeddings.create({ model: MODEL, input })
  const marks = data.map(({ embedding }) => embedding)
  const expected = inputs.map((one) => Array.from({ length: DIMENSION }, () => fingerprint(one)))
  if (JSON.stringify(marks) !== JSON.stringify(expected)) expect(marks).toEqual(expected)
  expect(usage.prompt_tokens).toBe(inputs.reduce((sum, one) => sum + one.length, 0))
}

async function chat(client: OpenAI, index: number): Promise<void> {
  const words = `[[sim tokens=5 ttft=0 gap=0]] question ${index}`
  const messages = [{ role: 'user' as const, content: words }]
  const { choices } = await client.chat.completions.create({ model: 'sim-small', messages })
  expect(choices[0]?.finish_reason).toBe('stop')
}

/** One to forty texts of one to 125 characters. */
function texts(index: number): string[] {
  return Array.from(
    { length: 1 + (index % 40) },
    (_, row) => `${index}.${row} ${'x'.repeat((index * 7 + row * 13) % 110)}`,
  )
}

function tokens(index: number): number[] {
  return Array.from({ length: 1 + (index % 120) }, (_, place) => (index + place * 17) % 1000)
}
