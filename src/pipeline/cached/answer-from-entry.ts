import type { CacheEntry } from '../../cache/entry/cache-entry.js'
import { eventsOf } from '../../core/answer-collector.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { StreamEvent } from '../../core/stream-event.js'
import type { RenderContext } from '../../dialects/dialect.js'
import { replayStream } from '../../relay/replay-stream.js'
import type { ReplayPace } from '../../relay/split-for-replay.js'
import { answerHeaders } from '../answer-headers.js'
import type { PipelineDeps } from '../deps.js'
import { noteAnswer } from '../note-said.js'
import type { RequestOutcome, StageContext } from '../request-desk.js'
import type { CacheRules } from './cache-rules.js'

export interface EntryAnswer {
  readonly deps: PipelineDeps
  readonly stage: StageContext
  readonly request: ChatRequest
  readonly entry: CacheEntry
  readonly mode: CacheRules['replay']['mode']
}

/** Gives a kept answer, in the client's dialect, streamed or whole. */
export async function answerFromEntry(options: EntryAnswer): Promise<RequestOutcome> {
  const { deps, entry, request, stage } = options
  const { call, presence, record } = stage
  record.provider = entry.about.provider
  record.model = entry.about.model
  record.usage = entry.answer.response.usage
  noteAnswer(record, entry.answer.response)
  // The client may send its tool results back: what its provider wants with them is remembered as after a fresh answer.
  const remember = deps.reasoning.observe({
    tenant: call.tenant,
    origin: entry.answer.origin,
    model: entry.answer.upstreamName,
  })
  const commit = (): void => {
    record.ttftMs = deps.clock.now() - record.startedAtMs
    record.status = 200
    call.response.writeHead(200, { ...answerHeaders(record), ...call.headers })
  }
  if (!request.stream) {
    for (const event of eventsOf(entry.answer.response)) remember(event)
    const body = call.dialect.renderResponse(entry.answer.response, renderContext(options))
    if (presence.gone) return { kind: 'client-gone' }
    commit()
    call.response.end(body)
    return { kind: 'complete' }
  }
  return replayStream({
    response: entry.answer.response,
    pace: paceOf(options),
    renderer: call.dialect.createStreamRenderer(renderContext(options)),
    client: {
      commit,
      write: (chunk) => call.response.write(chunk),
      drained: () => call.response.drained(),
      end: (chunk) => call.response.end(chunk),
      onGone: (listener) => presence.onGone(listener),
    },
    observe: (event: StreamEvent) => remember(event),
    clock: deps.clock,
    gaps: deps.gaps.open('cache', entry.about.provider, entry.about.model),
  })
}

function paceOf({ entry, mode, stage }: EntryAnswer): ReplayPace {
  const { pace } = entry.answer
  if (mode === 'recorded') return pace === null ? { mode: 'instant' } : { mode, ...pace }
  if (mode === 'instant') return { mode }
  return { mode, tokensPerSecond: stage.runtime.cache.replay.tokensPerSecond }
}

function renderContext({ deps, entry, request, stage }: EntryAnswer): RenderContext {
  return {
    id: stage.call.id,
    createdSeconds: Math.floor(deps.clock.epochMs() / 1000),
    model: entry.answer.upstreamName,
    includeUsage: request.includeUsage,
    origin: entry.answer.origin,
    requestId: stage.call.id,
  }
}
