import { createHash } from 'node:crypto'

export type UpstreamName = 'alpha' | 'beta' | 'gamma'

/** One scripted provider for each wire format. */
export const UPSTREAMS = [
  { name: 'alpha', type: 'anthropic', suffix: '' },
  { name: 'beta', type: 'openai', suffix: '/v1' },
  { name: 'gamma', type: 'gemini', suffix: '' },
] as const satisfies readonly { name: UpstreamName; type: string; suffix: string }[]

/** Each at its provider, with the next one to fall back to. */
export const BOUND_MODELS = ['model-alpha', 'model-beta', 'model-gamma'] as const

export type SoakClient = 'wide' | 'tight'
/** `wide` never meets its limits, `tight` does. */
export const CLIENTS: readonly [SoakClient, ...SoakClient[]] = ['wide', 'wide', 'wide', 'wide', 'wide', 'tight']
const TIGHT_RPM = 240

export const clientKey = (client: SoakClient): string => `soak-${client}`

/** An upstream that was down is asked again so much later at the latest. */
export const BREAKER_OPEN_MS = 2000
/** The most that one request may take. */
export const TOTAL_MS = 30_000

export interface SoakPorts {
  readonly gateway: number
  readonly redis: number
  readonly upstreams: Readonly<Record<UpstreamName, number>>
}

/** Everything is on, with time limits short enough that what hangs is met by each of them. */
export function soakConfig(ports: SoakPorts, dataDir: string): object {
  const price = { inputPerMTok: 1, outputPerMTok: 4 }
  const limits = { maxConcurrent: 1000, tpm: 100_000_000, budgetUsdPerDay: 1_000_000 }
  const key = (name: SoakClient, more: object) => ({ name, hash: hashOf(clientKey(name)), ...limits, ...more })
  return {
    server: { host: '127.0.0.1', port: ports.gateway, dataDir },
    auth: { keys: [key('wide', { rpm: 1_000_000 }), key('tight', { rpm: TIGHT_RPM })] },
    providers: Object.fromEntries(
      UPSTREAMS.map(({ name, suffix, type }) => [
        name,
        { type, apiKey: 'x', baseUrl: `http://127.0.0.1:${ports.upstreams[name]}${suffix}` },
      ]),
    ),
    models: BOUND_MODELS.map((id, n) => ({
      id,
      provider: UPSTREAMS[n]?.name,
      price: n === 0 ? price : { inputPerMTok: 3, outputPerMTok: 15 },
      contextTokens: 100_000,
      maxOutputTokens: 50_000,
      capabilities: ['tools'],
    })),
    routing: {
      auto: { cheap: BOUND_MODELS[0], strong: BOUND_MODELS[1] },
      fallbacks: Object.fromEntries(
        BOUND_MODELS.map((id, n) => [id, [BOUND_MODELS[(n + 1) % BOUND_MODELS.length] ?? id]]),
      ),
    },
    attempts: {
      max: 3,
      retryBudgetMs: 10_000,
      breaker: { windowMs: 10_000, openMs: BREAKER_OPEN_MS },
      hedge: { enabled: true },
    },
    timeouts: { connectMs: 1000, firstTokenMs: 5000, idleMs: 5000, totalMs: TOTAL_MS, keepAliveCommentMs: 1000 },
    // What is kept stops growing after two minutes, so that what grows after that is a leak.
    cache: {
      store: 'redis',
      redis: { url: `redis://127.0.0.1:${ports.redis}` },
      ttlSeconds: 120,
      maxEntries: 2000,
    },
  }
}

function hashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}
