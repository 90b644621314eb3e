import { startTestGateway, type TestGateway } from './gateway.js'
import { type CapturedRequest, type ProviderServer, type Reply, startProviderServer } from './provider-server.js'

/** Neither may ever be seen in a log or in an error body. */
export const PLANTED_KEY = 'sk-planted-0123456789abcdefghij'
export const PLANTED_PROMPT = 'the-planted-prompt-nobody-may-log'

export type ClientDialect = 'openai' | 'anthropic'
export type ProviderName = 'openai' | 'anthropic' | 'google'

export const UPSTREAM_MODELS: Readonly<Record<ProviderName, string>> = {
  openai: 'openai/gpt-4o',
  anthropic: 'anthropic/claude-haiku-4-5',
  google: 'google/gemini-2.5-flash',
}

/** A gateway with one scripted server behind all three wire formats. Each question brings its own script. */
export interface TestBed {
  readonly gateway: TestGateway
  readonly server: ProviderServer
  ask(question: Question, script: BedScript): Asked
  close(): Promise<void>
}

export interface Question {
  readonly client: ClientDialect
  /** `provider/model`, or any other name the gateway knows. */
  readonly model: string
  readonly stream: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** More fields of the body. */
  readonly fields?: object
}

export type BedScript = (reply: Reply, asked: Asked, request: CapturedRequest) => void | Promise<void>

/** One question under way. */
export interface Asked {
  readonly id: string
  /** The whole answer. Rejects when the connection broke. */
  readonly answer: Promise<Answer>
  /** Resolves when status and headers have come. */
  readonly head: Promise<Response>
  /** Resolves when the answer so far holds the text. */
  saw(text: string): Promise<void>
  /** The request as the provider got it. */
  readonly received: Promise<CapturedRequest>
  /** The client goes. */
  abort(): void
  /** The log line of this request. */
  settled(): Promise<Record<string, unknown>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What goes wrong reaches the client as it is: nothing is tried again, and no upstream is left alone. */
export const ONE_ATTEMPT = { max: 1, breaker: { minRequests: 1_000_000 } }

/** Makes one attempt a request, unless the configuration says more. */
export async function startTestBed(
  transport: 'uws' | 'node',
  given: object | ((serverUrl: string) => object) = {},
): Promise<TestBed> {
  const scripts = new Map<string, (reply: Reply, request: CapturedRequest) => void | Promise<void>>()
  const server = await startProviderServer((reply, request) => {
    const id = /<(question-\d+)>/.exec(request.body)?.[1] ?? ''
    return scripts.get(id)?.(reply, request)
  })
  const config = typeof given === 'function' ? given(server.url) : given
  const own = 'providers' in config ? config.providers : {}
  const gateway = await startTestGateway(
    {
      attempts: ONE_ATTEMPT,
      ...config,
      providers: {
        openai: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: `${server.url}/v1` },
        anthropic: { type: 'anthropic', apiKey: PLANTED_KEY, baseUrl: server.url },
        google: { type: 'gemini', apiKey: PLANTED_KEY, baseUrl: server.url },
        ...(typeof own === 'object' && own),
      },
    },
    { transport },
  )

  let questions = 0
  function ask(question: Question, script: BedScript): Asked {
    questions += 1
    const id = `question-${questions}`
    const controller = new AbortController()
    const reader = createTextReader()
    let receive: (request: CapturedRequest) => void = () => {}
    const received = new Promise<CapturedRequest>((resolve) => {
      receive = resolve
    })
    scripts.set(id, (reply, request) => {
      receive(request)
      return script(reply, asked, request)
    })
    const head = fetch(gateway.url + pathOf(question.client), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id, ...question.headers },
      body: bodyOf(question, id),
      signal: controller.signal,
    })
    const answer = head.then(async (response) => ({
      status: response.status,
      headers: response.headers,
      text: await reader.read(response),
    }))
    // A test that aborts need not look at either.
    head.catch(() => {})
    answer.catch(() => {})
    const asked: Asked = {
      id,
      head,
      answer,
      received,
      saw: reader.saw,
      abort: () => controller.abort(),
      settled: () => gateway.settled(id),
    }
    return asked
  }

  return {
    gateway,
    server,
    ask,
    async close() {
      await gateway.close()
      await server.close()
    },
  }
}

export function pathOf(client: ClientDialect): string {
  return client === 'openai' ? '/v1/chat/completions' : '/v1/messages'
}

function bodyOf({ client, fields, model, stream }: Question, id: string): string {
  return JSON.stringify({
    model,
    stream,
    ...(client === 'anthropic' && { max_tokens: 1000 }),
    messages: [{ role: 'user', content: `${PLANTED_PROMPT} <${id}>` }],
    ...fields,
  })
}

function createTextReader() {
  let text = ''
  const waiting = new Set<() => void>()
  return {
    async read(response: Response): Promise<string> {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true })
        for (const check of waiting) check()
      }
      return text + decoder.decode()
    },
    saw: (wanted: string): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!text.includes(wanted)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}
