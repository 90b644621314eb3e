import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reply } from '../support/provider-server.js'
import {
  type ExpectedError,
  expectBrokenStream,
  expectCleanStream,
  expectErrorAnswer,
  expectLogged,
  expectNothingPlanted,
  wholeTextOf,
} from '../support/read-answer.js'
import {
  type BedScript,
  type ClientDialect,
  PLANTED_KEY,
  PLANTED_PROMPT,
  type ProviderName,
  startTestBed,
  type TestBed,
  UPSTREAM_MODELS,
} from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'
import { answerWell, FAULTY_WIRES, type FaultyWire, HELLO, HELLO_TEXT, isStreaming } from '../support/wire-faults.js'

const UPSTREAM_ERROR: ExpectedError = {
  status: 502,
  type: 'server_error',
  code: 'upstream_error',
  anthropicType: 'api_error',
}
const TRUNCATED: ExpectedError = { ...UPSTREAM_ERROR, code: 'stream_truncated' }
const OVERLOADED: ExpectedError = {
  status: 503,
  type: 'server_error',
  code: 'overloaded',
  anthropicType: 'overloaded_error',
}

interface Fault {
  readonly fault: string
  readonly script: (wire: FaultyWire) => BedScript
  /** Told by a status when nothing had been sent. */
  readonly stream?: ExpectedError
  /** Told inside the stream, behind the text `Hel`. */
  readonly broken?: ExpectedError
  readonly whole?: ExpectedError
}

const BIG = `<${'a'.repeat(1024 * 1024)}é>`
const GARBAGE = `{"text": ${PLANTED_PROMPT} ${PLANTED_KEY}`

const FAULTS: readonly Fault[] = [
  {
    fault: 'resets the connection before it answers',
    script: () => (reply) => reply.reset(),
    stream: UPSTREAM_ERROR,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'closes the connection before it answers',
    script: () => (reply) => void reply.socket.end(),
    stream: UPSTREAM_ERROR,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'does not speak HTTP',
    script: () => (reply) => void reply.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    stream: UPSTREAM_ERROR,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'never ends its headers',
    script: () => sendEndlessHeaders,
    stream: { ...UPSTREAM_ERROR, message: /headers/ },
    whole: { ...UPSTREAM_ERROR, message: /headers/ },
  },
  {
    fault: 'redirects',
    script: () => (reply) => reply.json({}, 302, { location: `http://127.0.0.1:1/${PLANTED_KEY}` }),
    stream: UPSTREAM_ERROR,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'compresses its answer unasked',
    script: () => (reply) => reply.json('{}', 200, { 'content-encoding': 'gzip' }),
    stream: UPSTREAM_ERROR,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'resets the connection in the middle of a stream',
    script: (wire) => afterBeginning(wire, (reply) => reply.reset()),
    broken: TRUNCATED,
  },
  {
    fault: 'closes the connection in the middle of a stream',
    script: (wire) => afterBeginning(wire, (reply) => void reply.socket.end()),
    broken: TRUNCATED,
  },
  {
    fault: 'ends a stream before it is complete',
    script: (wire) => afterBeginning(wire, (reply) => reply.end()),
    broken: TRUNCATED,
  },
  {
    fault: 'ends a stream in the middle of an event',
    script: (wire) =>
      afterBeginning(wire, (reply) => {
        reply.write(wire.ending.slice(0, wire.ending.indexOf('{') + 20))
        reply.end()
      }),
    broken: TRUNCATED,
  },
  {
    fault: 'ends a stream before its first token',
    script: (wire) => (reply) => reply.stream(wire.silence),
    stream: TRUNCATED,
  },
  {
    fault: 'answers with nothing',
    script: () => (reply, _asked, request) => (isStreaming(request) ? reply.stream('') : reply.json('')),
    stream: TRUNCATED,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'sends less than its Content-Length',
    script: (wire) => (reply) => {
      const body = wire.format.body(HELLO)
      reply.response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length + 100 })
      reply.response.write(body)
      reply.socket.end()
    },
    stream: TRUNCATED,
    whole: TRUNCATED,
  },
  {
    fault: 'says an error in the first event of its 200',
    script: (wire) => (reply, _asked, request) =>
      isStreaming(request) ? reply.stream(wire.overloadedEvent) : reply.json(wire.overloaded),
    stream: OVERLOADED,
    whole: OVERLOADED,
  },
  {
    fault: 'says an error after its opening, before any token',
    script: (wire) => (reply) => reply.stream(wire.silence + wire.overloadedEvent),
    stream: OVERLOADED,
  },
  {
    fault: 'says an error after some text',
    script: (wire) => afterBeginning(wire, (reply) => reply.write(wire.overloadedEvent)),
    broken: OVERLOADED,
  },
  {
    fault: 'says an error together with its first text',
    script: (wire) => (reply) => reply.stream(wire.beginning + wire.overloadedEvent),
    broken: OVERLOADED,
  },
  {
    fault: 'sends garbage instead of JSON',
    script: () => (reply, _asked, request) =>
      isStreaming(request) ? reply.stream(`data: ${GARBAGE}\n\n`) : reply.json(GARBAGE),
    stream: UPSTREAM_ERROR,
    whole: UPSTREAM_ERROR,
  },
  {
    fault: 'sends garbage after some text',
    script: (wire) => afterBeginning(wire, (reply) => reply.write(`data: ${GARBAGE}\n\n`)),
    broken: UPSTREAM_ERROR,
  },
]

const LANES: readonly { readonly client: ClientDialect; readonly provider: ProviderName }[] = [
  { client: 'openai', provider: 'openai' },
  { client: 'openai', provider: 'anthropic' },
  { client: 'openai', provider: 'google' },
  { client: 'anthropic', provider: 'anthropic' },
  { client: 'anthropic', provider: 'openai' },
  { client: 'anthropic', provider: 'google' },
]

