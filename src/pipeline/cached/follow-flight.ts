import { createAnswerCollector } from '../../core/answer-collector.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { GatewayError } from '../../core/errors.js'
import type { GapMeter } from '../../core/gap-meter.js'
import type { RequestRecord } from '../../core/request-record.js'
import { isCommitting, isPiece, type StreamEvent } from '../../core/stream-event.js'
import type { RenderContext, StreamRenderer } from '../../dialects/dialect.js'
import { answerHeaders } from '../answer-headers.js'
import type { PipelineDeps } from '../deps.js'
import { noteAnswer } from '../note-said.js'
import type { RequestOutcome, StageContext } from '../request-desk.js'
import type { Flight } from './flights.js'

export interface FollowOptions {
  readonly deps: PipelineDeps
  readonly stage: StageContext
  readonly request: ChatRequest
  readonly flight: Flight
}

const KEEP_ALIVE = ': keep-alive\n\n'

/** Gives the client an answer that is just being made for another one: what there is at once, then live. */
export function followFlight(options: FollowOptions): Promise<RequestOutcome> {
  const { deps, flight, request, stage } = options
  const { call, presence, record, runtime } = stage
  return new Promise((resolve) => {
    const output = request.stream ? streamed(options) : whole(options)
    let next = 0
    let over = false
    let waiting = false
    let gaps: GapMeter | undefined
    const leave = flight.follow(advance)
    const keepAlive = setInterval(() => output.keepAlive(), runtime.timeouts.keepAliveCommentMs)
    presence.onGone((cut) => {
      if (cut === undefined) finish({ kind: 'client-gone' })
      else broken(cut)
    })
    advance()

    function advance(): void {
      if (over || waiting) return
      const batch = flight.events.slice(next)
      next += batch.length
      if (batch.length > 0) note(batch)
      if (batch.length > 0 && !output.take(batch)) {
        waiting = true
        gaps?.interrupted()
        void call.response.drained().then(() => {
          waiting = false
          advance()
        })
        return
      }
      if (flight.state.kind === 'failed') return broken(flight.state.error)
      if (flight.state.kind !== 'complete') return
      noteFlown(record, flight)
      finish({ kind: 'complete' })
      output.end()
    }

    function note(batch: readonly StreamEvent[]): void {
      const now = deps.clock.now()
      let pieces = 0
      for (const event of batch) {
        if (event.type === 'usage') record.usage = event.usage
        if (record.ttftMs === undefined && isCommitting(event)) record.ttftMs = now - record.startedAtMs
        if (isPiece(event)) pieces++
      }
      if (pieces === 0 || !request.stream) return
      gaps ??= deps.gaps.open('cache', flight.source?.provider, flight.source?.model)
      gaps?.pieces(pieces, now)
    }

    function broken(error: GatewayError): void {
      if (over) return
      finish({ kind: output.committed() ? 'broken' : 'failed', error })
      if (output.committed()) output.fail(error)
    }

    function finish(outcome: RequestOutcome): void {
      if (over) return
      over = true
      leave()
      clearInterval(keepAlive)
      resolve(outcome)
    }
  })
}

function noteFlown(record: RequestRecord, { events }: Flight): void {
  if (record.said === undefined) return
  const answer = createAnswerCollector('openai')
  for (const event of events) answer.push(event)
  noteAnswer(record, answer.response())
}

interface Output {
  /** @returns false when the client is slow */
  take(events: readonly StreamEvent[]): boolean
  end(): void
  fail(error: GatewayError): void
  committed(): boolean
  keepAlive(): void
}

function streamed(options: FollowOptions): Output {
  const { call } = options.stage
  let renderer: StreamRenderer | undefined
  let committed = false
  /** Status and headers wait for the first event that commits the answer, as for its owner. */
  const pending: StreamEvent[] = []
  return {
    take(events) {
      renderer ??= call.dialect.createStreamRenderer(renderContext(options))
      if (!committed && !events.some(isCommitting)) {
        pending.push(...events)
        return true
      }
      if (!committed) commit(options)
      committed = true
      let text = ''
      for (const event of [...pending.splice(0), ...events]) text += renderer.render(event)
      return text === '' || call.response.write(text)
    },
    end() {
      renderer ??= call.dialect.createStreamRenderer(renderContext(options))
      if (!committed) commit(options)
      call.response.end(renderer.end())
    },
    fail: (error) => call.response.end(renderer?.fail(error)),
    committed: () => committed,
    keepAlive() {
      if (committed) call.response.write(KEEP_ALIVE)
    },
  }
}

function whole(options: FollowOptions): Output {
  const { call, presence } = options.stage
  const collected: StreamEvent[] = []
  return {
    take(events) {
      for (const event of events) collected.push(event)
      return true
    },
    end() {
      if (presence.gone) return
      const collector = createAnswerCollector(options.flight.source?.origin ?? 'openai')
      for (const event of collected) collector.push(event)
      const body = call.dialect.renderResponse(collector.response(), renderContext(options))
      commit(options)
      call.response.end(body)
    },
    fail: () => {},
    committed: () => false,
    keepAlive: () => {},
  }
}

function commit({ flight, stage: { call, record } }: FollowOptions): void {
  record.provider = flight.source?.provider
  record.model = flight.source?.model
  record.status = 200
  call.response.writeHead(200, { ...answerHeaders(record), ...call.headers })
}

function renderContext({ deps, flight, request, stage: { call } }: FollowOptions): RenderContext {
  return {
    id: call.id,
    createdSeconds: Math.floor(deps.clock.epochMs() / 1000),
    model: flight.source?.upstreamName ?? request.model,
    includeUsage: request.includeUsage,
    requestId: call.id,
    ...(flight.source !== undefined && { origin: flight.source.origin }),
  }
}
