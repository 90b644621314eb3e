import type { DialectName } from '../core/chat-request.js'
import type { Clock } from '../core/clock.js'
import { GatewayError, toGatewayError } from '../core/errors.js'
import type { Dialect } from '../dialects/dialect.js'
import type { ClientCall } from '../pipeline/client-call.js'
import type { CountTokens } from '../pipeline/count-tokens.js'
import type { Runtime } from '../pipeline/deps.js'
import { errorHeaders } from '../pipeline/error-answer.js'
import type { RequestDesk, Serve } from '../pipeline/request-desk.js'
import type { TransportRequest, TransportResponse } from '../transport/transport.js'
import type { AdminDesk } from './admin/admin-desk.js'
import type { AdminGuard } from './admin/admin-guard.js'
import type { Authenticate, Client } from './authenticate.js'
import type { Cors } from './cors.js'
import { listModels } from './list-models.js'
import type { FindPageFile } from './page/page-files.js'
import { sendPageFile } from './page/send-page-file.js'
import { refuseForeignHost } from './refuse-foreign-host.js'
import { matchRoute, type Route } from './routes.js'
import { type RenderMetrics, sendMetrics } from './send-metrics.js'

/** The rules of the door, as the configuration in force sets them. */
export interface DoorRules {
  readonly authenticate: Authenticate
  readonly admin: AdminGuard
  readonly cors: Cors
  /** An open gateway that listens only on this machine: web pages must not reach it through DNS rebinding. */
  readonly loopbackOnly: boolean
  /** `/metrics` is for the admin. */
  readonly metricsAuth: boolean
}

export interface DoorDeps {
  readonly clock: Clock
  readonly createId: () => string
  readonly rules: () => DoorRules
  readonly runtime: () => Runtime
  readonly dialects: Readonly<Record<DialectName, Dialect>>
  readonly desk: RequestDesk
  readonly chat: Serve
  readonly embeddings: Serve
  readonly countTokens: CountTokens
  readonly admin: AdminDesk
  /** Null: metrics are shown elsewhere, or not at all. */
  readonly metrics: RenderMetrics | null
  readonly page: FindPageFile
  readonly health: () => object
  readonly ready: () => boolean
  readonly draining: () => boolean
  /** A request got an error here, and so never becomes a record of the pipeline. */
  readonly onRefused: (refusal: Refusal) => void
}

export interface Refusal {
  readonly id: string
  readonly method: string
  /** Short and printable. */
  readonly path: string
  readonly remoteAddress: string
  readonly error: GatewayError
}

interface Visit {
  readonly id: string
  readonly request: TransportRequest
  readonly response: TransportResponse
  readonly dialect: Dialect
  /** Sent with whatever the answer is. Those who serve it add what they learn on the way. */
  readonly headers: Record<string, string>
}

