import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ExpectedError,
  expectCleanStream,
  expectErrorAnswer,
  expectLogged,
  expectNothingPlanted,
  wholeTextOf,
} from '../support/read-answer.js'
import { insteadOf, type Played, play, providerOf, type Spot, type Step, spotsConfig, well } from '../support/spots.js'
import { type ClientDialect, type ProviderName, startTestBed, type TestBed } from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'
import { FAULTY_WIRES, HELLO_TEXT, isStreaming } from '../support/wire-faults.js'
import { wireText } from '../support/wire-fixture.js'

type Told = Omit<ExpectedError, 'param' | 'message'>

const FAILED: Told = { status: 502, type: 'server_error', code: 'upstream_error', anthropicType: 'api_error' }
const TRUNCATED: Told = { ...FAILED, code: 'stream_truncated' }
const BAD_KEY: Told = { ...FAILED, type: 'upstream_error', code: 'upstream_auth_failed' }
const OVERLOADED: Told = { status: 503, type: 'server_error', code: 'overloaded', anthropicType: 'overloaded_error' }
const TIMEOUT: Told = { status: 504, type: 'server_error', code: 'upstream_timeout', anthropicType: 'timeout_error' }
const LIMITED: Told = {
  status: 429,
  type: 'rate_limit_error',
  code: 'rate_limit_exceeded',
  anthropicType: 'rate_limit_error',
}
const QUOTA: Told = { ...LIMITED, type: 'insufficient_quota', code: 'insufficient_quota' }
const NO_MODEL: Told = {
  status: 404,
  type: 'invalid_request_error',
  code: 'model_not_found',
  anthropicType: 'not_found_error',
}
const BAD_REQUEST: Told = {
  status: 400,
  type: 'invalid_request_error',
  code: null,
  anthropicType: 'invalid_request_error',
}

const QUOTA_BODIES: Readonly<Record<ProviderName, string>> = {
  openai: wireText('openai-error-429-quota.json'),
  anthropic: wireText('anthropic-error-429-spend.json'),
  google: wireText('gemini-error-429-daily.json'),
}

interface Row {
  readonly fault: string
  readonly step: Step
  /** What follows it when the model has no fallback. */
  readonly alone: 'retry' | 'tell'
  /** What follows it when the model has one. */
  readonly other: 'retry' | 'fallback' | 'tell'
  /** What the client is told when nothing helps. */
  readonly told: Told
  readonly retryAfter?: string
  readonly streamsOnly?: true
}

const answer =
  (status: number, body: object = {}, headers: Record<string, string> = {}): Step =>
  (reply) =>
    reply.json({ type: 'error', ...body }, status, headers)

/** An error as each provider would write it, in one object. */
const says = (message: string, words: object = {}) => ({ error: { message, ...words } })
const IN_AN_HOUR = 3_600_000

