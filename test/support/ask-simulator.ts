/** A question to the built-in simulator, which says itself how it is to be answered. */
export interface SimulatorQuestion {
  readonly text: string
  /** `tokens=20 gap=2` */
  readonly directives?: string
  readonly model?: string
  readonly stream?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly fields?: object
  readonly signal?: AbortSignal
}

export interface SimulatorAnswer {
  readonly status: number
  readonly headers: Headers
  /** Pieces of content in the stream; 1 for an answer in one piece. */
  readonly pieces: number
  readonly text: string
  /** Of an error; null, too, where an error has none. */
  readonly code?: string | null
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | undefined
}

export async function askSimulator(url: string, question: SimulatorQuestion): Promise<SimulatorAnswer> {
  const { directives, model = 'sim-small', stream = true, text } = question
  const content = directives === undefined ? text : `${text} [[sim ${directives}]]`
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...question.headers },
    body: JSON.stringify({
      model,
      temperature: 0,
      stream,
      ...(stream && { stream_options: { include_usage: true } }),
      messages: [{ role: 'user', content }],
      ...question.fields,
    }),
    ...(question.signal !== undefined && { signal: question.signal }),
  })
  const { headers, status } = response
  const body = await response.text()
  if (!stream || status !== 200) {
    const answer = JSON.parse(body)
    const said: string = answer.choices?.[0]?.message?.content ?? ''
    const code = answer.error?.code
    return { status, headers, pieces: said === '' ? 0 : 1, text: said, code, usage: answer.usage }
  }
  const events = body
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)))
  const pieces: readonly string[] = events.flatMap((event) => event.choices?.[0]?.delta?.content || [])
  return { status, headers, pieces: pieces.length, text: pieces.join(''), usage: events.at(-1)?.usage ?? undefined }
}
