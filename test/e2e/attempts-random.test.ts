import { expect, test } from 'vitest'
import { startTestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import { startProviderServer } from '../support/provider-server.js'
import { type PlannedAnswer, planAnswer } from '../support/random-provider.js'
import { createRandomSource, type RandomSource } from '../support/random-source.js'
import { textOf, wholeTextOf } from '../support/read-answer.js'
import { type Spot, spotsConfig } from '../support/spots.js'
import { type ClientDialect, type ProviderName, pathOf } from '../support/test-bed.js'

/** With and without second calls; `LLMROUTER_TEST_REQUESTS=10000` asks for more of them. */
const REQUESTS = Number(process.env.LLMROUTER_TEST_REQUESTS ?? 300)
const AT_ONCE = 32

const NAMES: readonly ProviderName[] = ['openai', 'anthropic', 'google']
const SPOTS: readonly Spot[] = NAMES.flatMap((provider) =>
  NAMES.map((fallback) => ({ model: `${provider}-then-${fallback}`, provider, fallback })),
)

interface Ask {
  readonly client: ClientDialect
  readonly model: string
  readonly stream: boolean
  /** The provider is asked to stream it, whatever the client wants. */
  readonly isLong: boolean
}

interface Got {
  readonly status: number
  readonly text: string
  readonly isClean: boolean
  readonly cache: string | null
}

const NAME = 'no text is doubled, lost or mixed, whatever fails wherever, with hedging: %s'
test.each([false, true])(NAME, { timeout: 600_000 }, async (hedged) => {
  const given = new Map<string, PlannedAnswer[]>()
  const server = await startProviderServer((reply, request) => {
    const run = /run-(\d+)/.exec(request.body)?.[1] ?? ''
    const answers = given.get(run) ?? []
    given.set(run, answers)
    const place = answers.length
    const planned = planAnswer(request, `${run}.${place}`, createRandomSource(Number(run) * 64 + place))
    answers.push(planned)
    return planned.send(reply)
  })
  const gateway = await startTestGateway(
    {
      attempts: {
        max: 3,
        retryShare: 1,
        breaker: { minRequests: 1_000_000 },
        hedge: { enabled: hedged, maxExtraShare: 1 },
      },
      timeouts: { firstTokenMs: 60_000 },
      ...spotsConfig(SPOTS, server.url),
    },
    { cache: memoryCache() },
  )
  const seen = { complete: 0, broken: 0, refused: 0, joined: 0, calls: 0 }

  async function ask(run: number, { client, isLong, model, stream }: Ask): Promise<Got> {
    const maxTokens = isLong ? { max_tokens: 30_000 } : client === 'anthropic' ? { max_tokens: 100 } : {}
    const response = await fetch(gateway.url + pathOf(client), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, ...maxTokens, messages: [{ role: 'user', content: `run-${run}` }] }),
    })
    const body = await response.text()
    const { headers, status } = response
    const cache = headers.get('x-llmrouter-cache')
    if (status !== 200) return { status, text: '', isClean: false, cache }
    if (!stream) return { status, text: String(wholeTextOf(client, body)), isClean: true, cache }
    const isClean = body.includes(client === 'openai' ? 'data: [DONE]' : 'event: message_stop')
    const errors = body.split(client === 'openai' ? '"error":' : 'event: error').length - 1
    expect(errors).toBe(isClean ? 0 : 1)
    return { status, text: textOf(client, body), isClean, cache }
  }

  /** Every answer is one that was given, as far as it was given, and the last of its run. */
  function check(run: number, got: Got, isAlone: boolean): void {
    const answers = given.get(String(run)) ?? []
    if (got.cache === 'JOIN') seen.joined += 1
    if (isAlone) expect(answers.length).toBeLessThanOrEqual(3)
    if (got.status !== 200) {
      seen.refused += 1
      if (isAlone) expect(answers.some(({ isWhole }) => isWhole)).toBe(false)
      return
    }
    const source = answers.find(({ text }) => text.startsWith(got.text))
    expect(source, `run ${run}: ${got.text}`).toBeDefined()
    expect(got.text).not.toBe('')
    if (got.isClean) {
      seen.complete += 1
      // Whether the text or a terminator behind it was the last that came makes no difference.
      expect([got.text, source?.sent]).toEqual([source?.text, source?.text])
    } else {
      seen.broken += 1
      expect(source?.isWhole).toBe(false)
      // A reset may take with it what was sent just before.
      expect(source?.sent.startsWith(got.text)).toBe(true)
    }
    // Of two calls at once either may be the one that answers.
    if (isAlone && !hedged) expect(answers.indexOf(source as PlannedAnswer)).toBe(answers.length - 1)
  }

  async function play(run: number): Promise<void> {
    const random = createRandomSource(run)
    const asks = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => randomAsk(random))
    const model = random.pick(SPOTS as [Spot, ...Spot[]]).model
    const got = await Promise.all(asks.map((one) => ask(run, { ...one, model, isLong: asks[0]?.isLong === true })))
    for (const one of got) check(run, one, asks.length === 1)
    seen.calls += given.get(String(run))?.length ?? 0
    given.delete(String(run))
  }

  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < REQUESTS) await play(next++)
    }),
  )
  console.log(`${REQUESTS} runs, hedging ${hedged}:`, JSON.stringify(seen))
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0)
  await gateway.close()
  await server.close()
})

function randomAsk(random: RandomSource): Omit<Ask, 'model'> {
  return { client: random.pick(['openai', 'anthropic']), stream: random.chance(0.6), isLong: random.chance(0.3) }
}
