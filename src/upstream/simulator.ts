import { isObject } from '../core/decode.js'
import { GatewayError } from '../core/errors.js'
import { composeAnswer, type SimulatedAnswer } from '../providers/simulator/compose-answer.js'
import {
  closingEvents,
  errorBody,
  errorEvent,
  openingEvent,
  pieceEvent,
  type WireContext,
  wholeBody,
} from '../providers/simulator/wire-answer.js'
import type { Upstream, UpstreamCall, UpstreamHandler, UpstreamRequest } from './upstream.js'

/** One token a tick at least, and not so many that other requests wait. */
const TOKENS_PER_TURN = 64

/** An OpenAI-compatible server without a network: answers are composed from the prompt and paced by timers. */
export function createSimulatorUpstream(nowEpochMs: () => number): Upstream {
  const calls = new Set<UpstreamCall>()
  return {
    send(request, handler) {
      const call = simulate(request, handler, Math.floor(nowEpochMs() / 1000), () => calls.delete(call))
      calls.add(call)
      return call
    },
    async close() {
      for (const call of calls) call.abort()
    },
  }
}

function simulate(
  request: UpstreamRequest,
  handler: UpstreamHandler,
  createdSeconds: number,
  onDone: () => void,
): UpstreamCall {
  const parsed: unknown = JSON.parse(request.body ?? '{}')
  const body = isObject(parsed) ? parsed : {}
  const options = isObject(body.stream_options) ? body.stream_options : {}
  const answer = composeAnswer(body)
  const context: WireContext = {
    model: typeof body.model === 'string' ? body.model : 'sim-small',
    createdSeconds,
    includeUsage: options.include_usage === true,
  }
  const { directives } = answer

  let timer: NodeJS.Timeout | undefined
  let paused: (() => void) | undefined
  let isPaused = false
  let over = false

  function finish(): void {
    over = true
    clearTimeout(timer)
    onDone()
  }
  /** Every step goes through here: a paused call keeps its next step until `resume`. */
  function schedule(step: () => void, ms: number): void {
    timer = setTimeout(() => {
      if (over) return
      if (isPaused) paused = step
      else step()
    }, ms)
  }
  function respond(status: number, type: string, text: string): void {
    const retryAfter = directives.retryAfterSeconds
    handler.onResponse(status, {
      'content-type': type,
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    })
    handler.onData(Buffer.from(text))
    finish()
    handler.onEnd()
  }

  if (directives.status !== undefined) {
    const { status } = directives
    schedule(() => respond(status, 'application/json', errorBody(status)), directives.ttftMs)
  } else if (body.stream !== true) {
    const totalMs = directives.ttftMs + directives.gapMs * answer.pieces.length
    schedule(() => answerWhole(), totalMs)
  } else {
    schedule(() => openStream(), directives.ttftMs)
  }

  function answerWhole(): void {
    if (directives.cutAfter !== undefined) return fail()
    if (directives.stallAfter !== undefined) return
    if (directives.errorAfter !== undefined) return respond(500, 'application/json', errorBody(500))
    respond(200, 'application/json', wholeBody(answer, context))
  }

  function fail(): void {
    finish()
    handler.onError(new GatewayError('stream_truncated', 'The simulator was told to cut the connection here.'))
  }

  function openStream(): void {
    handler.onResponse(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    const started = performance.now()
    let sent = 0
    handler.onData(Buffer.from(openingEvent(answer, context)))
    step()

    function step(): void {
      if (over) return
      // Pace against the start, so that slow timers do not slow the whole answer.
      const elapsed = performance.now() - started
      const due = directives.gapMs === 0 ? sent + TOKENS_PER_TURN : Math.floor(elapsed / directives.gapMs) + 1
      const text = renderUpTo(Math.min(due, sent + TOKENS_PER_TURN))
      if (text !== '') handler.onData(Buffer.from(text))
      if (over) return
      if (sent === directives.cutAfter) return fail()
      if (sent === directives.stallAfter) return
      if (sent === directives.errorAfter) {
        handler.onData(Buffer.from(errorEvent()))
        if (!over) end()
        return
      }
      if (sent < answer.pieces.length) {
        const nextAt = directives.gapMs * sent
        return schedule(step, Math.max(0, nextAt - (performance.now() - started)))
      }
      handler.onData(Buffer.from(closingEvents(answer, context)))
      if (!over) end()
    }

    /** Renders the tokens that are due, but not past the one where something has to happen. */
    function renderUpTo(count: number): string {
      const stops = [directives.cutAfter, directives.stallAfter, directives.errorAfter, answer.pieces.length]
      const until = Math.min(count, ...stops.filter((stop) => stop !== undefined))
      let text = ''
      for (; sent < until; sent += 1) text += pieceAt(answer, sent, context)
      return text
    }
  }

  function end(): void {
    finish()
    handler.onEnd()
  }

  return {
    pause() {
      isPaused = true
    },
    resume() {
      isPaused = false
      const step = paused
      paused = undefined
      if (step !== undefined) schedule(step, 0)
    },
    abort() {
      if (!over) finish()
    },
  }
}

function pieceAt(answer: SimulatedAnswer, index: number, context: WireContext): string {
  return pieceEvent(answer, answer.pieces[index] ?? '', context)
}
