import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CapturedRequest, Reply } from '../support/provider-server.js'
import { expectNothingPlanted } from '../support/read-answer.js'
import { PLANTED_PROMPT, pathOf, startTestBed, type TestBed, UPSTREAM_MODELS } from '../support/test-bed.js'
import { TRANSPORTS } from '../support/transports.js'
import { FAULTY_WIRES, type FaultyWire } from '../support/wire-faults.js'

const READERS = 50
/** What each slow reader gets to the last byte. */
const ANSWER_EVENTS = 96
/** What a reader gets that rests until everything between it and the provider is full. */
const LONG_EVENTS = 512
/** A stalled reader's answer would go on until so many. */
const ENDLESS_EVENTS = 2048
const EVENT_CHARS = 32 * 1024
const PAUSE_MS = 20
/** So much is read between two rests. */
const GULP_BYTES = 128 * 1024
/** More than a gigabyte has to go through. */
const TEST_MS = 60_000
const STALLED_MS = 2000

const MB = 1024 * 1024
/** All stalled answers together would be 3 GB, and all slow ones 150 MB. */
const MAX_RSS_GROWTH = 400 * MB
/** The kernel's buffers on both sides of the gateway; the answer would be 64 MB. */
const MAX_TAKEN_OF_STALLED = 24 * MB

/** The gateway relays bytes as they came in the one, and renders them anew in the other. */
const LANES = [
  { client: 'openai', provider: 'openai' },
  { client: 'openai', provider: 'anthropic' },
] as const

type Lane = (typeof LANES)[number]

describe.each(TRANSPORTS)('over %s', (transport) => {
  let bed: TestBed
  beforeAll(async () => {
    bed = await startTestBed(transport, { server: { stalledClientMs: STALLED_MS } })
  })
  afterAll(async () => {
    expectNothingPlanted(bed.gateway.rawLog())
    await bed.close()
  })

  const title = `${READERS} slow readers get every byte and ${READERS} stalled ones are closed, in bounded memory`
  test(title, { timeout: TEST_MS }, async () => {
    const providers = new Map<string, Sent>()
    bed.server.script((reply, request) => sendFast(reply, request, providers))
    // What is loaded and compiled at the first request is not what is measured.
    await readSlowly(bed, laneAt(0), 'warm-up')
    const memory = watchMemory()

    const stalled = await Promise.all(
      Array.from({ length: READERS }, (_, at) => stall(bed, laneAt(at), `stalled-${at}`)),
    )
    const slow = await Promise.all(
      Array.from({ length: READERS }, (_, at) => readSlowly(bed, laneAt(at), `slow-${at}`)),
    )

    const expected = { status: 200, ...expectedText(ANSWER_EVENTS), clean: true }
    for (const [at, taken] of slow.entries()) {
      expect(taken).toEqual(expected)
      expect(await bed.gateway.settled(`slow-${at}`)).toMatchObject({ end: 'complete', status: 200 })
    }
    for (const at of stalled.keys()) {
      expect(await bed.gateway.settled(`stalled-${at}`)).toMatchObject({ end: 'client-gone', status: 200 })
      const sent = providers.get(`stalled-${at}`)
      await sent?.closed
      expect(sent?.bytes).toBeLessThan(MAX_TAKEN_OF_STALLED)
    }
    expect(memory.stop()).toBeLessThan(MAX_RSS_GROWTH)
    const closings = bed.gateway.logs().filter(({ msg }) => msg === 'closed a client that took no byte for too long')
    expect(closings).toHaveLength(READERS)
    for (const socket of stalled) socket.destroy()
  })

  describe.each(LANES)('when the provider $provider is held back', (lane) => {
    let patient: TestBed
    const providers = new Map<string, Sent>()
    beforeAll(async () => {
      patient = await startTestBed(transport)
      patient.server.script((reply, request) => sendFast(reply, request, providers))
    })
    afterAll(() => patient.close())

    test('a reader that goes on after a rest gets every byte', { timeout: TEST_MS }, async () => {
      const name = 'long'
      const taken = await readSlowly(patient, lane, name, {
        rest: () => heldBack(() => providers.get(name)),
        pauseMs: 0,
      })
      expect(taken).toEqual({ status: 200, ...expectedText(LONG_EVENTS), clean: true })
    })

    test('a reader that goes lets go of the provider', async () => {
      const name = 'stalled'
      const socket = await stall(patient, lane, name)
      await heldBack(() => providers.get(name))
      socket.destroy()
      expect(await patient.gateway.settled(name)).toMatchObject({ end: 'client-gone', status: 200 })
      await providers.get(name)?.closed
    })
  })
})

