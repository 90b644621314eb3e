import type { SimulatedAnswer } from './compose-answer.js'

/** The answer as an OpenAI-compatible server writes it: one prefix event, one event a token, the events that end it. */

export interface WireContext {
  readonly model: string
  readonly createdSeconds: number
  readonly includeUsage: boolean
}

export function openingEvent(answer: SimulatedAnswer, context: WireContext): string {
  const delta =
    answer.tool === undefined
      ? { role: 'assistant', content: '' }
      : {
          role: 'assistant',
          content: null,
          tool_calls: [
            { index: 0, id: answer.tool.id, type: 'function', function: { name: answer.tool.name, arguments: '' } },
          ],
        }
  return chunk(answer, context, [{ index: 0, delta, finish_reason: null }])
}

export function pieceEvent(answer: SimulatedAnswer, piece: string, context: WireContext): string {
  const delta =
    answer.tool === undefined ? { content: piece } : { tool_calls: [{ index: 0, function: { arguments: piece } }] }
  return chunk(answer, context, [{ index: 0, delta, finish_reason: null }])
}

export function closingEvents(answer: SimulatedAnswer, context: WireContext): string {
  const finish = chunk(answer, context, [{ index: 0, delta: {}, finish_reason: answer.finishReason }])
  const usage = context.includeUsage && answer.directives.usage ? chunk(answer, context, [], usageOf(answer)) : ''
  return `${finish}${usage}data: [DONE]\n\n`
}

export function errorEvent(): string {
  const error = { message: 'The simulator was told to fail here.', type: 'server_error', param: null, code: null }
  return `data: ${JSON.stringify({ error })}\n\n`
}

export function wholeBody(answer: SimulatedAnswer, context: WireContext): string {
  const text = answer.pieces.join('')
  const message =
    answer.tool === undefined
      ? { role: 'assistant', content: text, refusal: null }
      : {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [{ id: answer.tool.id, type: 'function', function: { name: answer.tool.name, arguments: text } }],
        }
  return JSON.stringify({
    id: answer.id,
    object: 'chat.completion',
    created: context.createdSeconds,
    model: context.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finishReason }],
    ...(answer.directives.usage && { usage: usageOf(answer) }),
  })
}

export function errorBody(status: number): string {
  const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
  const code = status === 429 ? 'rate_limit_exceeded' : null
  return JSON.stringify({ error: { message: `The simulator was told to answer ${status}.`, type, param: null, code } })
}

function usageOf(answer: SimulatedAnswer): object {
  const completion = answer.pieces.length
  return {
    prompt_tokens: answer.promptTokens,
    completion_tokens: completion,
    total_tokens: answer.promptTokens + completion,
  }
}

function chunk(answer: SimulatedAnswer, context: WireContext, choices: readonly object[], usage?: object): string {
  return `data: ${JSON.stringify({
    id: answer.id,
    object: 'chat.completion.chunk',
    created: context.createdSeconds,
    model: context.model,
    choices,
    ...(context.includeUsage && { usage: usage ?? null }),
  })}\n\n`
}
