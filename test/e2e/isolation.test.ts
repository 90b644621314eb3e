import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InferencePool } from '../../src/inference/inference-pool.js'
import { createInferencePool } from '../../src/inference/pool.js'
import { packageRoot } from '../../src/package-root.js'
import { systemClock } from '../../src/telemetry/system-clock.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import {
  type CapturedRequest,
  type ProviderServer,
  type Reply,
  startProviderServer,
} from '../support/provider-server.js'
import { tinyEmbedder } from '../support/tiny-models.js'
import { TRANSPORTS } from '../support/transports.js'
import { anthropicWire, openaiWire } from '../support/wire-answers.js'

const STREAMS = 50
const PIECES = 60
const THREADS = 2
/** Tasks that wait at any time, each of so many texts. */
const CALLERS = 32
const TEXTS_PER_TASK = 16
const TEST_MS = 60_000

/** The gateway relays the provider's bytes in the one, and renders them anew in the other. */
const LANES = [
  { name: 'a stream of the client’s own dialect', model: 'openai/gpt-4o', wire: openaiWire },
  { name: 'a translated stream', model: 'anthropic/claude-haiku-4-5', wire: anthropicWire },
] as const
type Lane = (typeof LANES)[number]

let pool: InferencePool
beforeAll(async () => {
  pool = createInferencePool({
    setup: { embedder: tinyEmbedder(), classifier: null, verifier: null },
    threads: THREADS,
    limits: () => ({ maxQueue: 1000, deadlineMs: 60_000 }),
    workerFile: join(packageRoot(), 'dist/workers/inference.js'),
    clock: systemClock,
  })
  await pool.ready()
})
afterAll(() => pool.close())

describe.each(TRANSPORTS)('while the pool has more to embed than it can, over %s', (transport) => {
  let server: ProviderServer
  let gateway: TestGateway
  beforeAll(async () => {
    server = await startProviderServer(streamInPieces)
    gateway = await startTestGateway(
      {
        providers: {
          openai: { type: 'openai', apiKey: 'k', baseUrl: `${server.url}/v1` },
          anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url },
        },
      },
      { transport },
    )
  })
  afterAll(async () => {
    await gateway.close()
    await server.close()
  })

  test.each(LANES)(`${STREAMS} clients get every byte of $name`, { timeout: TEST_MS }, async (lane) => {
    const atRest = await readAll(gateway, lane)
    const saturation = saturate(pool)
    const meanwhile = await readAll(gateway, lane)
    const { embedded, deepestQueue } = await saturation.end()

    expect(meanwhile).toEqual(atRest)
    for (const [seed, stream] of meanwhile.entries()) {
      if (lane.wire === openaiWire) expect(stream).toBe(providerStream(lane, seed))
      else expect(textOf(stream)).toBe(pieces(seed).join(''))
    }
    expect(embedded).toBeGreaterThan(0)
    expect(deepestQueue).toBeGreaterThan(0)
  })
})

/** Words, quotes, line ends, and characters of two to eleven bytes; every stream has its own. */
function pieces(seed: number): readonly string[] {
  const words = [' the', ' “answer”', '\n\n', ' naïve', ' 東京', ' 👩‍💻', ' "plain"', ' C:\\', '\t', ' 24 °C', ' <br>']
  return Array.from({ length: PIECES }, (_, n) => `${words[(seed + n * 7) % words.length]} ${seed}.${n}`)
}

function providerStream(lane: Lane, seed: number): string {
  return lane.wire.stream({ model: 'm', pieces: pieces(seed), inputTokens: 3, outputTokens: PIECES })
}

/** Cut wherever it happens, within events and characters too, with a turn of the event loop between. */
async function streamInPieces(reply: Reply, request: CapturedRequest): Promise<void> {
  const seed = Number(/<stream-(\d+)>/.exec(request.body)?.[1])
  const lane = LANES[request.path.endsWith('/messages') ? 1 : 0]
  const bytes = Buffer.from(providerStream(lane, seed))
  reply.open()
  for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
    const length = 1 + ((seed * 31 + cut * 97) % 400)
    reply.write(bytes.subarray(at, at + length))
    at += length
    await nextTurn()
  }
  reply.end()
}

/** All streams at once; what differs from answer to answer by intention is made the same. */
function readAll(gateway: TestGateway, lane: Lane): Promise<readonly string[]> {
  const read = async (seed: number): Promise<string> => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: lane.model,
        stream: true,
        stream_options: { include_usage: true },
        messages: [{ role: 'user', content: `Go on <stream-${seed}>.` }],
      }),
    })
    const text = await response.text()
    if (lane.wire === openaiWire) return text
    return text.replace(/"id":"[^"]+"/g, '"id":"…"').replace(/"created":\d+/g, '"created":0')
  }
  return Promise.all(Array.from({ length: STREAMS }, (_, seed) => read(seed)))
}

function textOf(stream: string): string {
  let text = ''
  for (const event of stream.split('\n\n')) {
    if (event === '' || event === 'data: [DONE]') continue
    const chunk = JSON.parse(event.replace(/^data: /, '')) as { choices?: { delta?: { content?: string } }[] } // ours
    text += chunk.choices?.[0]?.delta?.content ?? ''
  }
  return text
}

interface Saturation {
  /** Resolves when what was under way has come back, too. */
  end(): Promise<{ readonly embedded: number; readonly deepestQueue: number }>
}

/** Callers that ask again as soon as they have their answer. */
function saturate(busy: InferencePool): Saturation {
  const texts = Array.from({ length: TEXTS_PER_TASK }, (_, n) => `${'the answer to all questions '.repeat(20)}${n}`)
  let running = true
  let embedded = 0
  let deepestQueue = 0
  async function call(): Promise<void> {
    while (running) {
      const outcome = await busy.embed(texts)
      expect(outcome.kind).toBe('done')
      embedded += texts.length
      deepestQueue = Math.max(deepestQueue, busy.status().queueDepth)
    }
  }
  const callers = Promise.all(Array.from({ length: CALLERS }, call))
  return {
    async end() {
      running = false
      await callers
      return { embedded, deepestQueue }
    },
  }
}
