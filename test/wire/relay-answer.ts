import type { Clock } from '../../src/core/clock.js'
import type { GatewayError } from '../../src/core/errors.js'
import type { ReasoningOrigin } from '../../src/core/message.js'
import type { StreamEvent } from '../../src/core/stream-event.js'
import { anthropicDialect } from '../../src/dialects/anthropic/dialect.js'
import type { Dialect, RenderContext } from '../../src/dialects/dialect.js'
import { openaiDialect } from '../../src/dialects/openai/dialect.js'
import type { DecodeContext, ProviderAdapter } from '../../src/providers/provider.js'
import { createPassThroughLane, createTranslatingLane } from '../../src/relay/lane.js'
import { type RelayOutcome, relayStream } from '../../src/relay/relay-stream.js'
import { createFakeUpstream } from '../support/fake-upstream.js'

export const DIALECTS: readonly Dialect[] = [openaiDialect, anthropicDialect]

export const DECODE_CONTEXT: DecodeContext = {
  model: { id: 'asked-model', provider: 'test', upstreamName: 'asked-model', listed: false },
  createToolCallId: (n) => `call_made_${n}`,
}

/** What a client has in hand at the end. */
export interface ClientView {
  /** Of the answer; an error's own when nothing had been sent before it. */
  readonly status: number
  readonly body: Buffer
  readonly outcome: RelayOutcome
  readonly events: readonly StreamEvent[]
}

export interface RelayOptions {
  readonly adapter: ProviderAdapter
  readonly dialect: Dialect
  readonly lane?: 'translated' | 'as-it-came'
  readonly includeUsage?: boolean
  /** How many answers were asked for. */
  readonly choices?: number
}

const TIMEOUTS = { firstTokenMs: 60_000, idleMs: 60_000, totalMs: 60_000, keepAliveCommentMs: 60_000 }
const STILL: Clock = { now: () => 0, epochMs: () => 0 }

/** A provider's bytes, cut as they are given, through the relay to a client of this dialect. */
export async function relayAnswer(chunks: readonly Buffer[], options: RelayOptions): Promise<ClientView> {
  const { adapter, dialect, includeUsage = true } = options
  const context = renderContext(adapter, includeUsage)
  const renderer = dialect.createStreamRenderer(context)
  const request = dialect.parseRequest(
    '{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"?"}]}',
  )
  const upstream = createFakeUpstream()
  const body: Uint8Array[] = []
  const events: StreamEvent[] = []
  const write = (chunk: string | Uint8Array): boolean => body.push(Buffer.from(chunk)) > 0

  const relayed = relayStream({
    upstream,
    request: { method: 'POST', path: '/', headers: {}, body: '' },
    adapter,
    decodeContext: { ...DECODE_CONTEXT, choices: options.choices ?? 1 },
    lane:
      options.lane === 'as-it-came'
        ? createPassThroughLane(dialect, renderer, { ...request, includeUsage })
        : createTranslatingLane(renderer),
    client: {
      write,
      drained: () => Promise.resolve(),
      end(chunk) {
        if (chunk !== undefined) write(chunk)
      },
    },
    timeouts: TIMEOUTS,
    clock: STILL,
    observe: (event) => events.push(event),
    gaps: undefined,
    begin: () => 'show',
    onGone() {},
    onResponseHeaders() {},
  })
  const provider = upstream.handler()
  provider.onResponse(200, { 'content-type': 'text/event-stream' })
  for (const chunk of chunks) {
    if (upstream.state.aborted) break
    provider.onData(chunk)
  }
  if (!upstream.state.aborted) provider.onEnd()

  const outcome = await relayed
  if (outcome.kind === 'failed') return refused(outcome, outcome.error, dialect, events)
  return { status: 200, body: Buffer.concat(body), outcome, events }
}

function refused(
  outcome: RelayOutcome,
  error: GatewayError,
  dialect: Dialect,
  events: readonly StreamEvent[],
): ClientView {
  return { status: error.status, body: Buffer.from(dialect.renderError(error, 'req-1')), outcome, events }
}

export function renderContext(adapter: ProviderAdapter, includeUsage = true): RenderContext {
  return {
    id: 'fixed-id',
    createdSeconds: 1_795_392_000,
    model: 'asked-model',
    includeUsage,
    origin: originOf(adapter),
    requestId: 'req-1',
  }
}

export function originOf({ type }: ProviderAdapter): ReasoningOrigin {
  return type === 'simulator' ? 'openai' : type
}
