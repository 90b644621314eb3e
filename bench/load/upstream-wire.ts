import { type AnswerPlan, expectedText, TEXT_PERIOD, tokenAt } from './answer-plan.js'

/** How the scripted upstream speaks one provider's format. Everything that can be is rendered once. */
export interface UpstreamWire {
  readonly path: string
  readonly opening: Buffer
  /** `count` text events in a row, from a place of the endless text. */
  events(place: number, count: number): Buffer
  closing(plan: AnswerPlan): Buffer
  /** The answer of a call that does not stream. */
  whole(plan: AnswerPlan): Buffer
}

const PROMPT_TOKENS = 250

export const anthropicWire: UpstreamWire = {
  path: '/v1/messages',
  opening: Buffer.from(
    named('message_start', {
      type: 'message_start',
      message: {
        id: 'msg_bench',
        type: 'message',
        role: 'assistant',
        model: 'bench',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: anthropicUsage(1),
      },
    }) +
      named('content_block_start', {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      }),
  ),
  events: memoEvents((text) =>
    named('content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  ),
  closing: memoByTokens((plan) =>
    Buffer.from(
      named('content_block_stop', { type: 'content_block_stop', index: 0 }) +
        named('message_delta', {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: plan.tokens },
        }) +
        named('message_stop', { type: 'message_stop' }),
    ),
  ),
  whole: memoByPlan((plan) =>
    Buffer.from(
      JSON.stringify({
        id: 'msg_bench',
        type: 'message',
        role: 'assistant',
        model: 'bench',
        content: [{ type: 'text', text: expectedText(plan) }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: anthropicUsage(plan.tokens),
      }),
    ),
  ),
}

export const openaiWire: UpstreamWire = {
  path: '/v1/chat/completions',
  opening: Buffer.from(chunk({ role: 'assistant', content: '' }, null)),
  events: memoEvents((text) => chunk({ content: text }, null)),
  closing: memoByTokens(() => Buffer.from(`${chunk({}, 'stop')}data: [DONE]\n\n`)),
  whole: memoByPlan((plan) =>
    Buffer.from(
      JSON.stringify({
        id: 'chatcmpl-bench',
        object: 'chat.completion',
        created: 1_790_000_000,
        model: 'bench',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: expectedText(plan), refusal: null },
            logprobs: null,
            finish_reason: 'stop',
          },
        ],
        usage: {
          prompt_tokens: PROMPT_TOKENS,
          completion_tokens: plan.tokens,
          total_tokens: PROMPT_TOKENS + plan.tokens,
        },
      }),
    ),
  ),
}

function anthropicUsage(outputTokens: number): object {
  return {
    input_tokens: PROMPT_TOKENS,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
    service_tier: 'standard',
  }
}

function named(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

function chunk(delta: object, finishReason: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }]
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'bench' }
  return `data: ${JSON.stringify({ ...head, choices })}\n\n`
}

function memoEvents(render: (text: string) => string): UpstreamWire['events'] {
  const runs = new Map<number, Buffer>()
  return (place, count) => {
    const key = (place % TEXT_PERIOD) + TEXT_PERIOD * count
    let run = runs.get(key)
    if (run === undefined) {
      run = Buffer.from(Array.from({ length: count }, (_, n) => render(tokenAt(place + n))).join(''))
      runs.set(key, run)
    }
    return run
  }
}

function memoByTokens(render: (plan: AnswerPlan) => Buffer): (plan: AnswerPlan) => Buffer {
  return memo((plan) => plan.tokens, render)
}

function memoByPlan(render: (plan: AnswerPlan) => Buffer): (plan: AnswerPlan) => Buffer {
  return memo((plan) => plan.tokens * 1024 + plan.seed, render)
}

function memo(keyOf: (plan: AnswerPlan) => number, render: (plan: AnswerPlan) => Buffer): (plan: AnswerPlan) => Buffer {
  const made = new Map<number, Buffer>()
  return (plan) => {
    const key = keyOf(plan)
    let bytes = made.get(key)
    if (bytes === undefined) {
      bytes = render(plan)
      made.set(key, bytes)
    }
    return bytes
  }
}
