import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ExpectedError,
  expectBrokenStream,
  expectCleanStream,
  expectErrorAnswer,
  expectLogged,
  expectNothingPlanted,
} from '../support/read-answer.js'
import {
  type BedScript,
  type ClientDialect,
  PLANTED_KEY,
  type ProviderName,
  startTestBed,
  type TestBed,
  UPSTREAM_MODELS,
} from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'
import { answerWell, FAULTY_WIRES, type FaultyWire, HELLO, HELLO_TEXT } from '../support/wire-faults.js'

type Reply = Parameters<BedScript>[0]

const TIMEOUT: ExpectedError = {
  status: 504,
  type: 'server_error',
  code: 'upstream_timeout',
  anthropicType: 'timeout_error',
}
const NO_TOKEN = { ...TIMEOUT, message: /did not begin its answer/ }
const SILENT = { ...TIMEOUT, message: /fell silent/ }
const TOO_LONG = { ...TIMEOUT, message: /did not finish its answer/ }
const OVERLOADED: ExpectedError = {
  status: 503,
  type: 'server_error',
  code: 'overloaded',
  anthropicType: 'overloaded_error',
}

const TIMEOUTS = { connectMs: 200, firstTokenMs: 500, idleMs: 400, totalMs: 1500, keepAliveCommentMs: 60_000 }

interface Slowness {
  readonly slowness: string
  readonly script: (wire: FaultyWire) => BedScript
  readonly stream?: ExpectedError
  readonly broken?: ExpectedError
  readonly whole?: ExpectedError
}

const ROWS: readonly Slowness[] = [
  { slowness: 'never answers', script: () => () => {}, stream: NO_TOKEN, whole: NO_TOKEN },
  { slowness: 'sends its headers byte by byte', script: () => trickleHeaders, stream: NO_TOKEN, whole: NO_TOKEN },
  { slowness: 'sends headers and nothing else', script: () => (reply) => reply.open(), stream: NO_TOKEN },
  {
    slowness: 'sends the headers of a whole answer and nothing else',
    script: () => openJson,
    whole: SILENT,
  },
  {
    slowness: 'stops in the middle of a whole answer',
    script: (wire) => (reply) => {
      openJson(reply)
      reply.write(wire.format.body(HELLO).slice(0, 30))
    },
    whole: SILENT,
  },
  {
    slowness: 'sends a whole answer byte by byte',
    script: () => (reply) => {
      openJson(reply)
      return trickle(reply, ' ')
    },
    whole: TOO_LONG,
  },
  {
    slowness: 'opens its stream and sends no token',
    script: (wire) => (reply) => {
      reply.open()
      reply.write(wire.silence)
    },
    stream: NO_TOKEN,
  },
  {
    slowness: 'sends nothing but comments',
    script: () => (reply) => {
      reply.open()
      return trickle(reply, ': wait\n\n')
    },
    stream: NO_TOKEN,
  },
  {
    slowness: 'sends its first event byte by byte',
    script: () => (reply) => {
      reply.open()
      reply.write('data: "')
      return trickle(reply, 'x')
    },
    stream: NO_TOKEN,
  },
  {
    slowness: 'stalls in the middle of its stream',
    script: (wire) => (reply) => {
      reply.open()
      reply.write(wire.beginning)
    },
    broken: SILENT,
  },
  {
    slowness: 'never comes to the end of its stream',
    script: (wire) => (reply) => {
      reply.open()
      reply.write(wire.beginning)
      return trickle(reply, ': wait\n\n')
    },
    broken: TOO_LONG,
  },
  {
    slowness: 'says in its headers that it is overloaded and never sends the body',
    script: () => (reply) => {
      reply.response.writeHead(503, { 'content-type': 'application/json' })
      reply.response.flushHeaders()
    },
    stream: OVERLOADED,
    whole: OVERLOADED,
  },
  {
    slowness: 'says in its headers that it is overloaded and never ends the body',
    script: () => sendEndlessError,
    stream: OVERLOADED,
    whole: OVERLOADED,
  },
]

interface Lane {
  readonly client: ClientDialect
  readonly provider: ProviderName
}

/** All at once, since each waits for its time. */
const LANES: readonly Lane[] = [
  { client: 'openai', provider: 'anthropic' },
  { client: 'openai', provider: 'openai' },
  { client: 'anthropic', provider: 'anthropic' },
  { client: 'anthropic', provider: 'google' },
]

