import { type Problem, readProblem } from '../problem.js'
import { readEvents } from '../stats/read-events.js'
import { parseChunk, type Usage } from './parse-chunk.js'

export interface Question {
  readonly model: string
  readonly prompt: string
  /** Only those that are not empty. */
  readonly headers: Readonly<Record<string, string>>
}

/** What one sees of an answer while it comes. Times are milliseconds since the question left. */
export type AnswerEvent =
  | { readonly kind: 'head'; readonly status: number; readonly headers: Headers; readonly atMs: number }
  | { readonly kind: 'text'; readonly text: string; readonly atMs: number }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'end'; readonly usage: Usage | undefined; readonly isWhole: boolean; readonly atMs: number }

/** Asks as any OpenAI client would. Throws what `fetch` throws. */
export async function* ask(question: Question, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  const startedAt = performance.now()
  const elapsed = (): number => performance.now() - startedAt
  const response = await fetch('v1/chat/completions', {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', ...question.headers },
    body: JSON.stringify({
      model: question.model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: question.prompt }],
    }),
  })
  yield { kind: 'head', status: response.status, headers: response.headers, atMs: elapsed() }
  if (!response.ok || response.body === null) {
    yield { kind: 'problem', problem: await readProblem(response) }
    return
  }
  let usage: Usage | undefined
  for await (const data of readEvents(response.body)) {
    if (data === '[DONE]') return yield { kind: 'end', usage, isWhole: true, atMs: elapsed() }
    const chunk = parseChunk(data)
    if (chunk.text !== '') yield { kind: 'text', text: chunk.text, atMs: elapsed() }
    if (chunk.problem !== undefined) yield { kind: 'problem', problem: chunk.problem }
    usage = chunk.usage ?? usage
  }
  yield { kind: 'end', usage, isWhole: false, atMs: elapsed() }
}
