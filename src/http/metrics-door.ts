import type { Clock } from '../core/clock.js'
import { GatewayError, toGatewayError } from '../core/errors.js'
import type { Dialect } from '../dialects/dialect.js'
import { errorHeaders } from '../pipeline/error-answer.js'
import type { TransportRequest, TransportResponse } from '../transport/transport.js'
import type { DoorRules } from './door.js'
import { refuseForeignHost } from './refuse-foreign-host.js'
import { type RenderMetrics, sendMetrics } from './send-metrics.js'

export interface MetricsDoorDeps {
  readonly clock: Clock
  readonly createId: () => string
  readonly rules: () => DoorRules
  readonly dialect: Dialect
  readonly render: RenderMetrics
}

/** The door of `telemetry.metricsPort`, behind which there is nothing but `/metrics`. */
export function createMetricsDoor(
  deps: MetricsDoorDeps,
): (request: TransportRequest, response: TransportResponse) => void {
  async function show(request: TransportRequest, response: TransportResponse): Promise<void> {
    const id = deps.createId()
    try {
      const rules = deps.rules()
      refuseForeignHost(request, rules)
      if (request.path !== '/metrics') throw new GatewayError('not_found', 'Only /metrics is served on this port.')
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new GatewayError('method_not_allowed', 'Use GET here.', { allow: 'GET, HEAD' })
      }
      if (rules.metricsAuth) rules.admin.admit(request, deps.clock.epochMs())
      await sendMetrics(deps.render, request, response, { 'X-Request-Id': id })
    } catch (thrown) {
      const error = toGatewayError(thrown)
      response.writeHead(error.status, errorHeaders(error, id))
      response.end(deps.dialect.renderError(error, id))
    }
  }
  return (request, response) => void show(request, response)
}
