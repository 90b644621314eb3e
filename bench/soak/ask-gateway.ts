import { Agent, request } from 'undici'
import type { Got } from './judge-chat.js'
import { type Ask, type ChatAsk, EMBEDDING_TEXTS } from './request-mix.js'
import { clientKey } from './soak-config.js'

/** No answer takes so long, whatever fails. */
const PATIENCE_MS = 60_000

/** A client with connections of its own. */
export interface SoakHttp {
  ask(ask: Ask): Promise<Got>
  get(path: string): Promise<string>
  close(): Promise<void>
}

export function createSoakHttp(port: number): SoakHttp {
  const agent = new Agent({ connections: 1000, pipelining: 1 })
  const url = `http://127.0.0.1:${port}`

  async function ask(asked: Ask): Promise<Got> {
    const leaving = new AbortController()
    const timer = setTimeout(() => leaving.abort(), PATIENCE_MS)
    let got: Got = { status: 0, headers: {}, body: '', failure: undefined, hasLeft: false }
    try {
      const { path, ...parts } = requestOf(asked)
      const answer = await request(url + path, { method: 'POST', dispatcher: agent, signal: leaving.signal, ...parts })
      got = { ...got, status: answer.statusCode, headers: plainHeaders(answer.headers) }
      const decoder = new TextDecoder()
      const leavesAfter = asked.kind === 'chat' ? asked.leavesAfter : undefined
      for await (const chunk of answer.body) {
        got = { ...got, body: got.body + decoder.decode(chunk as Buffer, { stream: true }) } // no encoding is set
        if (leavesAfter === undefined || got.body.length < leavesAfter) continue
        got = { ...got, hasLeft: true }
        leaving.abort()
      }
      return { ...got, body: got.body + decoder.decode() }
    } catch (error) {
      return { ...got, failure: leaving.signal.aborted ? `no end within ${PATIENCE_MS} ms` : String(error) }
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    ask,
    async get(path) {
      const { body } = await request(url + path, { dispatcher: agent })
      return body.text()
    },
    close: () => agent.destroy(),
  }
}

function requestOf(ask: Ask) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${clientKey(ask.client)}` }
  if (ask.kind === 'embeddings') {
    const input = ask.texts.map((place) => EMBEDDING_TEXTS[place])
    const body = JSON.stringify({ model: 'llmrouter-embedder', input, encoding_format: 'base64' })
    return { path: '/v1/embeddings', headers, body }
  }
  return {
    path: ask.dialect === 'openai' ? '/v1/chat/completions' : '/v1/messages',
    headers: { ...headers, 'x-cache': ask.cache },
    body: JSON.stringify(ask.dialect === 'openai' ? openaiBody(ask) : anthropicBody(ask)),
  }
}

const NOTE_SCHEMA = { type: 'object', properties: { note: { type: 'string' } }, required: ['note'] }

function openaiBody({ model, prompt, stream, withTools }: ChatAsk): object {
  return {
    model,
    messages: [{ role: 'user', content: prompt }],
    ...(stream && { stream, stream_options: { include_usage: true } }),
    ...(withTools && { tools: [{ type: 'function', function: { name: 'take_note', parameters: NOTE_SCHEMA } }] }),
  }
}

function anthropicBody({ model, prompt, stream, withTools }: ChatAsk): object {
  return {
    model,
    max_tokens: 1000,
    messages: [{ role: 'user', content: prompt }],
    ...(stream && { stream }),
    ...(withTools && { tools: [{ name: 'take_note', input_schema: NOTE_SCHEMA }] }),
  }
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Got['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]))
}
