import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectCleanStream, expectLogged, expectNothingPlanted } from '../support/read-answer.js'
import {
  type Asked,
  type BedScript,
  type ClientDialect,
  type ProviderName,
  pathOf,
  startTestBed,
  type TestBed,
  UPSTREAM_MODELS,
} from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'
import { answerWell, FAULTY_WIRES, type FaultyWire, HELLO, HELLO_TEXT } from '../support/wire-faults.js'
import { connectRaw } from '../transport/raw-client.js'

interface Phase {
  readonly phase: string
  readonly stream: boolean
  readonly script: (wire: FaultyWire) => BedScript
  /** Resolves when the client is to go. */
  readonly until: (asked: Asked) => Promise<unknown>
  /** What the log says was sent. */
  readonly status: number
}

const PHASES: readonly Phase[] = [
  {
    phase: 'while the provider has not answered',
    stream: true,
    script: () => () => {},
    until: (asked) => asked.received,
    status: 499,
  },
  {
    phase: 'between the headers of the provider and its first token',
    stream: true,
    script: (wire) => (reply) => {
      reply.open()
      reply.write(wire.silence)
    },
    until: async (asked) => {
      await asked.received
      await sleep(30)
    },
    status: 499,
  },
  {
    phase: 'in the middle of a silent stream',
    stream: true,
    script: (wire) => (reply) => {
      reply.open()
      reply.write(wire.beginning)
    },
    until: (asked) => asked.saw('Hel'),
    status: 200,
  },
  {
    phase: 'in the middle of a stream that goes on',
    stream: true,
    script: (wire) => async (reply) => {
      reply.open()
      reply.write(wire.beginning)
      while (!reply.socket.destroyed) {
        reply.write(': more\n\n')
        await sleep(5)
      }
    },
    until: (asked) => asked.saw('Hel'),
    status: 200,
  },
  {
    phase: 'while it waits for a whole answer',
    stream: false,
    script: () => () => {},
    until: (asked) => asked.received,
    status: 499,
  },
  {
    phase: 'in the middle of a whole answer',
    stream: false,
    script: (wire) => (reply) => {
      reply.response.writeHead(200, { 'content-type': 'application/json' })
      reply.response.write(wire.format.body(HELLO).slice(0, 30))
    },
    until: async (asked) => {
      await asked.received
      await sleep(30)
    },
    status: 499,
  },
  {
    phase: 'in the middle of an error answer',
    stream: true,
    script: () => (reply) => {
      reply.response.writeHead(500, { 'content-type': 'application/json' })
      reply.response.write('{"error":')
    },
    until: async (asked) => {
      await asked.received
      await sleep(30)
    },
    status: 499,
  },
]

const LANES: readonly { readonly client: ClientDialect; readonly provider: ProviderName }[] = [
  { client: 'openai', provider: 'openai' },
  { client: 'openai', provider: 'anthropic' },
  { client: 'anthropic', provider: 'anthropic' },
  { client: 'anthropic', provider: 'google' },
]

const ABORTS = 1000
const AT_ONCE = 100

describe.each(TRANSPORTS)('over %s', (transport) => {
  let bed: TestBed
  beforeAll(async () => {
    bed = await startTestBed(transport)
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
  })

  describe.each(LANES)('when a client of $client goes', ({ client, provider }) => {
    const model = UPSTREAM_MODELS[provider]

    test.concurrent.each(PHASES)('$phase, the socket to the provider is closed', async (row) => {
      const asked = bed.ask({ client, model, stream: row.stream }, row.script(FAULTY_WIRES[provider]))
      await row.until(asked)
      asked.abort()
      await (await asked.received).closed
      await expectLogged(asked, { end: 'client-gone', error: 'client_closed', status: row.status })
    })
  })

  test.concurrent.each(['openai', 'anthropic'] as const)(
    'a client of %s that goes while it sends its request costs no call',
    async (client) => {
      const id = `half-sent-${client}`
      const raw = connectRaw(portOf(bed))
      raw.send(`POST ${pathOf(client)} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n`)
      raw.send('Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"model":')
      await sleep(50)
      raw.destroy()
      expect(await bed.gateway.settled(id)).toMatchObject({ end: 'client-gone', status: 499, attempts: 0 })
    },
  )

  test.concurrent('a client that resets its connection is gone too', async () => {
    const raw = connectRaw(portOf(bed))
    const id = 'reset'
    const body = JSON.stringify({ model: 'sim/none', stream: true, messages: [] })
    raw.send(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n`)
    raw.send(`Content-Type: application/json\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`)
    await sleep(50)
    raw.socket.resetAndDestroy()
    expect(await bed.gateway.settled(id)).toMatchObject({ end: 'client-gone', status: 499 })
  })

  test.concurrent('headers sent early do not hide that the client has gone', async () => {
    const early = await startTestBed(transport, { timeouts: { commitHeadersMs: 20, keepAliveCommentMs: 20 } })
    const asked = early.ask({ client: 'openai', model: UPSTREAM_MODELS.anthropic, stream: true }, () => {})
    await asked.saw(': keep-alive\n\n: keep-alive')
    asked.abort()
    await (await asked.received).closed
    await expectLogged(asked, { end: 'client-gone', status: 200 })
    await early.close()
  })

  test.concurrent('a connection serves on after an answer, and closes only when its client goes', async () => {
    const wire = FAULTY_WIRES.anthropic
    const ask = () =>
      bed.ask({ client: 'openai', model: UPSTREAM_MODELS.anthropic, stream: true }, (reply, _asked, request) =>
        answerWell(reply, request, wire),
      )
    for (let round = 0; round < 3; round += 1) {
      const asked = ask()
      expectCleanStream('openai', await asked.answer, HELLO_TEXT)
      await expectLogged(asked, { end: 'complete' })
    }
  })

  test(`${ABORTS} clients that go leave no socket to the provider open`, async () => {
    const crowded = await startTestBed(transport)
    let left = 0
    const one = async (index: number): Promise<void> => {
      const phase = PHASES[index % PHASES.length]
      const lane = LANES[index % LANES.length]
      if (phase === undefined || lane === undefined) throw new Error('The tables are empty.')
      const { client, provider } = lane
      const asked = crowded.ask(
        { client, model: UPSTREAM_MODELS[provider], stream: phase.stream },
        phase.script(FAULTY_WIRES[provider]),
      )
      // Some go at once, before anything can have happened.
      if (index % 10 !== 0) await phase.until(asked)
      asked.abort()
      await asked.answer.catch(() => {
        left += 1
      })
    }
    for (let from = 0; from < ABORTS; from += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(from + at)))
    }
    expect(left).toBe(ABORTS)
    await crowded.server.quiet()
    expect(crowded.server.openSockets()).toBe(0)
    const health = await (await fetch(`${crowded.gateway.url}/health`)).json()
    expect(health).toMatchObject({ activeRequests: 0 })
    await crowded.close()
  })
})

function portOf(bed: TestBed): number {
  return Number(new URL(bed.gateway.url).port)
}
