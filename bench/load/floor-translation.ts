/** The least that turns OpenAI requests into Anthropic's and answers back, for text: no checks, no tools, no usage. */

interface ChatBody {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly max_tokens?: number
  readonly stream?: boolean
}

export function translateRequest(body: string): string {
  const chat: ChatBody = JSON.parse(body)
  const system = chat.messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  return JSON.stringify({
    model: chat.model,
    max_tokens: chat.max_tokens ?? 4096,
    messages: chat.messages.filter(({ role }) => role !== 'system'),
    ...(system.length > 0 && { system: system.join('\n\n') }),
    ...(chat.stream === true && { stream: true }),
  })
}

interface WholeAnswer {
  readonly model: string
  readonly content: readonly { readonly text: string }[]
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number }
}

export function translateWhole(body: string): string {
  const answer: WholeAnswer = JSON.parse(body)
  const { input_tokens, output_tokens } = answer.usage
  return JSON.stringify({
    id: 'chatcmpl-floor',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: answer.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.content.map(({ text }) => text).join('') },
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: input_tokens,
      completion_tokens: output_tokens,
      total_tokens: input_tokens + output_tokens,
    },
  })
}

interface StreamedEvent {
  readonly type: string
  readonly delta?: { readonly type?: string; readonly text?: string }
}

/** What comes before and behind the one thing that all these events differ in. */
const SPAN_START =
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":'
const SPAN_END = '}}'

/**
 * A push function over one stream's bytes, as Latin-1 on both sides: no cut can split a character.
 * @param scan copy the text's JSON from event to event as it stands, and parse only the events that look different
 */
export function createStreamTranslation(scan: boolean): (chunk: string) => string {
  const created = Math.floor(Date.now() / 1000)
  const head = `data: {"id":"chatcmpl-floor","object":"chat.completion.chunk","created":${created},"model":"bench","choices":[{"index":0,"delta":`
  let rest = ''

  function chunk(delta: object, finishReason: string | null): string {
    // One literal: spreading a common head into it takes three times as long.
    const value = {
      id: 'chatcmpl-floor',
      object: 'chat.completion.chunk',
      created,
      model: 'bench',
      choices: [{ index: 0, delta, finish_reason: finishReason }],
    }
    return `data: ${JSON.stringify(value)}\n\n`
  }

  function parsed(data: string): string {
    const event: StreamedEvent = JSON.parse(data)
    switch (event.type) {
      case 'message_start':
        return chunk({ role: 'assistant', content: '' }, null)
      case 'content_block_delta':
        return chunk({ content: event.delta?.text }, null)
      case 'message_delta':
        return chunk({}, 'stop')
      case 'message_stop':
        return 'data: [DONE]\n\n'
      default:
        return ''
    }
  }

  return (text) => {
    const all = rest + text
    let out = ''
    let start = 0
    for (;;) {
      const end = all.indexOf('\n\n', start)
      if (end === -1) break
      if (scan && all.startsWith(SPAN_START, start) && all.startsWith(SPAN_END, end - SPAN_END.length)) {
        out += `${head}{"content":${all.slice(start + SPAN_START.length, end - SPAN_END.length)}},"finish_reason":null}]}\n\n`
      } else {
        const data = all.indexOf('data: ', start)
        if (data !== -1 && data < end) out += parsed(all.slice(data + 6, end))
      }
      start = end + 2
    }
    rest = all.slice(start)
    return out
  }
}