const ROWS: readonly Row[] = [
  { fault: '429', step: answer(429), alone: 'retry', other: 'retry', told: LIMITED },
  {
    fault: '429 that asks for a moment',
    step: answer(429, {}, { 'retry-after-ms': '30' }),
    alone: 'retry',
    other: 'retry',
    told: LIMITED,
    retryAfter: '1',
  },
  {
    fault: '429 that asks for a minute',
    step: answer(429, {}, { 'retry-after': '60' }),
    alone: 'tell',
    other: 'fallback',
    told: LIMITED,
    retryAfter: '60',
  },
  {
    fault: '429 that names a moment in an hour',
    step: (reply) => {
      reply.response.sendDate = false
      reply.json({}, 429, { 'retry-after': new Date(Date.now() + IN_AN_HOUR).toUTCString() })
    },
    alone: 'tell',
    other: 'fallback',
    told: LIMITED,
  },
  {
    fault: '429 that asks for 40 s in its body',
    step: answer(429, says('Slow down', { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '40s' }] }), {
      // Only Google writes it there.
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '40s',
    }),
    alone: 'tell',
    other: 'fallback',
    told: LIMITED,
    retryAfter: '40',
  },
  { fault: '500', step: answer(500), alone: 'retry', other: 'retry', told: FAILED },
  { fault: '503', step: answer(503), alone: 'retry', other: 'retry', told: OVERLOADED, retryAfter: '1' },
  { fault: '529', step: answer(529), alone: 'retry', other: 'retry', told: OVERLOADED, retryAfter: '1' },
  {
    fault: 'an error in its 200',
    step: (reply, request, provider) => {
      const wire = FAULTY_WIRES[provider]
      if (isStreaming(request)) reply.stream(wire.silence + wire.overloadedEvent)
      else reply.json(wire.overloaded)
    },
    alone: 'retry',
    other: 'retry',
    told: OVERLOADED,
    retryAfter: '1',
  },
  {
    fault: 'a stream that ends before its first token',
    step: (reply, _request, provider) => reply.stream(FAULTY_WIRES[provider].silence),
    alone: 'retry',
    other: 'retry',
    told: TRUNCATED,
    streamsOnly: true,
  },
  { fault: 'a reset', step: (reply) => reply.reset(), alone: 'retry', other: 'retry', told: FAILED },
  { fault: '401', step: answer(401), alone: 'tell', other: 'fallback', told: BAD_KEY },
  {
    fault: 'a quota that is used up',
    step: (reply, _request, provider) => reply.json(QUOTA_BODIES[provider], 429, { 'retry-after': '1' }),
    alone: 'tell',
    other: 'fallback',
    told: QUOTA,
  },
  {
    fault: '404 of its model',
    step: answer(404, says('There is no such model', { status: 'NOT_FOUND', type: 'not_found_error' })),
    alone: 'tell',
    other: 'fallback',
    told: NO_MODEL,
  },
  { fault: '400', step: answer(400, says('temperature is wrong')), alone: 'tell', other: 'tell', told: BAD_REQUEST },
  {
    fault: 'a filter that refuses the prompt',
    step: answer(400, says('The prompt was filtered by the content management policy.')),
    alone: 'tell',
    other: 'tell',
    told: BAD_REQUEST,
  },
  {
    fault: 'a prompt that is too long for it, and for the fallback as well',
    step: answer(400, says('prompt is too long: 9 tokens > 8 maximum')),
    alone: 'tell',
    other: 'tell',
    told: { ...BAD_REQUEST, code: 'context_length_exceeded' },
  },
]

/** These wait for their time. */
const SLOW_ROWS: readonly Row[] = [
  { fault: 'nothing', step: () => {}, alone: 'retry', other: 'fallback', told: TIMEOUT },
  {
    fault: 'a 200 and then silence',
    step: (reply, _request, provider) => {
      reply.open()
      reply.write(FAULTY_WIRES[provider].silence)
    },
    alone: 'retry',
    other: 'fallback',
    told: TIMEOUT,
    streamsOnly: true,
  },
]
const SLOW = { firstTokenMs: 1000, idleMs: 20_000, totalMs: 60_000 }

interface Lane {
  readonly client: ClientDialect
  readonly provider: ProviderName
  readonly fallback: ProviderName
}

/** Same dialect and another, on both sides of the fallback. */
const LANES: readonly Lane[] = [
  { client: 'openai', provider: 'openai', fallback: 'anthropic' },
  { client: 'openai', provider: 'anthropic', fallback: 'google' },
  { client: 'anthropic', provider: 'anthropic', fallback: 'openai' },
  { client: 'anthropic', provider: 'google', fallback: 'anthropic' },
]

interface Case extends Lane {
  readonly row: Row
  readonly stream: boolean
  readonly model: string
}

function casesOf(rows: readonly Row[]): readonly Case[] {
  return LANES.flatMap((lane, laneIndex) =>
    rows.flatMap((row, rowIndex) =>
      [true, false]
        .filter((stream) => stream || row.streamsOnly !== true)
        .map((stream) => ({ ...lane, row, stream, model: `m-${laneIndex}-${rowIndex}-${stream ? 's' : 'w'}` })),
    ),
  )
}

const ATTEMPTS = { max: 3, retryShare: 1 }

