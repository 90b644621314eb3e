import { createRuntimeBuilder, keyHeaders } from '../../build-runtime.js'
import { ENVIRONMENT_PROVIDERS } from '../../config/environment.js'
import type { LoadedConfig } from '../../config/load.js'
import type { Config, ProviderConfig } from '../../config/schema.js'
import { toGatewayError } from '../../core/errors.js'
import type { ProviderRuntime } from '../../pipeline/deps.js'
import type { ProviderType } from '../../providers/provider.js'
import { redactKeys } from '../../relay/redact-keys.js'
import { type CallAnswer, callOnce } from './call-once.js'
import type { ClockReading } from './check-clock.js'
import { type Diagnosis, fail, messageOf, ok, warn } from './diagnosis.js'

const PATIENCE_MS = 10_000

/** The cheapest call that needs a key: the list of models, one of them where that can be asked for. */
const LIST_MODELS: Readonly<Record<Exclude<ProviderType, 'simulator'>, { path: string; headers?: object }>> = {
  anthropic: { path: '/v1/models?limit=1', headers: { 'anthropic-version': '2023-06-01' } },
  gemini: { path: '/v1beta/models?pageSize=1' },
  openai: { path: '/models' },
}

export interface ProvidersExamined {
  readonly diagnoses: readonly Diagnosis[]
  readonly clocks: readonly ClockReading[]
}

/** Calls every provider that is on with each of its keys, the way requests go: proxy, private CA, headers and all. */
export async function checkProviders(config: Config): Promise<ProvidersExamined> {
  const builder = createRuntimeBuilder(Date.now)
  try {
    const { providers } = builder.build(config)
    const looks = [...providers.values()].flatMap((provider) => keysOf(config, provider).map((key) => ask(key)))
    const examined = await Promise.all(looks)
    return {
      diagnoses: examined.map(({ diagnosis }) => diagnosis),
      clocks: examined.flatMap(({ clock }) => (clock === undefined ? [] : [clock])),
    }
  } finally {
    await builder.close()
  }
}

/** Providers that nobody can call: of the simulator there is always one to say something about. */
export function checkProvidersOff({ config, providersOff, standIn }: LoadedConfig): readonly Diagnosis[] {
  const off = providersOff.map(({ name, reason }) =>
    warn(`provider ${name}`, `is off: ${reason}`, 'Set its key, or take it out of the configuration.'),
  )
  const isSimulated = Object.values(config.providers).every(({ type }) => type === 'simulator')
  if (!isSimulated) return off
  const message = standIn ? 'none is configured: answers are simulated' : 'all are simulators: answers are simulated'
  const variables = ENVIRONMENT_PROVIDERS.flatMap(({ keys }) => keys.slice(0, 1)).join(', ')
  return [...off, warn('providers', message, `Set one of ${variables}, or name a provider in the configuration.`)]
}

interface Key {
  /** Of the line: with several keys it says which. */
  readonly name: string
  readonly setting: string
  readonly provider: ProviderRuntime
  readonly type: Exclude<ProviderType, 'simulator'>
  readonly headers: Readonly<Record<string, string>>
}

function keysOf(config: Config, provider: ProviderRuntime): readonly Key[] {
  const configured = config.providers[provider.name]
  if (configured === undefined || configured.type === 'simulator') return []
  const { type } = configured
  const keys = secretsOf(configured)
  return keys.map((key, index) => ({
    name: keys.length === 1 ? `provider ${provider.name}` : `provider ${provider.name} key ${index + 1}`,
    setting: settingOf(provider.name, configured, index),
    provider,
    type,
    headers: key === undefined ? {} : keyHeaders(type, key),
  }))
}

/** Undefined: servers of one's own often want no key. */
function secretsOf({ apiKey, apiKeys }: ProviderConfig): readonly (string | undefined)[] {
  const keys = [...(apiKey === null ? [] : [apiKey]), ...apiKeys]
  return keys.length === 0 ? [undefined] : keys
}

function settingOf(name: string, { apiKey }: ProviderConfig, index: number): string {
  const [variable] = ENVIRONMENT_PROVIDERS.find((known) => known.name === name)?.keys ?? []
  if (apiKey === null) return `providers.${name}.apiKeys[${index}]`
  if (index > 0) return `providers.${name}.apiKeys[${index - 1}]`
  return variable === undefined ? `providers.${name}.apiKey` : `providers.${name}.apiKey (or ${variable})`
}

async function ask(key: Key): Promise<{ readonly diagnosis: Diagnosis; readonly clock?: ClockReading }> {
  const { path, headers } = LIST_MODELS[key.type]
  const sent = { accept: 'application/json', ...headers, ...key.headers }
  const startedAt = Date.now()
  try {
    const request = { method: 'GET', path, headers: sent, body: undefined } as const
    const answer = await callOnce(key.provider.upstream, request, PATIENCE_MS)
    const tookMs = Date.now() - startedAt
    return { diagnosis: judge(key, answer, tookMs), ...clockOf(answer, startedAt + tookMs / 2) }
  } catch (error) {
    const { message } = redactKeys(toGatewayError(error), sent)
    const fix = `Check providers.${key.provider.name}.baseUrl, the network, proxy and caFile.`
    return { diagnosis: fail(key.name, message, fix) }
  }
}

function clockOf({ headers }: CallAnswer, oursMs: number): { readonly clock?: ClockReading } {
  const theirsMs = Date.parse(headers.date ?? '')
  return Number.isNaN(theirsMs) ? {} : { clock: { theirsMs, oursMs } }
}

function judge(key: Key, answer: CallAnswer, tookMs: number): Diagnosis {
  const { name, provider, setting } = key
  const address = `providers.${provider.name}.baseUrl`
  if (answer.status >= 200 && answer.status < 300) {
    const type = answer.headers['content-type'] ?? 'no content type'
    if (/json/i.test(type)) return ok(name, `lists its models in ${tookMs} ms; it took the key`)
    return warn(name, `answers with ${type} where its models should be listed`, `Check ${address}.`)
  }
  if (answer.status >= 300 && answer.status < 400) {
    return fail(name, `redirects elsewhere (${answer.status}), which is not followed`, `Correct ${address}.`)
  }
  const error = redactKeys(provider.adapter.decodeError(answer), key.headers)
  const said = `${answer.status}: ${messageOf(error)}`
  switch (error.code) {
    case 'upstream_auth_failed':
      return fail(name, `refuses the key (${said})`, `Correct ${setting}, and see that its account is in order.`)
    case 'rate_limit_exceeded':
    case 'insufficient_quota':
      return warn(name, `takes no calls for now (${said})`, 'Wait, or raise the limit of the account.')
    case 'overloaded':
    case 'upstream_timeout':
      return warn(name, `is in trouble (${said})`, 'Wait, and see the status page of the provider.')
    default:
      if (answer.status >= 500) return warn(name, `is in trouble (${said})`, 'See the status page of the provider.')
      return warn(
        name,
        `answers, but lists no models, so that its key could not be checked (${said})`,
        `If requests fail too, correct ${address}.`,
      )
  }
}
