import type { ChatResponse, FinishReason } from '../../../src/core/chat-response.js'
import type { AssistantPart } from '../../../src/core/message.js'
import type { Usage } from '../../../src/core/usage.js'
import type { RenderContext } from '../../../src/dialects/dialect.js'

export const CONTEXT: RenderContext = {
  id: 'abc123',
  createdSeconds: 1_790_000_000,
  model: 'asked-model',
  includeUsage: true,
  requestId: 'req_1',
}

export const text = (content: string): AssistantPart => ({ type: 'text', text: content, path: '' })
export const refusal = (content: string): AssistantPart => ({ type: 'refusal', text: content, path: '' })
export const thinking = (content: string, signature?: string): AssistantPart => ({
  type: 'reasoning',
  text: content,
  origin: 'anthropic',
  path: '',
  ...(signature !== undefined && { signature }),
})
export const redacted = (data: string): AssistantPart => ({
  type: 'redacted-reasoning',
  data,
  origin: 'anthropic',
  path: '',
})
export const call = (id: string, name: string, argumentsText: string, signature?: string): AssistantPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: argumentsText,
  path: '',
  ...(signature !== undefined && { signature }),
})

export interface AnswerOptions {
  readonly finishReason?: FinishReason
  readonly stopSequence?: string
  readonly usage?: Usage
}

export function answer(parts: readonly AssistantPart[], options: AnswerOptions = {}): ChatResponse {
  const { finishReason = 'stop', stopSequence, usage = { inputTokens: 12, outputTokens: 7 } } = options
  const choice = { index: 0, parts, finishReason, ...(stopSequence !== undefined && { stopSequence }) }
  return { id: 'upstream-1', model: 'answering-model', choices: [choice], usage }
}

/** Answers that differ in every way the Messages API can tell apart. */
export const ANSWERS: readonly { readonly name: string; readonly response: ChatResponse }[] = [
  { name: 'plain text', response: answer([text('Hello, wörld 👋 "quoted"\n\u2028')]) },
  {
    name: 'thinking with its seal, then text',
    response: answer([thinking('Compare.', 'EqQBsig=='), text('9.9 is larger.')], {
      usage: { inputTokens: 100, outputTokens: 60, cachedTokens: 30, reasoningTokens: 40 },
    }),
  },
  { name: 'thinking without a seal', response: answer([thinking('Unsigned.'), text('Yes.')]) },
  { name: 'withheld thinking', response: answer([thinking('', 'onlyseal'), redacted('EmwK=='), text('Done.')]) },
  {
    name: 'parallel tool calls after text',
    response: answer(
      [
        text('Checking.'),
        call('toolu_1', 'get_weather', '{"city": "Oslo"}'),
        call('toolu_2', 'get_time', '{}'),
        call('toolu_3', 'nest', '{"a":{"b":[1,2,{"c":"\\"}"}]}}'),
      ],
      { finishReason: 'tool-calls' },
    ),
  },
  { name: 'a refusal', response: answer([text('Well. '), refusal('I cannot.')], { finishReason: 'content-filter' }) },
  { name: 'an empty refusal', response: answer([], { finishReason: 'content-filter' }) },
  { name: 'a cut answer', response: answer([text('Once upon a')], { finishReason: 'length' }) },
  {
    name: 'a stop sequence',
    response: answer([text('one ')], { finishReason: 'stop-sequence', stopSequence: '\n"two"' }),
  },
  { name: 'a paused turn', response: answer([text('Searching.')], { finishReason: 'pause' }) },
]
