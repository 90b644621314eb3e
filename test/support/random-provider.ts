import { setImmediate } from 'node:timers/promises'
import type { CapturedRequest, Reply } from './provider-server.js'
import type { RandomSource } from './random-source.js'
import { spokenBy } from './spots.js'
import type { ProviderName } from './test-bed.js'
import { FAULTY_WIRES, isStreaming } from './wire-faults.js'

/** How a call is going to be answered. */
export interface PlannedAnswer {
  readonly provider: ProviderName
  /** All of its text, of which no piece occurs in any other answer. */
  readonly text: string
  /** The part of it that is sent. */
  readonly sent: string
  readonly isWhole: boolean
  readonly send: (reply: Reply) => void | Promise<void>
}

/** An answer that goes well or fails at a random place. */
export function planAnswer(request: CapturedRequest, name: string, random: RandomSource): PlannedAnswer {
  const provider = spokenBy(request)
  const pieces = Array.from({ length: 1 + random.below(6) }, (_, piece) => `<${name}.${piece}🙂>`)
  const answer = { model: 'm', pieces, inputTokens: 3, outputTokens: pieces.length }
  const planned = { provider, text: pieces.join(''), sent: '', isWhole: false }
  if (random.chance(0.35)) return { ...planned, send: refusal(provider, random) }
  const { format } = FAULTY_WIRES[provider]
  if (isStreaming(request)) {
    const events = format.stream(answer).split(/(?<=\n\r?\n)/)
    return { ...planned, ...planStream({ events, pieces, provider }, random) }
  }
  const body = Buffer.from(format.body(answer))
  if (random.chance(0.7)) {
    return { ...planned, sent: planned.text, isWhole: true, send: (reply) => reply.json(body.toString()) }
  }
  return { ...planned, send: cutBody(body, random.below(body.length)) }
}

/** Nothing of an answer. */
function refusal(provider: ProviderName, random: RandomSource): PlannedAnswer['send'] {
  const { overloaded } = FAULTY_WIRES[provider]
  return random.pick<PlannedAnswer['send']>([
    (reply) => reply.json({}, 500),
    (reply) => reply.json(overloaded, 503),
    (reply) => reply.json({}, 429, { 'retry-after-ms': '1' }),
    (reply) => reply.reset(),
    (reply) => void reply.socket.end(),
    (reply) => reply.json(overloaded),
    (reply) => reply.json('{"cut":'),
  ])
}

function cutBody(body: Buffer, length: number): PlannedAnswer['send'] {
  return async (reply) => {
    reply.response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    reply.response.write(body.subarray(0, length))
    await setImmediate()
    reply.reset()
  }
}

interface StreamParts {
  readonly events: readonly string[]
  readonly pieces: readonly string[]
  readonly provider: ProviderName
}

function planStream({ events, pieces, provider }: StreamParts, random: RandomSource) {
  const cut = random.chance(0.5) ? random.below(events.length) : events.length
  const isWhole = cut === events.length
  const wire = events.slice(0, cut).join('')
  const packets = cutAtRandom(Buffer.from(wire), random).map((bytes) => ({ bytes, pauses: random.chance(0.5) }))
  const finish = isWhole ? (reply: Reply) => reply.end() : breach(provider, random)
  return {
    sent: pieces.filter((piece) => wire.includes(piece)).join(''),
    isWhole,
    async send(reply: Reply): Promise<void> {
      reply.open()
      for (const { bytes, pauses } of packets) {
        reply.write(bytes)
        if (pauses) await setImmediate()
      }
      finish(reply)
    },
  }
}

/** How a stream ends before its time. */
function breach(provider: ProviderName, random: RandomSource): (reply: Reply) => void {
  return random.pick<(reply: Reply) => void>([
    (reply) => reply.reset(),
    (reply) => reply.end(),
    (reply) => void reply.socket.end(),
    (reply) => {
      reply.write(FAULTY_WIRES[provider].overloadedEvent)
      reply.end()
    },
    (reply) => {
      reply.write('data: {"garbage\n\n')
      reply.end()
    },
  ])
}

function cutAtRandom(bytes: Buffer, random: RandomSource): readonly Buffer[] {
  const places = Array.from({ length: random.below(4) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b)
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length))
}