describe.each([
  ...TRANSPORTS.map((transport) => ({ transport, faults: 'come at once', rows: ROWS, timeouts: {} })),
  { transport: 'uws', faults: 'take their time', rows: SLOW_ROWS, timeouts: SLOW },
] as const)('over $transport, when faults $faults', ({ rows, timeouts, transport }) => {
  const cases = casesOf(rows)
  const of = async (row: Row, check: (bed: TestBed, one: Case) => Promise<void>): Promise<void> => {
    await Promise.all(cases.filter((one) => one.row === row).map((one) => check(bed, one)))
  }
  let bed: TestBed
  beforeAll(async () => {
    const spots: readonly Spot[] = cases.flatMap(({ fallback, model, provider }) => [
      { model: `${model}-alone`, provider, fallback: undefined },
      { model, provider, fallback },
      { model: `${model}-never`, provider, fallback },
    ])
    bed = await startTestBed(transport, (url) => ({ attempts: ATTEMPTS, timeouts, ...spotsConfig(spots, url) }))
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
  })

  test.concurrent.each(rows)('after $fault, alone: $alone', (row) => of(row, expectAlone))
  test.concurrent.each(rows)('after $fault, with a fallback: $other', (row) => of(row, expectOther))
  test.concurrent.each(rows)('after $fault, every time: what the chosen model said', (row) => of(row, expectExhausted))
})

async function expectAlone(bed: TestBed, { client, model, provider, row, stream }: Case): Promise<void> {
  const played = play(bed, { client, model: `${model}-alone`, stream }, [row.step, well])
  if (row.alone === 'retry') await expectText(played, client, stream)
  else await expectTold(played, client, row)
  expect(played.calls()).toEqual(row.alone === 'retry' ? [provider, provider] : [provider])
}

async function expectOther(bed: TestBed, { client, fallback, model, provider, row, stream }: Case): Promise<void> {
  const played = play(bed, { client, model, stream }, [row.step, well])
  if (row.other === 'tell') {
    await expectTold(played, client, row)
    return expect(played.calls()).toEqual([provider])
  }
  await expectText(played, client, stream)
  const fellBack = row.other === 'fallback'
  const answering = fellBack ? insteadOf(model) : model
  expect(played.calls()).toEqual([provider, fellBack ? fallback : provider])
  const { headers } = await played.asked.answer
  expect(headers.get('x-llmrouter-provider')).toBe(providerOf(answering))
  expect(headers.get('x-llmrouter-model')).toBe(answering)
  expect(headers.get('x-llmrouter-route')).toBe(fellBack ? 'strategy=pinned; reason=fallback' : null)
  await expectLogged(played.asked, {
    end: 'complete',
    provider: providerOf(answering),
    model: answering,
    attempts: 2,
    tries: [
      expect.objectContaining({ cause: 'first', outcome: 'failed', error: expect.any(String) }),
      expect.objectContaining({ cause: row.other, outcome: 'complete', reason: expect.any(String) }),
    ],
  })
}

async function expectExhausted(bed: TestBed, { client, fallback, model, provider, row, stream }: Case): Promise<void> {
  // Three times the time for a whole answer would be long.
  if (row.told === TIMEOUT && !stream) return
  const played = play(bed, { client, model: `${model}-never`, stream }, [row.step])
  await expectTold(played, client, row)
  const fellBack = row.told === TIMEOUT ? [provider, fallback, fallback] : [provider, fallback]
  const calls = { tell: [provider], retry: [provider, provider, fallback], fallback: fellBack }
  expect(played.calls()).toEqual(calls[row.other])
  await expectLogged(played.asked, { end: 'failed', error: row.told.code ?? 'invalid_request' })
}

async function expectText({ asked }: Played, client: ClientDialect, stream: boolean): Promise<void> {
  const got = await asked.answer
  if (stream) expectCleanStream(client, got, HELLO_TEXT)
  else expect(wholeTextOf(client, got.text)).toBe(HELLO_TEXT)
}

async function expectTold({ asked }: Played, client: ClientDialect, row: Row): Promise<void> {
  const got = await asked.answer
  expectErrorAnswer(client, got, asked.id, row.told)
  if (row.fault.includes('in an hour')) expect(Number(got.headers.get('retry-after'))).toBeGreaterThan(3500)
  else expect(got.headers.get('retry-after')).toBe(row.retryAfter ?? null)
}
