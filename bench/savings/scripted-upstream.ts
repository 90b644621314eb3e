import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A provider on a real socket that speaks Anthropic's format, and keeps its own log of calls. */
export interface ScriptedUpstream {
  readonly port: number
  readonly calls: readonly UpstreamCall[]
  close(): Promise<void>
}

export interface UpstreamCall {
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface ScriptedAnswer {
  readonly text: string
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface UpstreamOptions {
  readonly answer: (model: string, prompt: string) => ScriptedAnswer
  /** How long an answer takes: time enough for others to join. */
  readonly delayMs: number
}

export async function startScriptedUpstream({ answer, delayMs }: UpstreamOptions): Promise<ScriptedUpstream> {
  const calls: UpstreamCall[] = []
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { model, prompt } = readCall(await bodyOf(request))
    const { inputTokens, outputTokens, text } = answer(model, prompt)
    await sleep(delayMs)
    calls.push({ model, inputTokens, outputTokens })
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: `msg_${calls.length}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [{ type: 'text', text }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: inputTokens, output_tokens: outputTokens },
      }),
    )
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A TCP server that listens has an address of this kind.
    port: (server.address() as AddressInfo).port,
    calls,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set
  return Buffer.concat(chunks).toString('utf8')
}

interface AnthropicCall {
  readonly model: string
  readonly messages: readonly { readonly content: string | readonly { readonly text: string }[] }[]
}

function readCall(body: string): { readonly model: string; readonly prompt: string } {
  const { messages, model } = JSON.parse(body) as AnthropicCall // what the gateway's own encoder wrote
  const content = messages.at(-1)?.content ?? ''
  return { model, prompt: typeof content === 'string' ? content : content.map(({ text }) => text).join('') }
}
