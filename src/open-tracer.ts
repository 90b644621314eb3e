import { randomUUID } from 'node:crypto'
import { baseUrlOf, isOfficialBaseUrl } from './config/base-url.js'
import type { Environment } from './config/interpolate.js'
import { resolveTraces } from './config/resolve-traces.js'
import type { Config, ProviderConfig } from './config/schema.js'
import { packageVersion } from './package-root.js'
import type { Logger } from './telemetry/log.js'
import { systemClock } from './telemetry/system-clock.js'
import type { ProviderDescription } from './telemetry/traces/build-trace.js'
import { createTracer, type Tracer } from './telemetry/traces/tracer.js'

export interface OpenTracerOptions {
  /** The configuration in force; where traces go stays as it was at the start. */
  readonly config: () => Config
  readonly env: Environment
  readonly log: Logger
}

/**
 * Null: nobody wants traces, and then not even the library for them is loaded.
 * @throws ConfigError
 */
export async function openTracer({ config, env, log }: OpenTracerOptions): Promise<Tracer | null> {
  const settings = resolveTraces(config(), env)
  if (settings === null) return null
  const { format, sampling, url, warnings } = settings
  for (const warning of warnings) log.warn(warning)
  const { createOtlpCollector } = await import('./telemetry/traces/otlp-collector.js')
  return createTracer({
    clock: systemClock,
    sampling,
    collector: createOtlpCollector({ url, format, version: packageVersion(), instanceId: randomUUID() }),
    scheme: config().server.tls === null ? 'http' : 'https',
    describeProvider: (name) => describeProvider(name, config().providers[name]),
    onLoss: (counts, reason) => log.warn({ ...counts, reason }, 'traces were lost'),
  })
}

/** Providers by the names that the semantic conventions know, where they have one. */
function describeProvider(name: string, provider: ProviderConfig | undefined): ProviderDescription {
  if (provider === undefined || provider.type === 'simulator') return { system: name }
  const { baseUrl, type } = provider
  const { hostname, port, protocol } = new URL(baseUrlOf(type, baseUrl))
  const isOfficial = baseUrl === null || isOfficialBaseUrl(type, baseUrl)
  const known = { anthropic: 'anthropic', gemini: 'gcp.gemini', openai: isOfficial ? 'openai' : name }
  return {
    system: known[type],
    address: hostname,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}
