/** The paths of the gateway, as data. */
export type OpenEndpoint = 'health' | 'ready' | 'metrics' | 'page'
export type ClientEndpoint = 'chat' | 'messages' | 'embeddings' | 'count-tokens' | 'models' | 'model'
export type AdminEndpoint =
  | 'session'
  | 'cache-stats'
  | 'cache-flush'
  | 'cache-entries'
  | 'cache-entry'
  | 'cache-feedback'
  | 'cache-export'
  | 'cache-import'
  | 'report'
  | 'keys'
  | 'stats'
  | 'stats-hgrm'
  | 'stats-stream'

type Area =
  /** Needs no key, unless the configuration says so. */
  | { readonly area: 'open'; readonly endpoint: OpenEndpoint }
  /** Needs a client key, where there are any. */
  | { readonly area: 'client'; readonly endpoint: ClientEndpoint }
  /** Sees to it itself who may do what. */
  | { readonly area: 'admin'; readonly endpoint: AdminEndpoint }

export type Route = Area & {
  readonly methods: readonly ('GET' | 'POST' | 'DELETE')[]
  /** What stands behind the prefix, decoded: the id of a model or an entry, or the name of a file. */
  readonly rest: string
}

const EXACT: Readonly<Record<string, Area & Pick<Route, 'methods'>>> = {
  '/': { area: 'open', endpoint: 'page', methods: ['GET'] },
  '/v1/chat/completions': { area: 'client', endpoint: 'chat', methods: ['POST'] },
  '/v1/embeddings': { area: 'client', endpoint: 'embeddings', methods: ['POST'] },
  '/v1/messages': { area: 'client', endpoint: 'messages', methods: ['POST'] },
  '/v1/messages/count_tokens': { area: 'client', endpoint: 'count-tokens', methods: ['POST'] },
  '/v1/models': { area: 'client', endpoint: 'models', methods: ['GET'] },
  '/health': { area: 'open', endpoint: 'health', methods: ['GET'] },
  '/healthz': { area: 'open', endpoint: 'health', methods: ['GET'] },
  '/metrics': { area: 'open', endpoint: 'metrics', methods: ['GET'] },
  '/ready': { area: 'open', endpoint: 'ready', methods: ['GET'] },
  '/session': { area: 'admin', endpoint: 'session', methods: ['POST', 'DELETE'] },
  '/cache/stats': { area: 'admin', endpoint: 'cache-stats', methods: ['GET'] },
  '/cache/flush': { area: 'admin', endpoint: 'cache-flush', methods: ['POST'] },
  '/cache/entries': { area: 'admin', endpoint: 'cache-entries', methods: ['GET'] },
  '/cache/export': { area: 'admin', endpoint: 'cache-export', methods: ['GET'] },
  '/cache/import': { area: 'admin', endpoint: 'cache-import', methods: ['POST'] },
  '/stats': { area: 'admin', endpoint: 'stats', methods: ['GET'] },
  '/stats/stream': { area: 'admin', endpoint: 'stats-stream', methods: ['GET'] },
  '/stats/hgrm': { area: 'admin', endpoint: 'stats-hgrm', methods: ['GET'] },
  '/report': { area: 'admin', endpoint: 'report', methods: ['GET'] },
  '/keys': { area: 'admin', endpoint: 'keys', methods: ['GET'] },
  '/cache/feedback': { area: 'admin', endpoint: 'cache-feedback', methods: ['POST'] },
}

const ASSET_PREFIX = '/assets/'
const MODEL_PREFIX = '/v1/models/'
const ENTRY_PREFIX = '/cache/entries/'

export function matchRoute(path: string): Route | undefined {
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const exact = Object.hasOwn(EXACT, trimmed) ? EXACT[trimmed] : undefined
  if (exact !== undefined) return { ...exact, rest: '' }
  if (path.startsWith(ASSET_PREFIX) && path !== ASSET_PREFIX) {
    return { area: 'open', endpoint: 'page', methods: ['GET'], rest: path.slice(ASSET_PREFIX.length) }
  }
  if (trimmed.startsWith(MODEL_PREFIX)) {
    return { area: 'client', endpoint: 'model', methods: ['GET'], rest: decodePath(trimmed.slice(MODEL_PREFIX.length)) }
  }
  if (!trimmed.startsWith(ENTRY_PREFIX)) return undefined
  const id = decodePath(trimmed.slice(ENTRY_PREFIX.length))
  return { area: 'admin', endpoint: 'cache-entry', methods: ['DELETE'], rest: id }
}

/** Model ids hold slashes, percent-encoded or not. What cannot be decoded is taken as it is, and then not found. */
function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