describe.each(TRANSPORTS)('over %s', (transport) => {
  let bed: TestBed
  beforeAll(async () => {
    bed = await startTestBed(transport)
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
  })

  describe.each(LANES)('a client of $client, when $provider', ({ client, provider }) => {
    const wire = FAULTY_WIRES[provider]
    const model = UPSTREAM_MODELS[provider]

    test.concurrent.each(FAULTS)('$fault, is told', async ({ broken, script, stream, whole }) => {
      if (stream !== undefined || broken !== undefined) {
        const asked = bed.ask({ client, model, stream: true }, script(wire))
        if (stream !== undefined) expectErrorAnswer(client, await asked.answer, asked.id, stream)
        if (broken !== undefined) expectBrokenStream(client, await asked.answer, asked.id, { ...broken, text: 'Hel' })
        await expectLogged(asked, {
          end: broken === undefined ? 'failed' : 'broken',
          status: stream?.status ?? 200,
          error: (broken ?? stream)?.code,
        })
      }
      if (whole !== undefined) {
        const asked = bed.ask({ client, model, stream: false }, script(wire))
        expectErrorAnswer(client, await asked.answer, asked.id, whole)
        await expectLogged(asked, { end: 'failed', status: whole.status, error: whole.code })
      }
    })

    test.concurrent('sends an event of 1 MB, gets every byte', async () => {
      const answer = { ...HELLO, pieces: [BIG] }
      for (const stream of [true, false]) {
        const asked = bed.ask({ client, model, stream }, (reply, _asked, request) =>
          answerWell(reply, request, wire, answer),
        )
        if (stream) expectCleanStream(client, await asked.answer, BIG)
        else expect(wholeTextOf(client, (await asked.answer).text)).toBe(BIG)
      }
    })

    test.concurrent('cuts in the middle of a character, gets the character', async () => {
      const bytes = Buffer.from(wire.format.stream(HELLO))
      const middle = bytes.indexOf('🙂') + 2
      const asked = bed.ask({ client, model, stream: true }, async (reply) => {
        reply.socket.setNoDelay()
        reply.open()
        reply.write(bytes.subarray(0, middle))
        await asked.saw('Hel')
        reply.write(bytes.subarray(middle, middle + 1))
        await setImmediate()
        reply.write(bytes.subarray(middle + 1))
        reply.end()
      })
      expectCleanStream(client, await asked.answer, HELLO_TEXT)
    })
  })

  describe('a whole answer that a provider has to stream, since it is long', () => {
    const wire = FAULTY_WIRES.anthropic
    const ask = (script: BedScript) =>
      bed.ask(
        { client: 'openai', model: UPSTREAM_MODELS.anthropic, stream: false, fields: { max_tokens: 30_000 } },
        (reply, asked, request) => {
          expect(isStreaming(request)).toBe(true)
          return script(reply, asked, request)
        },
      )

    test.concurrent('is complete at the end of its events, although the connection stays open', async () => {
      const asked = ask((reply) => {
        reply.open()
        reply.write(wire.format.stream(HELLO))
      })
      expect(wholeTextOf('openai', (await asked.answer).text)).toBe(HELLO_TEXT)
      await expectLogged(asked, { end: 'complete', inputTokens: 3, outputTokens: 2 })
    })

    test.concurrent.each([
      ['is refused before its first token', (reply: Reply) => reply.stream(wire.overloadedEvent), OVERLOADED],
      ['breaks after some text', (reply: Reply) => reply.stream(wire.beginning + wire.overloadedEvent), OVERLOADED],
      ['ends too early', (reply: Reply) => reply.stream(wire.beginning), TRUNCATED],
      ['ends inside an event', (reply: Reply) => reply.stream(`${wire.beginning}data: {"type":"con`), TRUNCATED],
      ['is garbage', (reply: Reply) => reply.stream(`data: ${GARBAGE}\n\n`), UPSTREAM_ERROR],
    ] as const)('is an error as a whole when it %s', async (_how, script, expected) => {
      const asked = ask((reply) => script(reply))
      expectErrorAnswer('openai', await asked.answer, asked.id, expected)
      await expectLogged(asked, { end: 'failed', error: expected.code })
    })
  })

  test.concurrent.each(['openai', 'anthropic'] as const)(
    'a client of %s is told when nobody listens at the provider',
    async (client) => {
      const refusing = await startTestBed(transport, {
        providers: { refusing: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: 'http://127.0.0.1:1/v1' } },
      })
      for (const stream of [true, false]) {
        const asked = refusing.ask({ client, model: 'refusing/some-model', stream }, () => {})
        const expected = { ...UPSTREAM_ERROR, message: /connection refused/ }
        expectErrorAnswer(client, await asked.answer, asked.id, expected)
        await expectLogged(asked, { end: 'failed', status: 502, error: 'upstream_error' })
      }
      expectNothingPlanted(refusing.gateway.rawLog())
      await refusing.close()
    },
  )
})

/** Waits until the client has the beginning, so that what follows cannot overtake it. */
function afterBeginning(wire: FaultyWire, then: (reply: Reply) => void): BedScript {
  return async (reply, asked) => {
    reply.open()
    reply.write(wire.beginning)
    await asked.saw('Hel')
    then(reply)
  }
}

function sendEndlessHeaders({ socket }: Reply): void {
  socket.write('HTTP/1.1 200 OK\r\n')
  const send = (): void => {
    if (socket.destroyed) return
    socket.write(`X-Filler: ${'x'.repeat(1000)}\r\n`, send)
  }
  send()
}
