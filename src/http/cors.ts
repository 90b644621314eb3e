/** Cross-origin rules of the Fetch standard, for the origins the configuration lists. */
export interface Cors {
  /** Headers for an answer to this origin; none when it is not allowed. */
  answerHeaders(origin: string | undefined): Record<string, string>
  /** Headers for the answer to a preflight request. */
  preflightHeaders(origin: string | undefined, requestedHeaders: string | undefined): Record<string, string>
}

const EXPOSED = [
  'X-Request-Id',
  'Request-Id',
  'X-LLMRouter-Cache',
  'X-LLMRouter-Cache-Kind',
  'X-LLMRouter-Similarity',
  'X-LLMRouter-Confidence',
  'X-LLMRouter-Entry',
  'X-LLMRouter-Provider',
  'X-LLMRouter-Model',
  'X-LLMRouter-Route',
  'X-LLMRouter-Cost-Usd',
  'X-LLMRouter-Dropped',
  'Retry-After',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'Server-Timing',
].join(', ')

const NONE: Record<string, string> = {}
const DAY_SECONDS = 86_400

/** @param origins exact origins, or `*` for any */
export function createCors(origins: readonly string[]): Cors {
  const any = origins.includes('*')

  function answerHeaders(origin: string | undefined): Record<string, string> {
    if (origins.length === 0 || origin === undefined) return NONE
    if (!any && !origins.includes(origin)) return { Vary: 'Origin' }
    return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED, Vary: 'Origin' }
  }

  return {
    answerHeaders,
    preflightHeaders(origin, requestedHeaders) {
      const headers = answerHeaders(origin)
      if (headers['Access-Control-Allow-Origin'] === undefined) return headers
      return {
        ...headers,
        'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
        'Access-Control-Allow-Headers': requestedHeaders ?? 'authorization, content-type',
        'Access-Control-Max-Age': String(DAY_SECONDS),
      }
    },
  }
}
