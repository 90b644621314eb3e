import { assertNever } from '../../core/assert-never.js'
import type { FinishReason } from '../../core/chat-response.js'
import type { LogprobDelta, StreamEvent } from '../../core/stream-event.js'
import type { Usage } from '../../core/usage.js'
import type { RenderContext, StreamRenderer } from '../dialect.js'
import { renderError } from './render-error.js'
import { renderFinishReason } from './render-finish-reason.js'
import { renderUsage } from './render-usage.js'
import { renderExtraContent, type ThinkingBlock } from './thinking-extension.js'

interface OpenChoice {
  /** Everything of a text chunk up to its text; the same for every chunk of the choice. */
  readonly textPrefix: string
  readonly reasoningPrefix: string
  /** By tool index: everything of an arguments chunk up to the arguments. */
  readonly argumentPrefixes: string[]
  /** The thinking that is under way, and the sealed blocks since the last tool call. */
  thought: string[]
  sealed: ThinkingBlock[]
}

/**
 * One streaming answer as `chat.completion.chunk` events. A token costs one JSON.stringify of its text and a
 * concatenation: what is the same on every chunk is prepared once.
 */
export function createStreamRenderer(context: RenderContext): StreamRenderer {
  const choices: (OpenChoice | undefined)[] = []
  // The extension is for Anthropic's seals; those of another family must not come back under its name.
  const carriesSeals = context.origin === undefined || context.origin === 'anthropic'
  let usage: Usage | undefined
  let head = chunkHead(context, undefined)
  // With include_usage, the chunks before the usage chunk say that theirs is null.
  const tail = context.includeUsage ? ',"usage":null}\n\n' : '}\n\n'
  const textSuffix = `},"finish_reason":null}]${tail}`
  const argumentsSuffix = `}}]${textSuffix}`

  const deltaPrefix = (index: number, field: string) => `${head}[{"index":${index},"delta":{${field}:`
  const chunk = (choice: object) => `${head}[${JSON.stringify(choice)}]${tail}`
  const delta = (index: number, fields: object) => chunk({ index, delta: fields, finish_reason: null })

  function open(index: number): OpenChoice {
    const fresh = {
      textPrefix: deltaPrefix(index, '"content"'),
      reasoningPrefix: deltaPrefix(index, '"reasoning_content"'),
      argumentPrefixes: [],
      thought: [],
      sealed: [],
    }
    choices[index] = fresh
    return fresh
  }

  const roleChunk = (index: number) => delta(index, { role: 'assistant', content: '', refusal: null })

  /** Each choice begins with its role, whichever event is its first. */
  function withRole(index: number, render: (choice: OpenChoice) => string): string {
    const known = choices[index]
    if (known !== undefined) return render(known)
    return roleChunk(index) + render(open(index))
  }

  function toolStart(event: Extract<StreamEvent, { type: 'tool-start' }>, choice: OpenChoice): string {
    const { index } = event
    choice.argumentPrefixes[index] =
      `${deltaPrefix(event.choice, '"tool_calls"')}[{"index":${index},"function":{"arguments":`
    const sealed = choice.sealed
    choice.sealed = []
    const call = { index, id: event.id, type: 'function', function: { name: event.name, arguments: '' } }
    return delta(event.choice, { tool_calls: [{ ...call, ...renderExtraContent(event.signature, sealed) }] })
  }

  function reasoningEnd(choice: OpenChoice, signature: string | undefined): string {
    const thinking = choice.thought.join('')
    choice.thought = []
    if (signature !== undefined && carriesSeals) choice.sealed.push({ type: 'thinking', thinking, signature })
    return ''
  }

  return {
    render(event) {
      switch (event.type) {
        case 'text-delta': {
          const choice = choices[event.choice]
          if (choice !== undefined && event.logprobs === undefined) {
            return choice.textPrefix + JSON.stringify(event.text) + textSuffix
          }
          return withRole(event.choice, () => chunk(textChoice(event.choice, { content: event.text }, event.logprobs)))
        }
        case 'refusal-delta':
          return withRole(event.choice, () => chunk(textChoice(event.choice, { refusal: event.text }, event.logprobs)))
        case 'reasoning-delta':
          return withRole(event.choice, (choice) => {
            choice.thought.push(event.text)
            return event.text === '' ? '' : choice.reasoningPrefix + JSON.stringify(event.text) + textSuffix
          })
        case 'reasoning-end':
          return withRole(event.choice, (choice) => reasoningEnd(choice, event.signature))
        case 'reasoning-redacted':
          return withRole(event.choice, (choice) => {
            if (carriesSeals) choice.sealed.push({ type: 'redacted_thinking', data: event.data })
            return ''
          })
        case 'tool-start':
          return withRole(event.choice, (choice) => toolStart(event, choice))
        case 'tool-delta':
          if (event.arguments === '') return ''
          return withRole(event.choice, (choice) => {
            const prefix = choice.argumentPrefixes[event.index]
            if (prefix === undefined) throw new TypeError('tool-delta without tool-start')
            return prefix + JSON.stringify(event.arguments) + argumentsSuffix
          })
        case 'tool-end':
          return ''
        case 'finish':
          return withRole(event.choice, () => chunk(finishChoice(event.choice, event.reason)))
        case 'start':
          head = chunkHead(context, event.model)
          return withRole(0, () => '')
        case 'usage':
          usage = event.usage
          return ''
        default:
          return assertNever(event)
      }
    },
    end() {
      const counted =
        context.includeUsage && usage !== undefined
          ? `${head}[],"usage":${JSON.stringify(renderUsage(usage))}}\n\n`
          : ''
      return `${counted}data: [DONE]\n\n`
    },
    fail(error) {
      return `data: ${renderError(error)}\n\n`
    },
  }
}

/** Everything of a chunk up to the value of `choices`. */
function chunkHead(context: RenderContext, reportedModel: string | undefined): string {
  const fixed = {
    id: `chatcmpl-${context.id}`,
    object: 'chat.completion.chunk',
    created: context.createdSeconds,
    model: reportedModel ?? context.model,
  }
  return `data: ${JSON.stringify(fixed).slice(0, -1)},"choices":`
}

function textChoice(index: number, delta: object, logprobs: LogprobDelta | undefined): object {
  return { index, delta, ...(logprobs !== undefined && { logprobs }), finish_reason: null }
}

function finishChoice(index: number, reason: FinishReason): object {
  return { index, delta: {}, finish_reason: renderFinishReason(reason) }
}
