/** A scripted provider that is far faster than any gateway. `node upstream.js --port N` */
import type { HttpRequest, HttpResponse } from 'uWebSockets.js'
import { type AnswerPlan, parseDirective } from './answer-plan.js'
import { readBody, serve } from './bare-server.js'
import { createFullSpeedWrites, createPacedWrites, type Paced } from './paced-writes.js'
import { anthropicWire, openaiWire, type UpstreamWire } from './upstream-wire.js'

const DEFAULT_PLAN: AnswerPlan = { tokens: 16, delayMs: 0, gapMs: 0, eventsPerWrite: 1, seed: 0 }
const STREAMING = /"stream"\s*:\s*true/

const paced = createPacedWrites()
const fullSpeed = createFullSpeedWrites()

await serve(process.argv, (app) => {
  for (const wire of [anthropicWire, openaiWire]) app.post(wire.path, (res, req) => accept(wire, res, req))
})

function accept(wire: UpstreamWire, res: HttpResponse, _req: HttpRequest): void {
  const call = { aborted: false }
  res.onAborted(() => {
    call.aborted = true
  })
  readBody(res, (bytes) => {
    const body = bytes.toString('latin1')
    const plan = parseDirective(body) ?? DEFAULT_PLAN
    if (STREAMING.test(body)) stream(wire, plan, res, call)
    else if (plan.delayMs === 0) whole(wire, plan, res)
    else setTimeout(() => call.aborted || whole(wire, plan, res), plan.delayMs)
  })
}

function whole(wire: UpstreamWire, plan: AnswerPlan, res: HttpResponse): void {
  res.cork(() => {
    res.writeHeader('content-type', 'application/json').end(wire.whole(plan))
  })
}

function stream(wire: UpstreamWire, plan: AnswerPlan, res: HttpResponse, call: { readonly aborted: boolean }): void {
  let written = 0
  let blocked = false

  /** One write; false when this stream needs no further turn. */
  function step(): boolean {
    if (call.aborted || blocked) return false
    if (written === plan.tokens) {
      res.cork(() => {
        res.end(wire.closing(plan))
      })
      return false
    }
    const count = Math.min(plan.eventsPerWrite, plan.tokens - written)
    const bytes = wire.events(plan.seed + written, count)
    written += count
    res.cork(() => {
      blocked = !res.write(bytes)
    })
    return !blocked
  }

  function begin(): void {
    if (plan.gapMs === 0) return fullSpeed.add(step)
    const item: Paced = { step, gapMs: plan.gapMs, dueMs: performance.now() + plan.delayMs }
    paced.add(item)
  }

  res.onWritable(() => {
    blocked = false
    begin()
    return true
  })
  res.cork(() => {
    res.writeHeader('content-type', 'text/event-stream; charset=utf-8').writeHeader('cache-control', 'no-cache')
    res.write(wire.opening)
  })
  begin()
}