/** The first thing a request meets: which endpoint, from whom, allowed or not. Refusals cost microseconds. */
export function createDoor(deps: DoorDeps): (request: TransportRequest, response: TransportResponse) => void {
  return (request, response) => {
    const rules = deps.rules()
    const id = requestId(request.headers['x-request-id']) ?? deps.createId()
    const dialect = deps.dialects[request.path.startsWith('/v1/messages') ? 'anthropic' : 'openai']
    const headers = rules.cors.answerHeaders(request.headers.origin)
    const visit: Visit = { id, request, response, dialect, headers: { ...headers, ...ownRequestId(dialect, id) } }
    try {
      enter(visit, rules)
    } catch (thrown) {
      refuse(visit, toGatewayError(thrown))
    }
  }

  function enter(visit: Visit, rules: DoorRules): void {
    const { request } = visit
    refuseForeignHost(request, rules)
    const route = matchRoute(request.path)
    if (request.method === 'OPTIONS') return answerOptions(visit, rules, route)
    if (route === undefined) throw new GatewayError('not_found', `There is nothing at ${shown(request.path)}.`)
    refuseMethod(request.method, route)
    if (route.area === 'open') return answerOpen(visit, rules, route)

    if (deps.draining()) throw new GatewayError('shutting_down', 'The gateway is shutting down.')
    if (route.area === 'admin') return void administer(visit, rules, route)
    const client = rules.authenticate(request.headers, deps.clock.epochMs())
    if (request.method === 'POST') refuseMediaType(request)
    const call = callOf(visit, client)
    switch (route.endpoint) {
      case 'chat':
      case 'messages':
        void deps.desk.handle(call, deps.chat)
        return
      case 'embeddings':
        void deps.desk.handle(call, deps.embeddings)
        return
      case 'count-tokens':
        void deps.countTokens(call).then(
          (body) => answerJson(visit, 200, body),
          (thrown: unknown) => refuse(visit, toGatewayError(thrown)),
        )
        return
      case 'models':
        return answerModels(call)
      case 'model':
        return answerModel(call, route.rest)
    }
  }

  async function administer(visit: Visit, rules: DoorRules, route: Route & { readonly area: 'admin' }): Promise<void> {
    const { request, response } = visit
    const { endpoint, rest } = route
    try {
      if (request.method === 'POST') refuseMediaType(request)
      const { authenticate, admin: guard } = rules
      const headers = { 'X-Request-Id': visit.id, ...visit.headers }
      const answer = await deps.admin({ request, response, endpoint, rest, headers, guard, authenticate })
      if (answer === 'sent') return
      answerJson({ ...visit, headers: { ...visit.headers, ...answer.headers } }, 200, JSON.stringify(answer.body))
    } catch (thrown) {
      refuse(visit, toGatewayError(thrown))
    }
  }

  function answerOpen(visit: Visit, rules: DoorRules, { endpoint, rest }: Route & { readonly area: 'open' }): void {
    if (endpoint === 'page') return void showPage(visit, rest)
    if (endpoint === 'metrics') return void showMetrics(visit, rules)
    if (endpoint === 'health') return answerJson(visit, 200, JSON.stringify(deps.health()))
    const ready = deps.ready()
    const body = JSON.stringify({ status: ready ? 'ready' : deps.draining() ? 'draining' : 'starting' })
    answerJson(visit, ready ? 200 : 503, body)
  }

  async function showPage(visit: Visit, path: string): Promise<void> {
    const { id, request, response } = visit
    try {
      const file = await deps.page(path)
      if (file === undefined) throw new GatewayError('not_found', `There is nothing at ${shown(request.path)}.`)
      sendPageFile(file, request, response, { 'X-Request-Id': id })
    } catch (thrown) {
      refuse(visit, toGatewayError(thrown))
    }
  }

  async function showMetrics(visit: Visit, rules: DoorRules): Promise<void> {
    const { id, request, response } = visit
    try {
      if (deps.metrics === null) throw new GatewayError('not_found', 'Metrics have a port of their own here.')
      if (rules.metricsAuth) rules.admin.admit(request, deps.clock.epochMs())
      await sendMetrics(deps.metrics, request, response, { 'X-Request-Id': id, ...visit.headers })
    } catch (thrown) {
      refuse(visit, toGatewayError(thrown))
    }
  }

  function answerModels(call: ClientCall): void {
    const runtime = deps.runtime()
    answerJson(call, 200, JSON.stringify(listModels(runtime.models.catalogue, runtime.models.aliases, call.mayUse)))
  }

  function answerModel(call: ClientCall, id: string): void {
    const runtime = deps.runtime()
    const row = listModels(runtime.models.catalogue, runtime.models.aliases, call.mayUse).data.find(
      (model) => model.id === id,
    )
    if (row === undefined) {
      throw new GatewayError('model_not_found', `The model '${shown(id)}' is not listed here.`, { param: 'model' })
    }
    answerJson(call, 200, JSON.stringify(row))
  }

  function refuse(visit: Visit, error: GatewayError): void {
    const { method, path, remoteAddress } = visit.request
    deps.onRefused({ id: visit.id, method: shown(method), path: shown(path), remoteAddress, error })
    visit.response.writeHead(error.status, { ...errorHeaders(error, visit.id), ...visit.headers })
    visit.response.end(visit.dialect.renderError(error, visit.id))
  }
}

function answerJson(visit: Visit, status: number, body: string): void {
  visit.response.writeHead(status, { 'Content-Type': 'application/json', 'X-Request-Id': visit.id, ...visit.headers })
  visit.response.end(body)
}

function answerOptions(visit: Visit, rules: DoorRules, route: Route | undefined): void {
  const { headers } = visit.request
  visit.response.writeHead(204, {
    Allow: route === undefined ? 'OPTIONS' : allowed(route),
    'X-Request-Id': visit.id,
    ...rules.cors.preflightHeaders(headers.origin, headers['access-control-request-headers']),
  })
  visit.response.end()
}

function refuseMethod(method: string, route: Route): void {
  if (route.methods.some((known) => method === known || (method === 'HEAD' && known === 'GET'))) return
  throw new GatewayError('method_not_allowed', `Use ${route.methods.join(' or ')} here, not ${shown(method)}.`, {
    allow: allowed(route),
  })
}

/** Browsers send other types without asking first; only a JSON type makes them ask. */
function refuseMediaType(request: TransportRequest): void {
  if (/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) return
  throw new GatewayError('unsupported_media_type', 'Send the body as "Content-Type: application/json".')
}

function allowed({ methods }: Route): string {
  return [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)), 'OPTIONS'].join(', ')
}

/** The client's own id, if it can stand in headers and logs. */
function requestId(given: string | undefined): string | undefined {
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : undefined
}

/** Anthropic's clients look for the id under another name. */
function ownRequestId(dialect: Dialect, id: string): Record<string, string> {
  return dialect.name === 'anthropic' ? { 'Request-Id': id } : {}
}

/** Client text in a message: short and printable. */
function shown(text: string): string {
  return text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')
}

/** Written out, as all that is made for each request: more than a dozen fields that are spread become a hash table. */
function callOf({ dialect, headers, id, request, response }: Visit, client: Client): ClientCall {
  const { keyHash, keyName, limits, mayAnswer, mayUse, tenant } = client
  return { id, request, response, dialect, headers, tenant, keyName, keyHash, limits, mayUse, mayAnswer }
}