describe.each(TRANSPORTS)('over %s', (transport) => {
  let bed: TestBed
  let silent: SilentServer
  beforeAll(async () => {
    silent = await startSilentServer()
    bed = await startTestBed(transport, {
      timeouts: TIMEOUTS,
      // Its TCP connections come about, its TLS never does.
      providers: { silent: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: `https://127.0.0.1:${silent.port}/v1` } },
    })
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
    silent.close()
  })

  test.concurrent.each(ROWS)('a provider that $slowness is told of, and its connection is closed', async (row) => {
    await Promise.all(
      LANES.flatMap((lane) => [expectStreamEnds(bed, lane, row), expectWholeAnswerEnds(bed, lane, row)]),
    )
  })

  test.concurrent.each(['openai', 'anthropic'] as const)(
    'a client of %s is told when no connection comes about in time',
    async (client) => {
      for (const stream of [true, false]) {
        const asked = bed.ask({ client, model: 'silent/some-model', stream }, () => {})
        expectErrorAnswer(client, await asked.answer, asked.id, { ...TIMEOUT, message: /no connection within 200 ms/ })
        await expectLogged(asked, { end: 'failed', error: 'upstream_timeout' })
      }
    },
  )

  test.concurrent('the limit of silence does not count before the first token', async () => {
    const patient = await startTestBed(transport, { timeouts: { idleMs: 50 } })
    for (const client of ['openai', 'anthropic'] as const) {
      const wire = FAULTY_WIRES.anthropic
      const asked = patient.ask({ client, model: UPSTREAM_MODELS.anthropic, stream: true }, async (reply) => {
        reply.open()
        reply.write(wire.silence)
        await sleep(300)
        reply.write(wire.beginning.slice(wire.silence.length) + wire.ending)
        reply.end()
      })
      expectCleanStream(client, await asked.answer, HELLO_TEXT)
    }
    await patient.close()
  })

  describe('with comments that keep a silent stream open', () => {
    let keeping: TestBed
    beforeAll(async () => {
      keeping = await startTestBed(transport, { timeouts: { keepAliveCommentMs: 40 } })
    })
    afterAll(() => keeping.close())

    test.concurrent.each(['openai', 'anthropic'] as const)('a client of %s waits for the rest', async (client) => {
      for (const provider of ['openai', 'anthropic', 'google'] as const) {
        const wire = FAULTY_WIRES[provider]
        const asked = keeping.ask({ client, model: UPSTREAM_MODELS[provider], stream: true }, async (reply) => {
          reply.open()
          reply.write(wire.beginning)
          await asked.saw(': keep-alive\n\n: keep-alive\n\n')
          reply.write(wire.ending)
          reply.end()
        })
        expectCleanStream(client, await asked.answer, HELLO_TEXT)
      }
    })
  })

  describe('with headers that are sent before the first token', () => {
    let early: TestBed
    beforeAll(async () => {
      early = await startTestBed(transport, { timeouts: { ...TIMEOUTS, firstTokenMs: 1000, commitHeadersMs: 50 } })
    })
    afterAll(async () => {
      expectNothingPlanted(early.gateway.rawLog())
      await early.close()
    })

    describe.each(['openai', 'anthropic'] as const)('a client of %s', (client) => {
      test.concurrent.each(['openai', 'anthropic', 'google'] as const)(
        'gets the answer of %s behind them',
        async (provider) => {
          const wire = FAULTY_WIRES[provider]
          const asked = early.ask(
            { client, model: UPSTREAM_MODELS[provider], stream: true },
            async (reply, { head }, request) => {
              expect((await head).status).toBe(200)
              answerWell(reply, request, wire)
            },
          )
          expectCleanStream(client, await asked.answer, HELLO_TEXT)
          expect((await asked.answer).text).toContain(': keep-alive\n\n')
        },
      )

      test.concurrent.each([
        ['a refusal', (reply: Reply) => reply.json(FAULTY_WIRES.anthropic.overloaded, 529), OVERLOADED],
        ['a time-out', () => {}, NO_TOKEN],
      ] as const)('is told of %s inside the stream', async (_name, answer, expected) => {
        const asked = early.ask({ client, model: UPSTREAM_MODELS.anthropic, stream: true }, async (reply, { head }) => {
          await head
          answer(reply)
        })
        expectBrokenStream(client, await asked.answer, asked.id, { ...expected, text: '' })
        await expectLogged(asked, { end: 'broken', status: 200, error: expected.code })
      })

      test.concurrent('still gets a status when the answer fails before', async () => {
        const asked = early.ask({ client, model: UPSTREAM_MODELS.anthropic, stream: true }, (reply) =>
          reply.json(FAULTY_WIRES.anthropic.overloaded, 529),
        )
        expectErrorAnswer(client, await asked.answer, asked.id, OVERLOADED)
      })
    })
  })
})

async function expectStreamEnds(bed: TestBed, { client, provider }: Lane, row: Slowness): Promise<void> {
  const { broken, script, stream } = row
  if (stream === undefined && broken === undefined) return
  const asked = bed.ask({ client, model: UPSTREAM_MODELS[provider], stream: true }, script(FAULTY_WIRES[provider]))
  if (stream !== undefined) expectErrorAnswer(client, await asked.answer, asked.id, stream)
  if (broken !== undefined) expectBrokenStream(client, await asked.answer, asked.id, { ...broken, text: 'Hel' })
  await expectLogged(asked, { end: broken === undefined ? 'failed' : 'broken', error: (broken ?? stream)?.code })
  await (await asked.received).closed
}

async function expectWholeAnswerEnds(bed: TestBed, { client, provider }: Lane, row: Slowness): Promise<void> {
  const { script, whole } = row
  if (whole === undefined) return
  const asked = bed.ask({ client, model: UPSTREAM_MODELS[provider], stream: false }, script(FAULTY_WIRES[provider]))
  expectErrorAnswer(client, await asked.answer, asked.id, whole)
  await expectLogged(asked, { end: 'failed', error: whole.code })
  await (await asked.received).closed
}

function openJson(reply: Reply): void {
  reply.response.writeHead(200, { 'content-type': 'application/json' })
  reply.response.flushHeaders()
}

async function trickle(reply: Reply, text: string): Promise<void> {
  while (!reply.socket.destroyed) {
    reply.write(text)
    await sleep(20)
  }
}

async function trickleHeaders({ socket }: Reply): Promise<void> {
  socket.write('HTTP/1.1 200 OK\r\nX-Filler: ')
  while (!socket.destroyed) {
    socket.write('x')
    await sleep(20)
  }
}

function sendEndlessError({ response, socket }: Reply): void {
  response.writeHead(503, { 'content-type': 'application/json' })
  const send = (): void => {
    if (!socket.destroyed) response.write(Buffer.alloc(64 * 1024, 0x20), send)
  }
  send()
}

interface SilentServer {
  readonly port: number
  close(): void
}

async function startSilentServer(): Promise<SilentServer> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.')
  return { port: address.port, close: () => void server.close() }
}
