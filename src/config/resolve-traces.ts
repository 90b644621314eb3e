import { ConfigError } from './config-error.js'
import { read } from './environment.js'
import type { Environment } from './interpolate.js'
import type { Config } from './schema.js'
import { maskUrl } from './secrets.js'

/** Where the traces go, and which of them. */
export interface TraceSettings {
  readonly url: string
  readonly format: 'protobuf' | 'json'
  readonly sampling: Sampling
  /** What was asked for and is done otherwise. */
  readonly warnings: readonly string[]
}

/** Which requests are recorded. */
export interface Sampling {
  /** Where the client has decided, it has decided for us too. */
  readonly followsParent: boolean
  /** Of the other requests. */
  readonly share: number
}

const TRACES_PATH = '/v1/traces'
const EVERYTHING: Sampling = { followsParent: true, share: 1 }

/**
 * What configuration and environment say together; null: nobody wants traces. The variables are those of the
 * OpenTelemetry specification. `telemetry.otlpEndpoint`, which OTEL_EXPORTER_OTLP_ENDPOINT overrides, names the collector;
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT the very address.
 * @throws ConfigError
 */
export function resolveTraces({ telemetry }: Pick<Config, 'telemetry'>, env: Environment): TraceSettings | null {
  if (read(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || read(env, 'OTEL_TRACES_EXPORTER') === 'none')
    return null
  const url = tracesAddress(env) ?? belowCollector(telemetry.otlpEndpoint)
  if (url === null) return null
  const format = chooseFormat(env)
  const sampling = chooseSampling(env)
  return {
    url,
    format: format.value,
    sampling: sampling.value,
    warnings: [format.warning, sampling.warning].filter((warning) => warning !== undefined),
  }
}

function tracesAddress(env: Environment): string | undefined {
  const variable = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  const url = read(env, variable)
  if (url === undefined || /^https?:\/\/[^/]/.test(url)) return url
  const found = JSON.stringify(maskUrl(url).slice(0, 100))
  throw new ConfigError([{ path: variable, expected: 'an http:// or https:// URL', found }], null)
}

function belowCollector(endpoint: string | null): string | null {
  if (endpoint === null) return null
  const base = new URL(endpoint)
  base.pathname = base.pathname.replace(/\/*$/, '')
  if (!base.pathname.endsWith(TRACES_PATH)) base.pathname = base.pathname.replace(/\/$/, '') + TRACES_PATH
  return base.href
}

interface Chosen<T> {
  readonly value: T
  readonly warning?: string
}

function chooseFormat(env: Environment): Chosen<TraceSettings['format']> {
  const variable = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'].find(
    (name) => read(env, name) !== undefined,
  )
  const protocol = variable === undefined ? undefined : read(env, variable)
  switch (protocol) {
    case undefined:
    case 'http/protobuf':
      return { value: 'protobuf' }
    case 'http/json':
      return { value: 'json' }
    default:
      return {
        value: 'protobuf',
        warning: `${variable} is ${JSON.stringify(protocol)}: traces are sent as http/protobuf, to the port for HTTP.`,
      }
  }
}

function chooseSampling(env: Environment): Chosen<Sampling> {
  const name = read(env, 'OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on'
  const followsParent = name.startsWith('parentbased_')
  switch (name.replace('parentbased_', '')) {
    case 'always_on':
      return { value: { followsParent, share: 1 } }
    case 'always_off':
      return { value: { followsParent, share: 0 } }
    case 'traceidratio':
      return chooseShare(followsParent, read(env, 'OTEL_TRACES_SAMPLER_ARG'))
    default:
      return { value: EVERYTHING, warning: `OTEL_TRACES_SAMPLER ${JSON.stringify(name)} is not known: all is traced.` }
  }
}

function chooseShare(followsParent: boolean, arg: string | undefined): Chosen<Sampling> {
  const share = Number(arg ?? 1)
  if (share >= 0 && share <= 1) return { value: { followsParent, share } }
  const warning = `OTEL_TRACES_SAMPLER_ARG ${JSON.stringify(arg)} is no share from 0 to 1: all is traced.`
  return { value: { followsParent, share: 1 }, warning }
}
