import { loadConfig } from '../../config/load.js'
import { gatewayUrl } from '../gateway-url.js'

export interface GatewayOptions {
  readonly url?: string
  readonly adminKey?: string
  readonly config?: string
}

/** A gateway that runs somewhere, as its admin sees it. */
export interface GatewayClient {
  readonly url: string
  /** @throws GatewayCallError when nothing listens, or it answers with an error */
  call(method: 'GET' | 'POST', path: string, options?: CallOptions): Promise<Response>
}

export interface CallOptions {
  readonly body?: object | string
  /** Instead of the admin key. */
  readonly key?: string | undefined
  readonly signal?: AbortSignal
}

/** What a user can do something about; the message says it all. */
export class GatewayCallError extends Error {
  override readonly name = 'GatewayCallError'
}

/** Nothing is there, or it has gone. */
export class NobodyListensError extends GatewayCallError {}

export function createGatewayClient(options: GatewayOptions): GatewayClient {
  const url = (options.url ?? configuredUrl(options)).replace(/\/+$/, '')
  const adminKey = options.adminKey ?? process.env.LLMROUTER_ADMIN_KEY

  return {
    url,
    async call(method, path, { body, key = adminKey, signal } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(method === 'POST' && { 'content-type': 'application/json' }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal !== undefined && { signal }),
      }).catch((error: unknown) => {
        throw unreachable(url, error)
      })
      if (!response.ok) throw await refused(response)
      return response
    },
  }
}

function configuredUrl({ config: file }: GatewayOptions): string {
  return gatewayUrl(loadConfig({ file, env: process.env, cwd: process.cwd() }).config)
}

function unreachable(url: string, error: unknown): GatewayCallError {
  if (error instanceof Error && error.name === 'AbortError') return new GatewayCallError('Interrupted.')
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') {
    return new NobodyListensError(
      `Nothing listens at ${url}. Start it with "llmrouter serve", or name another with --url.`,
    )
  }
  return new GatewayCallError(`${url} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`)
}

async function refused(response: Response): Promise<GatewayCallError> {
  const text = await response.text()
  const message = /"message":("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  const said = message === undefined ? text.slice(0, 200) : String(JSON.parse(message))
  const hint = response.status === 401 ? ' Give it as --admin-key or LLMROUTER_ADMIN_KEY.' : ''
  return new GatewayCallError(`The gateway answered ${response.status}: ${said}${hint}`)
}
