/** One answer in the wire format of each provider, as its documentation describes it. */
export interface WireAnswer {
  readonly model: string
  /** The text, cut into the pieces that stream. */
  readonly pieces: readonly string[]
  /** What the model thought before it wrote, and its provider's seal on it. */
  readonly thinking?: readonly WireThinking[]
  readonly calls?: readonly WireCall[]
  readonly inputTokens: number
  readonly outputTokens: number
}

/** A block of thinking; `redacted` ones exist at Anthropic only. OpenAI's compatible servers have no seal. */
export type WireThinking = { readonly text: string; readonly signature: string } | { readonly redacted: string }

export interface WireCall {
  readonly id: string
  readonly name: string
  readonly args: object
  /** Gemini's thought signature. */
  readonly signature?: string
}

export interface WireFormat {
  readonly body: (answer: WireAnswer) => string
  readonly stream: (answer: WireAnswer) => string
}

const data = (payload: object) => `data: ${JSON.stringify(payload)}\n\n`
const named = (payload: { type: string }) => `event: ${payload.type}\n${data(payload)}`
const called = (answer: WireAnswer) => (answer.calls ?? []).length > 0

export const openaiWire: WireFormat = {
  body(answer) {
    const tool_calls = answer.calls?.map(({ id, name, args }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(args) },
    }))
    const reasoning_content = thoughts(answer).join('') || undefined
    const content = answer.pieces.join('') || null
    const message = { role: 'assistant', reasoning_content, content, refusal: null, tool_calls }
    const choice = { index: 0, message, logprobs: null, finish_reason: called(answer) ? 'tool_calls' : 'stop' }
    const { model } = answer
    return JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model,
      choices: [choice],
      usage: openaiUsage(answer),
    })
  },
  stream(answer) {
    const chunk = (choices: object[], usage: object | null = null) =>
      data({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: answer.model, choices, usage })
    const delta = (fields: object) => chunk([{ index: 0, delta: fields, finish_reason: null }])
    return [
      delta({ role: 'assistant', content: '' }),
      ...thoughts(answer).map((reasoning_content) => delta({ reasoning_content })),
      ...answer.pieces.map((content) => delta({ content })),
      ...(answer.calls ?? []).flatMap(({ id, name, args }, index) => [
        delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
        ...halves(JSON.stringify(args)).map((part) =>
          delta({ tool_calls: [{ index, function: { arguments: part } }] }),
        ),
      ]),
      chunk([{ index: 0, delta: {}, finish_reason: called(answer) ? 'tool_calls' : 'stop' }]),
      chunk([], openaiUsage(answer)),
      'data: [DONE]\n\n',
    ].join('')
  },
}

function openaiUsage({ inputTokens, outputTokens }: WireAnswer): object {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
}

export const anthropicWire: WireFormat = {
  body(answer) {
    const text = answer.pieces.join('')
    const content = [
      ...(answer.thinking ?? []).map((block) =>
        'redacted' in block
          ? { type: 'redacted_thinking', data: block.redacted }
          : { type: 'thinking', thinking: block.text, signature: block.signature },
      ),
      ...(text === '' ? [] : [{ type: 'text', text, citations: null }]),
      ...(answer.calls ?? []).map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
    ]
    return JSON.stringify({
      ...anthropicMessage(answer),
      content,
      stop_reason: called(answer) ? 'tool_use' : 'end_turn',
    })
  },
  stream(answer) {
    const blocks: { start: object; deltas: object[] }[] = (answer.thinking ?? []).map((block) =>
      'redacted' in block
        ? { start: { type: 'redacted_thinking', data: block.redacted }, deltas: [] }
        : {
            start: { type: 'thinking', thinking: '', signature: '' },
            deltas: [
              ...halves(block.text).map((thinking) => ({ type: 'thinking_delta', thinking })),
              { type: 'signature_delta', signature: block.signature },
            ],
          },
    )
    if (answer.pieces.length > 0) {
      blocks.push({
        start: { type: 'text', text: '' },
        deltas: answer.pieces.map((text) => ({ type: 'text_delta', text })),
      })
    }
    for (const { id, name, args } of answer.calls ?? []) {
      const deltas = halves(JSON.stringify(args)).map((partial_json) => ({ type: 'input_json_delta', partial_json }))
      blocks.push({ start: { type: 'tool_use', id, name, input: {} }, deltas })
    }
    const usage = { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens }
    return [
      named({ type: 'message_start', message: { ...anthropicMessage(answer), content: [], stop_reason: null } } as {
        type: string
      }),
      ...blocks.flatMap(({ start, deltas }, index) => [
        named({ type: 'content_block_start', index, content_block: start } as { type: string }),
        ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta } as { type: string })),
        named({ type: 'content_block_stop', index } as { type: string }),
      ]),
      named({ type: 'ping' }),
      named({
        type: 'message_delta',
        delta: { stop_reason: called(answer) ? 'tool_use' : 'end_turn', stop_sequence: null },
        usage,
      } as { type: string }),
      named({ type: 'message_stop' }),
    ].join('')
  },
}

function anthropicMessage(answer: WireAnswer): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: answer.model,
    stop_sequence: null,
    usage: { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
  }
}

export const geminiWire: WireFormat = {
  body(answer) {
    const text = answer.pieces.join('')
    const parts = [...geminiThoughts(answer), ...(text === '' ? [] : [{ text }]), ...geminiCalls(answer)]
    return JSON.stringify(geminiChunk(answer, parts, 'STOP'))
  },
  stream(answer) {
    const chunks = [
      ...geminiThoughts(answer).map((thought) => [thought]),
      ...answer.pieces.map((text) => [{ text }]),
      ...geminiCalls(answer).map((call) => [call]),
    ]
    return [...chunks.map((parts) => geminiChunk(answer, parts)), geminiChunk(answer, [{ text: '' }], 'STOP')]
      .map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`)
      .join('')
  },
}

function geminiCalls(answer: WireAnswer): object[] {
  return (answer.calls ?? []).map(({ id, name, args, signature }) => ({
    functionCall: { id, name, args },
    ...(signature !== undefined && { thoughtSignature: signature }),
  }))
}

function geminiThoughts(answer: WireAnswer): object[] {
  return thoughts(answer).map((text) => ({ text, thought: true }))
}

function geminiChunk(answer: WireAnswer, parts: object[], finishReason?: string): object {
  return {
    candidates: [{ content: { role: 'model', parts }, ...(finishReason !== undefined && { finishReason }), index: 0 }],
    usageMetadata: {
      promptTokenCount: answer.inputTokens,
      candidatesTokenCount: answer.outputTokens,
      totalTokenCount: answer.inputTokens + answer.outputTokens,
    },
    modelVersion: answer.model,
    responseId: 'r1',
  }
}

function thoughts(answer: WireAnswer): string[] {
  return (answer.thinking ?? []).flatMap((block) => ('redacted' in block ? [] : [block.text]))
}

function halves(text: string): string[] {
  const middle = Math.floor(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)]
}
