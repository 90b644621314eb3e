import { startTestGateway, type TestGateway } from './gateway.js'
import { type ProviderServer, type Script, startProviderServer } from './provider-server.js'
import { anthropicWire, geminiWire, openaiWire, type WireAnswer, type WireFormat } from './wire-answers.js'

export interface TrioProvider {
  readonly name: 'openai' | 'anthropic' | 'google'
  readonly wire: WireFormat
  /** Takes tools, images and structured output. */
  readonly model: string
}

export const TRIO: readonly TrioProvider[] = [
  { name: 'openai', wire: openaiWire, model: 'gpt-4o' },
  { name: 'anthropic', wire: anthropicWire, model: 'claude-sonnet-4-6' },
  { name: 'google', wire: geminiWire, model: 'gemini-3.8-flash' },
]

/** A gateway with one scripted server behind the wire formats of all three providers. */
export interface Trio {
  readonly gateway: TestGateway
  readonly server: ProviderServer
  /** The answers of the next requests, in the provider's wire format, streamed where that is asked for. */
  answer(provider: TrioProvider, ...answers: readonly WireAnswer[]): void
  script(script: Script): void
  /** JSON of the newest request that reached a provider. */
  sent(): Record<string, unknown>
  close(): Promise<void>
}

export async function startTrio(
  config: object = {},
  options: Parameters<typeof startTestGateway>[1] = {},
): Promise<Trio> {
  const server = await startProviderServer()
  const providers = {
    openai: { type: 'openai', apiKey: 'k', baseUrl: `${server.url}/v1` },
    anthropic: { type: 'anthropic', apiKey: 'k', baseUrl: server.url },
    google: { type: 'gemini', apiKey: 'k', baseUrl: server.url },
  }
  const gateway = await startTestGateway({ ...config, providers }, options)
  return {
    gateway,
    server,
    answer({ wire }, ...answers) {
      const queue = [...answers]
      server.script((reply, request) => {
        const answer = queue.shift()
        if (answer === undefined) return reply.json({ error: { message: 'No answer is left.' } }, 400)
        const streamed = request.json.stream === true || request.path.includes('streamGenerateContent')
        if (streamed) reply.stream(wire.stream(answer))
        else reply.json(wire.body(answer))
      })
    },
    script: (script) => server.script(script),
    sent: () => server.requests.at(-1)?.json ?? {},
    async close() {
      await gateway.close()
      await server.close()
    },
  }
}

export function wireAnswer(parts: Partial<WireAnswer> = {}): WireAnswer {
  return { model: 'upstream-model', pieces: [], inputTokens: 21, outputTokens: 8, ...parts }
}
