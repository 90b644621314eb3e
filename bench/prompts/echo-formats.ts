/**
 * A scripted provider answers each prompt with the prompt itself, in the wire format of one provider, so that both
 * directions can be checked byte by byte: what came up is what was sent, what came down is what was answered.
 */
export interface EchoFormat {
  readonly name: 'openai' | 'anthropic' | 'google'
  /** Environment that points the gateway at the scripted provider. */
  readonly environment: (url: string) => Record<string, string>
  /** A model of this provider, as clients write it. */
  readonly model: string
  /** The prompt inside a request of this format. */
  readonly promptOf: (body: unknown) => string | undefined
  /** The events of a streamed answer made of these pieces. */
  readonly events: (pieces: readonly string[]) => string
}

const data = (payload: object, lineEnd = '\n') => `data: ${JSON.stringify(payload)}${lineEnd}${lineEnd}`
const named = (type: string, payload: object) => `event: ${type}\n${data({ type, ...payload })}`

/** Follows keys and indexes into untrusted JSON. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = Reflect.get(here, key)
  }
  return here
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const openai: EchoFormat = {
  name: 'openai',
  environment: (url) => ({ OPENAI_API_KEY: 'dummy', OPENAI_BASE_URL: `${url}/v1` }),
  model: 'openai/echo',
  promptOf: (body) => text(at(body, 'messages', 0, 'content')),
  events(pieces) {
    const chunk = (choices: object[], usage: object | null) =>
      data({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'echo', choices, usage })
    const deltas = pieces.map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }], null))
    const finish = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], null)
    const usage = chunk([], { prompt_tokens: 1, completion_tokens: pieces.length, total_tokens: 1 + pieces.length })
    return `${deltas.join('')}${finish}${usage}data: [DONE]\n\n`
  },
}

const anthropic: EchoFormat = {
  name: 'anthropic',
  environment: (url) => ({ ANTHROPIC_API_KEY: 'dummy', ANTHROPIC_BASE_URL: url }),
  model: 'anthropic/echo',
  promptOf: (body) => text(at(body, 'messages', 0, 'content', 0, 'text')) ?? text(at(body, 'messages', 0, 'content')),
  events(pieces) {
    const usage = { input_tokens: 1, output_tokens: pieces.length }
    const message = {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'echo',
      content: [],
      stop_reason: null,
      usage,
    }
    const deltas = pieces.map((piece) =>
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } }),
    )
    return [
      named('message_start', { message }),
      named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...deltas,
      named('content_block_stop', { index: 0 }),
      named('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }),
      named('message_stop', {}),
    ].join('')
  },
}

const google: EchoFormat = {
  name: 'google',
  environment: (url) => ({ GOOGLE_API_KEY: 'dummy', GOOGLE_BASE_URL: url }),
  model: 'google/echo',
  promptOf: (body) => text(at(body, 'contents', 0, 'parts', 0, 'text')),
  events(pieces) {
    const chunk = (piece: string, finishReason?: string) => {
      const candidate = { content: { role: 'model', parts: [{ text: piece }] }, index: 0 }
      const usageMetadata = {
        promptTokenCount: 1,
        candidatesTokenCount: pieces.length,
        totalTokenCount: 1 + pieces.length,
      }
      const candidates = [finishReason === undefined ? candidate : { ...candidate, finishReason }]
      return data({ candidates, usageMetadata, modelVersion: 'echo', responseId: 'r' }, '\r\n')
    }
    return pieces.map((piece) => chunk(piece)).join('') + chunk('', 'STOP')
  },
}

export const ECHO_FORMATS: readonly EchoFormat[] = [openai, anthropic, google]