interface Sent {
  bytes: number
  readonly closed: Promise<void>
}

/** As fast as the gateway takes it. */
async function sendFast(reply: Reply, request: CapturedRequest, all: Map<string, Sent>): Promise<void> {
  const name = /<([\w-]+)>/.exec(request.body)?.[1] ?? ''
  const sent: Sent = { bytes: 0, closed: request.closed }
  all.set(name, sent)
  const wire = FAULTY_WIRES[request.path.endsWith('/messages') ? 'anthropic' : 'openai']
  const events = eventsFor(name)
  reply.open()
  reply.write(wire.beginning)
  for (let at = 0; at < events && !reply.socket.destroyed; at += 1) {
    const event = eventOf(wire, textAt(at))
    sent.bytes += event.length
    if (!reply.response.write(event)) await Promise.race([once(reply.response, 'drain'), request.closed])
  }
  reply.write(wire.ending)
  reply.end()
}

function eventsFor(name: string): number {
  if (name.startsWith('stalled')) return ENDLESS_EVENTS
  return name === 'long' ? LONG_EVENTS : ANSWER_EVENTS
}

/** The event of the wire format's example that holds `Hel`, with another text. */
function eventOf(wire: FaultyWire, text: string): string {
  return wire.beginning.slice(wire.silence.length).replace('"Hel"', JSON.stringify(text))
}

function textAt(index: number): string {
  return `${index}:${'é'.repeat(10)}${'abcdefgh'.repeat(EVENT_CHARS / 8)}`
}

function expectedText(events: number): { readonly chars: number; readonly digest: string } {
  const hash = createHash('sha256')
  let chars = 0
  for (const text of ['Hel', ...Array.from({ length: events }, (_, at) => textAt(at)), 'lo 🙂']) {
    hash.update(text)
    chars += text.length
  }
  return { chars, digest: hash.digest('hex') }
}

function bodyOf(lane: Lane, name: string): string {
  return JSON.stringify({
    model: UPSTREAM_MODELS[lane.provider],
    stream: true,
    messages: [{ role: 'user', content: `${PLANTED_PROMPT} <${name}>` }],
  })
}

/** Rests, takes a piece, rests a little, takes the next. Keeps no more than one event. */
async function readSlowly(
  bed: TestBed,
  lane: Lane,
  name: string,
  { rest = () => sleep(200), pauseMs = PAUSE_MS }: { rest?: () => Promise<void>; pauseMs?: number } = {},
): Promise<object> {
  const response = await fetch(bed.gateway.url + pathOf(lane.client), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': name },
    body: bodyOf(lane, name),
  })
  await rest()
  const decoder = new TextDecoder()
  const hash = createHash('sha256')
  let chars = 0
  let unfinished = ''
  let gulp = 0
  let last = ''
  for await (const chunk of response.body ?? []) {
    const events = (unfinished + decoder.decode(chunk, { stream: true })).split('\n\n')
    unfinished = events.pop() ?? ''
    for (const event of events) {
      last = event
      const text = contentOf(event)
      chars += text.length
      hash.update(text)
    }
    gulp += chunk.length
    if (gulp < GULP_BYTES) continue
    gulp = 0
    await sleep(pauseMs)
  }
  return {
    status: response.status,
    chars,
    digest: hash.digest('hex'),
    clean: unfinished === '' && last === 'data: [DONE]',
  }
}

function contentOf(event: string): string {
  if (event === 'data: [DONE]') return ''
  const chunk = JSON.parse(event.replace(/^data: /, '')) as { choices?: { delta?: { content?: string } }[] } // ours
  return chunk.choices?.[0]?.delta?.content ?? ''
}

/** Asks, and never reads. */
async function stall(bed: TestBed, lane: Lane, name: string): Promise<Socket> {
  const socket = connect(Number(new URL(bed.gateway.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  const body = bodyOf(lane, name)
  socket.write(
    `POST ${pathOf(lane.client)} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${name}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  return socket
}

/** Resolves when the provider has been waiting for a while. */
async function heldBack(sent: () => Sent | undefined): Promise<void> {
  let before = -1
  for (;;) {
    const bytes = sent()?.bytes ?? -1
    if (bytes > 0 && bytes === before) return
    before = bytes
    await sleep(100)
  }
}

function laneAt(index: number): Lane {
  return LANES[index % 2 === 0 ? 0 : 1]
}

/** How much the process grew at most. Client, gateway and provider are all in it. */
function watchMemory(): { stop(): number } {
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 20)
  return {
    stop() {
      clearInterval(timer)
      return peak - before
    },
  }
}
