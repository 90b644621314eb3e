import { assertNever } from '../../core/assert-never.js'
import type { FinishReason } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'
import type { StreamEvent } from '../../core/stream-event.js'
import type { Usage } from '../../core/usage.js'
import type { RenderContext, StreamRenderer } from '../dialect.js'
import { writeSeal } from './foreign-seal.js'
import { redactedThinkingBlock, textBlock, thinkingBlock, toolUseBlock } from './render-blocks.js'
import { renderError } from './render-error.js'
import { messageId } from './render-response.js'
import { renderDeltaUsage, renderUsage } from './render-usage.js'
import { renderStop } from './stop-reason.js'

/** The one block that is open. Text and refusals are two kinds, since they are two parts of a whole answer. */
interface OpenBlock {
  readonly kind: 'text' | 'refusal' | 'reasoning' | 'tool'
  readonly index: number
  /** Of a tool call: its index among the calls. */
  readonly tool: number | undefined
  /** A delta up to where its text stands; `DELTA_END` follows the text. */
  readonly deltaPrefix: string
}

type Proseful = Exclude<OpenBlock['kind'], 'tool'>
type ContentEvent = Exclude<StreamEvent, { type: 'start' | 'usage' }>

const EMPTY_TEXT = textBlock('')
const EMPTY_THINKING = thinkingBlock('', '')

const DELTAS: Readonly<Record<OpenBlock['kind'], string>> = {
  text: '{"type":"text_delta","text":',
  refusal: '{"type":"text_delta","text":',
  reasoning: '{"type":"thinking_delta","thinking":',
  tool: '{"type":"input_json_delta","partial_json":',
}
const DELTA_END = '}}\n\n'

/**
 * Our events → Anthropic's. `message_start` waits for the first content, so that it shows the model and the counts
 * known by then; `message_delta` waits for the end, as other families tell usage after the finish.
 */
export function createStreamRenderer(context: RenderContext): StreamRenderer {
  const origin = context.origin ?? 'anthropic'
  let model = context.model
  let usage: Usage | undefined
  let started = false
  let finish: { readonly reason: FinishReason; readonly stopSequence: string | undefined } | undefined
  let open: OpenBlock | undefined
  let blocks = 0
  /** What belongs to blocks after an open tool call. The protocol has no blocks side by side. */
  let waiting: ContentEvent[] = []

  function start(): string {
    if (started) return ''
    started = true
    const message =
      `{"id":${JSON.stringify(messageId(context))},"type":"message","role":"assistant",` +
      `"model":${JSON.stringify(model)},"content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,` +
      `"container":null,"diagnostics":null,"usage":${renderUsage(usage)}}`
    return `event: message_start\ndata: {"type":"message_start","message":${message}}\n\n`
  }

  function openBlock(kind: OpenBlock['kind'], content: string, tool?: number): string {
    const index = blocks
    blocks += 1
    open = { kind, index, tool, deltaPrefix: deltaPrefix(index, DELTAS[kind]) }
    return startEvent(index, content)
  }

  function closeBlock(seal = ''): string {
    if (open === undefined) return ''
    const { kind, index } = open
    open = undefined
    return (kind === 'reasoning' ? signatureEvent(index, writeSeal(seal, origin)) : '') + stopEvent(index)
  }

  /** Text into the open block, or into a new one of its kind. */
  function prose(kind: Proseful, text: string): string {
    if (text === '') return ''
    const opening = open?.kind === kind ? '' : closeBlock() + openBlock(kind, EMPTY[kind])
    return opening + (open?.deltaPrefix ?? '') + JSON.stringify(text) + DELTA_END
  }

  function endReasoning(seal: string): string {
    if (open?.kind === 'reasoning') return closeBlock(seal)
    // A block whose text is withheld has a seal alone; one without either is nothing.
    const closing = closeBlock()
    return seal === '' ? closing : closing + openBlock('reasoning', EMPTY_THINKING) + closeBlock(seal)
  }

  function redacted(data: string): string {
    const block = redactedThinkingBlock(writeSeal(data, origin))
    const closing = closeBlock()
    const index = blocks
    blocks += 1
    return closing + startEvent(index, block) + stopEvent(index)
  }

  function step(event: ContentEvent): string {
    if (open?.kind === 'tool' && !concerns(event, open.tool)) {
      waiting.push(event)
      return ''
    }
    switch (event.type) {
      case 'text-delta':
        return prose('text', event.text)
      case 'refusal-delta':
        return prose('refusal', event.text)
      case 'reasoning-delta':
        return prose('reasoning', event.text)
      case 'reasoning-end':
        return endReasoning(event.signature ?? '')
      case 'reasoning-redacted':
        return redacted(event.data)
      case 'tool-start': {
        const tool = { id: event.id, name: event.name, signature: event.signature }
        return closeBlock() + openBlock('tool', toolUseBlock(tool, '{}'), event.index)
      }
      case 'tool-delta':
        if (open?.kind !== 'tool' || event.arguments === '') return ''
        return open.deltaPrefix + JSON.stringify(event.arguments) + DELTA_END
      case 'tool-end':
        return open?.kind === 'tool' ? closeBlock() + resume() : ''
      case 'finish':
        finish = { reason: event.reason, stopSequence: event.stopSequence }
        return closeAll()
      default:
        return assertNever(event)
    }
  }

  /** Goes on with what waited. What meets a newly opened tool call waits again, in its order. */
  function resume(): string {
    const events = waiting
    waiting = []
    return events.map(step).join('')
  }

  function closeAll(): string {
    let out = closeBlock()
    while (waiting.length > 0) out += resume() + closeBlock()
    return out
  }

  function fail(error: GatewayError): string {
    return `event: error\ndata: ${renderError(error, context.requestId)}\n\n`
  }

  return {
    render(event) {
      switch (event.type) {
        case 'start':
          model = event.model ?? model
          return ''
        case 'usage':
          usage = event.usage
          return ''
        default:
          return event.choice === 0 ? start() + step(event) : ''
      }
    },
    end() {
      if (finish === undefined) return fail(new GatewayError('stream_truncated', 'The provider gave no finish reason.'))
      const delta = `{${renderStop(finish.reason, finish.stopSequence)},"container":null}`
      return (
        closeAll() +
        `event: message_delta\ndata: {"type":"message_delta","delta":${delta},"usage":${renderDeltaUsage(usage)}}\n\n` +
        'event: message_stop\ndata: {"type":"message_stop"}\n\n'
      )
    },
    fail,
  }
}

const EMPTY: Readonly<Record<Proseful, string>> = { text: EMPTY_TEXT, refusal: EMPTY_TEXT, reasoning: EMPTY_THINKING }

/** Does the event belong to the open call, or end everything? */
function concerns(event: ContentEvent, tool: number | undefined): boolean {
  if (event.type === 'tool-delta' || event.type === 'tool-end') return event.index === tool
  return event.type === 'finish'
}

function startEvent(index: number, content: string): string {
  return `event: content_block_start\ndata: {"type":"content_block_start","index":${index},"content_block":${content}}\n\n`
}

function deltaPrefix(index: number, delta: string): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${delta}`
}

function signatureEvent(index: number, signature: string): string {
  return `${deltaPrefix(index, '{"type":"signature_delta","signature":')}${JSON.stringify(signature)}${DELTA_END}`
}

function stopEvent(index: number): string {
  return `event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`
}
