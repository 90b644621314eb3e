/** The paths of the gateway, as data. */
export type Endpoint = 'chat' | 'messages' | 'embeddings' | 'count-tokens' | 'models' | 'model' | 'health' | 'ready'

export interface Route {
  readonly endpoint: Endpoint
  readonly method: 'GET' | 'POST'
  /** Open endpoints need no key. */
  readonly open: boolean
  /** What stands behind the prefix, decoded: the model's id. */
  readonly rest: string
}

const EXACT: Readonly<Record<string, Omit<Route, 'rest'>>> = {
  '/v1/chat/completions': { endpoint: 'chat', method: 'POST', open: false },
  '/v1/embeddings': { endpoint: 'embeddings', method: 'POST', open: false },
  '/v1/messages': { endpoint: 'messages', method: 'POST', open: false },
  '/v1/messages/count_tokens': { endpoint: 'count-tokens', method: 'POST', open: false },
  '/v1/models': { endpoint: 'models', method: 'GET', open: false },
  '/health': { endpoint: 'health', method: 'GET', open: true },
  '/healthz': { endpoint: 'health', method: 'GET', open: true },
  '/ready': { endpoint: 'ready', method: 'GET', open: true },
}

const MODEL_PREFIX = '/v1/models/'

export function matchRoute(path: string): Route | undefined {
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const exact = Object.hasOwn(EXACT, trimmed) ? EXACT[trimmed] : undefined
  if (exact !== undefined) return { ...exact, rest: '' }
  if (!trimmed.startsWith(MODEL_PREFIX)) return undefined
  return { endpoint: 'model', method: 'GET', open: false, rest: decodePath(trimmed.slice(MODEL_PREFIX.length)) }
}

/** Model ids hold slashes, percent-encoded or not. What cannot be decoded is taken as it is, and then not found. */
function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
