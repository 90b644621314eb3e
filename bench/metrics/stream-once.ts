import type { Latencies } from '../latencies.js'

export interface StreamCounts {
  readonly pieces: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface StreamLatencies {
  readonly firstToken: Latencies
  readonly gaps: Latencies
}

/** One stream as its client sees it: every piece, and when it came. */
export async function streamOnce(url: string, question: string, latencies: StreamLatencies): Promise<StreamCounts> {
  const body = JSON.stringify({
    model: 'sim-small',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: question }],
  })
  const startedMs = performance.now()
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  let pieces = 0
  let usage = { prompt_tokens: 0, completion_tokens: 0 }
  let lastMs: number | undefined
  let text = ''
  for await (const chunk of response.body ?? []) {
    const nowMs = performance.now()
    text += Buffer.from(chunk).toString('latin1')
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      if (!event.startsWith('data: {')) continue
      // The gateway's own format.
      const data = JSON.parse(event.slice('data: '.length)) as Chunk
      usage = data.usage ?? usage
      if (!data.choices[0]?.delta.content) continue
      pieces++
      if (lastMs === undefined) latencies.firstToken.record(nowMs - startedMs)
      else latencies.gaps.record(nowMs - lastMs)
      lastMs = nowMs
    }
  }
  return { pieces, inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[]
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
}
