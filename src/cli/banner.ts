import type { LoadedConfig } from '../config/load.js'
import type { Gateway } from '../main.js'

const SHOWN_MODELS = 6

/** What a person wants to know when the gateway has started: where, what, and how to try it. */
export function renderBanner(gateway: Gateway, loaded: LoadedConfig): string {
  const { models: directory, providers } = gateway.runtime()
  const { catalogue } = directory
  const models = catalogue.slice(0, SHOWN_MODELS).map((spec) => spec.id)
  const more = catalogue.length - models.length
  const simulated = [...providers.values()].every(({ adapter }) => adapter.type === 'simulator')
  const simulation = loaded.standIn ? ' (none is configured: answers are simulated)' : ' (answers are simulated)'
  const lines = [
    `llmrouter listens on ${gateway.url} (${gateway.transport === 'uws' ? 'uWebSockets.js' : 'node:http'})`,
    `  config     ${loaded.file ?? 'built-in defaults'}`,
    `  providers  ${[...providers.keys()].join(', ')}${simulated ? simulation : ''}`,
    ...loaded.providersOff.map(({ name, reason }) => `  off        ${name}: ${reason}`),
    `  models     ${models.join(', ')}${more > 0 ? ` and ${more} more, see GET /v1/models` : ''}`,
    `  try        ${curlLine(gateway.url, loaded.config.auth.keys.length > 0)}`,
  ]
  return `${lines.join('\n')}\n`
}

function curlLine(url: string, needsKey: boolean): string {
  const body = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Hello!' }] })
  const address = url.replace('0.0.0.0', 'localhost').replace('[::]', 'localhost')
  const key = needsKey ? " -H 'Authorization: Bearer <your key>'" : ''
  return `curl -N ${address}/v1/chat/completions -H 'Content-Type: application/json'${key} -d '${body}'`
}
