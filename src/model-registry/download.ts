import { EnvHttpProxyAgent, request } from 'undici'
import { bufferChunks } from './buffer-chunks.js'
import { ModelError } from './model-error.js'
import { maskUrl } from './model-url.js'

/** huggingface.co takes two: to its store of large files, and there to the nearest copy. */
const MAX_REDIRECTS = 5

export interface DownloadTimeouts {
  readonly connectMs: number
  /** Longest silence of the server, before the answer and within it. */
  readonly silenceMs: number
}

export interface DownloadClient {
  /**
   * One GET, redirects followed. Rejects with undici's error when there is no answer, with a ModelError when it leads
   * nowhere. The caller reads the body to its end, or discards it.
   */
  get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<DownloadAnswer>
  close(): Promise<void>
}

export interface DownloadAnswer {
  /** Where the redirects have led. */
  readonly url: string
  readonly status: number
  header(name: string): string | undefined
  /** All that came; then it rejects with undici's error if the connection broke. */
  readonly body: AsyncIterable<Uint8Array>
  discard(): void
}

/** The one place that speaks HTTP for models. Uses HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the process. */
export function createDownloadClient({ connectMs, silenceMs }: DownloadTimeouts): DownloadClient {
  const dispatcher = createDispatcher({
    connect: { timeout: connectMs },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  })

  async function get(
    start: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<DownloadAnswer> {
    let url = new URL(start)
    const { origin } = url
    const authorization = authorizationOf(url)
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const credentials = url.origin === origin && authorization !== undefined ? { authorization } : {}
      const response = await request(url, { dispatcher, signal, headers: { ...headers, ...credentials } })
      const { statusCode: status, body } = response
      // Destroying a body that has not ended emits an error.
      body.on('error', () => {})
      const header = (name: string): string | undefined => [response.headers[name]].flat()[0]
      const location = header('location')
      if (status < 301 || status > 308 || location === undefined) {
        return { url: url.href, status, header, body: bufferChunks(body), discard: () => void body.destroy() }
      }
      body.destroy()
      url = redirectTarget(url, location)
    }
    throw new ModelError('refused', `${maskUrl(start)} redirects more than ${MAX_REDIRECTS} times.`)
  }

  // Not `close`: that waits for bodies nobody reads.
  return { get, close: () => dispatcher.destroy() }
}

function createDispatcher(options: EnvHttpProxyAgent.Options): EnvHttpProxyAgent {
  try {
    return new EnvHttpProxyAgent(options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ModelError('network', `HTTPS_PROXY or HTTP_PROXY is not a proxy's address: ${reason}`, { cause: error })
  }
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(plain).toString('base64')}`
}

function redirectTarget(from: URL, location: string): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  const isHttp = target?.protocol === 'https:' || (target?.protocol === 'http:' && from.protocol === 'http:')
  if (target !== undefined && isHttp) return target
  const message = `${maskUrl(from.href)} redirects to ${JSON.stringify(location.slice(0, 200))}, which is not followed: it has to be an address as safe as the first.`
  throw new ModelError('refused', message)
}
