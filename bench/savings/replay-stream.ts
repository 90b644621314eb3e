import type { StreamPrompt } from './stream-prompts.js'

/** What the client saw of one request. */
export interface Replayed {
  readonly id: string
  readonly text: string
  /** `MISS`, `HIT`, `JOIN` …, and of hits `exact` or `semantic`. */
  readonly cache: string
  readonly kind: string | undefined
  readonly model: string
}

/** Sends the prompts in their order, so many at a time, as a client of `model: "auto"`. @throws Error at the first that fails */
export async function replayStream(
  url: string,
  stream: readonly StreamPrompt[],
  options: { readonly atOnce: number; readonly onProgress: (done: number) => void },
): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = new Array(stream.length)
  let next = 0
  let done = 0
  async function work(): Promise<void> {
    for (let at = next++; at < stream.length; at = next++) {
      const prompt = stream[at]
      if (prompt === undefined) return
      replayed[at] = await ask(url, `bench-${at}`, prompt)
      done += 1
      options.onProgress(done)
    }
  }
  await Promise.all(Array.from({ length: options.atOnce }, work))
  return replayed
}

async function ask(url: string, id: string, { prompt }: StreamPrompt): Promise<Replayed> {
  const send = () =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] }),
    })
  // On a busy machine a connection may have been closed for its silence before this is seen here.
  const response = await send().catch(send)
  const body = await response.text()
  if (!response.ok) throw new Error(`${id}: ${response.status} ${body}`)
  const { choices } = JSON.parse(body) as { choices: readonly { message: { content: string } }[] } // the gateway's own shape
  return {
    id,
    text: choices[0]?.message.content ?? '',
    cache: response.headers.get('x-llmrouter-cache') ?? '',
    kind: response.headers.get('x-llmrouter-cache-kind') ?? undefined,
    model: response.headers.get('x-llmrouter-model') ?? '',
  }
}
