import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.js'
import { type ProviderServer, startProviderServer } from '../support/provider-server.js'
import { PLANTED_KEY, PLANTED_PROMPT } from '../support/test-bed.js'
import { anthropicWire, openaiWire } from '../support/wire-answers.js'

// Each case starts the real process, which loads the real models.
vi.setConfig({ testTimeout: 60_000 })

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const PLANTED_ANSWER = 'the-planted-answer-nobody-may-trace'
const ANSWER = { model: 'm', pieces: [PLANTED_ANSWER, ' and more'], inputTokens: 12, outputTokens: 7 }

interface Bed {
  readonly gateway: GatewayProcess
  readonly provider: ProviderServer
  readonly collector: OtlpReceiver
  ask(body: object, headers?: Record<string, string>, path?: string): Promise<Response>
  /** The spans of a trace, once its request's own one is there. */
  trace(traceId?: string): Promise<Trace>
}

interface Trace {
  readonly spans: readonly ReceivedSpan[]
  readonly server: ReceivedSpan
  named(name: string): readonly ReceivedSpan[]
}

async function startBed(env: Record<string, string> = {}, config: object = {}): Promise<Bed> {
  const collector = await startOtlpReceiver()
  onTestFinished(() => collector.close())
  const provider = await startProviderServer((reply, { path, json }) => {
    const wire = path.endsWith('/messages') ? anthropicWire : openaiWire
    if (json.stream === true) reply.stream(wire.stream(ANSWER))
    else reply.json(wire.body(ANSWER))
  })
  onTestFinished(() => provider.close())
  const providers = {
    openai: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: `${provider.url}/v1` },
    anthropic: { type: 'anthropic', apiKey: PLANTED_KEY, baseUrl: provider.url },
    sim: { type: 'simulator' },
  }
  const cache = { store: 'memory' }
  const gateway = startGatewayProcess({ server: { port: 0 }, providers, cache, ...config }, [], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    ...env,
  })
  onTestFinished(() => gateway.dispose())
  const url = await gateway.url
  return {
    gateway,
    provider,
    collector,
    ask: (body, headers = {}, path = '/v1/chat/completions') =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({
          model: 'openai/gpt-4o',
          max_tokens: 9,
          messages: [{ role: 'user', content: PLANTED_PROMPT }],
          ...body,
        }),
      }),
    async trace(traceId = TRACE) {
      for (;;) {
        const spans = collector.spans.filter((span) => span.traceId === traceId)
        const server = spans.find(({ kind }) => kind === 'server')
        if (server !== undefined) return { spans, server, named: (name) => spans.filter((span) => span.name === name) }
        await sleep(20)
      }
    },
  }
}

const traced = (traceId = TRACE, flags = '01') => ({ traceparent: `00-${traceId}-${CALLER}-${flags}` })
const otherTrace = (digit: number): string => TRACE.slice(0, -1) + digit

/** Within its parent, to the microsecond that times are kept in. */
function expectInside(span: ReceivedSpan, parent: ReceivedSpan): void {
  expect(span.parentId).toBe(parent.spanId)
  expect(span.startNano).toBeGreaterThanOrEqual(parent.startNano - 2000n)
  expect(span.endNano).toBeLessThanOrEqual(parent.endNano + 2000n)
  expect(span.endNano).toBeGreaterThanOrEqual(span.startNano)
}

describe.each(['http/protobuf', 'http/json'])('by %s', (protocol) => {
  test('a streamed request is told with all its parts, and the provider is in the same trace', async () => {
    const bed = await startBed({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol })
    const before = BigInt(Date.now()) * 1_000_000n
    const response = await bed.ask(
      { stream: true },
      { ...traced(), tracestate: 'congo=t61rcWkgMzE', 'x-request-id': 'r1' },
    )
    expect(await response.text()).toContain(PLANTED_ANSWER)
    const { named, server, spans } = await bed.trace()

    expect(server).toMatchObject({
      name: 'POST /v1/chat/completions',
      parentId: CALLER,
      traceState: 'congo=t61rcWkgMzE',
    })
    expect(server.startNano).toBeGreaterThan(before - 1_000_000_000n)
    expect(server.endNano).toBeLessThan(BigInt(Date.now()) * 1_000_000n + 1_000_000_000n)
    expect(server.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'openai/gpt-4o',
      'gen_ai.request.stream': true,
      'llmrouter.request.id': 'r1',
      'llmrouter.cache.status': 'MISS',
      'llmrouter.end': 'complete',
    })
    for (const name of ['parse', 'lookup', 'analyse', 'relay']) expect(named(name)).not.toHaveLength(0)
    for (const span of spans) if (span !== server) expectInside(span, server)

    const [attempt] = named('chat gpt-4o')
    expect(attempt?.kind).toBe('client')
    expect(attempt?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 7,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(bed.provider.url).port),
      'llmrouter.attempt.number': 1,
      'llmrouter.attempt.cause': 'first',
    })
    expect(attempt?.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0)
    expect(bed.provider.requests[0]?.headers).toMatchObject({
      traceparent: `00-${TRACE}-${attempt?.spanId}-01`,
      tracestate: 'congo=t61rcWkgMzE',
    })

    expect(bed.collector.requests[0]?.path).toBe('/v1/traces')
    expect(server.resource).toMatchObject({ 'service.name': 'llmrouter', 'telemetry.sdk.language': 'nodejs' })
    const sent = bed.collector.bytes()
    for (const secret of [PLANTED_PROMPT, PLANTED_ANSWER, PLANTED_KEY]) expect(sent).not.toContain(secret)
    expect(bed.gateway.logs().find(({ id }) => id === 'r1')?.traceId).toBe(TRACE)
  })
})

test('hits, failures, routed requests and embeddings are told as what they are', async () => {
  const bed = await startBed({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, { attempts: { max: 1 } })
  await (await bed.ask({}, traced(otherTrace(1)))).text()
  await (await bed.ask({}, traced(otherTrace(2)))).text()
  bed.provider.script((reply) => reply.json({ error: { message: 'Busy' } }, 503, { 'x-request-id': 'theirs' }))
  expect((await bed.ask({ seed: 1 }, traced(otherTrace(3)))).status).toBe(503)
  await (
    await bed.ask({ model: 'auto', stream: true, seed: 2 }, { ...traced(otherTrace(4)), 'x-provider': 'sim' })
  ).text()
  const input = { model: 'llmrouter-embedder', input: PLANTED_PROMPT, messages: undefined, max_tokens: undefined }
  await (await bed.ask(input, traced(otherTrace(5)), '/v1/embeddings')).text()
  expect((await bed.ask({ model: 'nobody/knows' }, traced(otherTrace(6)))).status).toBe(404)

  const hit = await bed.trace(otherTrace(2))
  expect(hit.server.attributes).toMatchObject({
    'llmrouter.cache.status': 'HIT',
    'llmrouter.cache.kind': 'exact',
    'gen_ai.response.model': 'gpt-4o',
  })
  expect(hit.spans.map(({ kind }) => kind)).not.toContain('client')

  const failed = await bed.trace(otherTrace(3))
  expect(failed.server).toMatchObject({ isError: true, attributes: { 'http.response.status_code': 503 } })
  expect(failed.named('chat gpt-4o')).toMatchObject([
    { isError: true, attributes: { 'error.type': 'overloaded', 'http.response.status_code': 503 } },
  ])
  expect(failed.named('relay')).toEqual([])

  const routed = await bed.trace(otherTrace(4))
  expect(routed.server.attributes).toMatchObject({
    ...{ 'gen_ai.request.model': 'auto', 'llmrouter.route.reason': 'score' },
    'llmrouter.route.score': expect.any(Number),
  })
  expect(routed.named('route')).toHaveLength(1)

  const embedded = await bed.trace(otherTrace(5))
  expect(embedded.server).toMatchObject({
    name: 'POST /v1/embeddings',
    attributes: { 'gen_ai.operation.name': 'embeddings', 'gen_ai.response.model': 'llmrouter-embedder' },
  })
  expect(embedded.named('embed')).toHaveLength(1)

  const unknown = await bed.trace(otherTrace(6))
  expect(unknown.server).toMatchObject({ isError: false, attributes: { 'error.type': 'model_not_found' } })
  for (const { headers } of bed.collector.requests) expect(headers['content-encoding']).toBe('gzip')
  expect(bed.collector.bytes()).not.toContain(PLANTED_PROMPT)
})

test('each attempt is a span of its own, which its provider is told', async () => {
  const bed = await startBed({}, { routing: { fallbacks: { 'openai/gpt-4o': ['anthropic/claude-haiku-4-5'] } } })
  bed.provider.script((reply, { path }) => {
    if (path.endsWith('/messages')) return reply.json(anthropicWire.body(ANSWER))
    reply.json({ error: { message: 'Out of order' } }, 500)
  })
  expect((await bed.ask({}, traced())).status).toBe(200)
  const { server, spans } = await bed.trace()
  const attempts = spans.filter(({ kind }) => kind === 'client')
  expect(attempts.length).toBeGreaterThan(1)
  for (const [index, attempt] of attempts.entries()) {
    expectInside(attempt, server)
    const isLast = index === attempts.length - 1
    expect(attempt).toMatchObject({
      isError: !isLast,
      attributes: { 'llmrouter.attempt.number': index + 1, 'gen_ai.provider.name': isLast ? 'anthropic' : 'openai' },
    })
    expect(bed.provider.requests[index]?.headers.traceparent).toBe(`00-${TRACE}-${attempt.spanId}-01`)
  }
  expect(attempts.at(-1)?.attributes).toMatchObject({
    'llmrouter.attempt.cause': 'fallback',
    'llmrouter.attempt.reason': 'upstream_error',
  })
  expect(server.isError).toBe(false)
})

test('what waits is sent before the process ends, by the name and with the headers that the environment gives', async () => {
  const bed = await startBed({
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=blue,authorization=Basic%20abc',
    OTEL_SERVICE_NAME: 'front-door',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  })
  await (await bed.ask({})).text()
  bed.gateway.signal('SIGTERM')
  expect(await bed.gateway.exited).toEqual({ code: 0, signal: null })
  const server = bed.collector.spans.find(({ kind }) => kind === 'server')
  expect(server?.parentId).toBeUndefined()
  expect(server?.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(server?.resource).toMatchObject({ 'service.name': 'front-door', 'deployment.environment.name': 'test' })
  expect(bed.collector.requests[0]?.headers).toMatchObject({ 'x-team': 'blue', authorization: 'Basic abc' })
  expect(bed.provider.requests[0]?.headers.traceparent).toMatch(new RegExp(`^00-${server?.traceId}-[0-9a-f]{16}-01$`))
})

test('a client that does not record its trace is not recorded here, and the provider is told so', async () => {
  const bed = await startBed()
  await (await bed.ask({}, traced(TRACE, '00'))).text()
  expect(bed.provider.requests[0]?.headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
  await (await bed.ask({ seed: 1 }, traced(otherTrace(1)))).text()
  await bed.trace(otherTrace(1))
  expect(bed.collector.spans.some(({ traceId }) => traceId === TRACE)).toBe(false)
})

test('a sampler of the environment decides', async () => {
  const bed = await startBed({ OTEL_TRACES_SAMPLER: 'always_off' })
  await (await bed.ask({}, traced())).text()
  bed.gateway.signal('SIGTERM')
  await bed.gateway.exited
  expect(bed.collector.requests).toEqual([])
})

test('a collector that is busy gets them later', async () => {
  const bed = await startBed()
  bed.collector.refuse((response) => {
    bed.collector.refuse(undefined)
    response.writeHead(503, { 'retry-after': '1' })
    response.end()
  })
  await (await bed.ask({}, traced())).text()
  await bed.trace()
  expect(bed.collector.requests).toHaveLength(2)
})

test('without its collector the gateway serves on, and counts what is lost', async () => {
  const bed = await startBed({ OTEL_EXPORTER_OTLP_TIMEOUT: '300' })
  await bed.collector.close()
  expect((await bed.ask({})).status).toBe(200)
  const health = `${await bed.gateway.url}/health`
  for (;;) {
    const { traces } = (await (await fetch(health)).json()) as { traces: { dropped: number } } // our own
    if (traces.dropped === 1) break
    await sleep(50)
  }
  while (!bed.gateway.logs().some(({ dropped, msg }) => msg === 'traces were lost' && dropped === 1)) await sleep(50)
  expect((await bed.ask({ seed: 1 })).status).toBe(200)
})

test('an address that is none ends the start, with the name of its variable', async () => {
  const gateway = startGatewayProcess({ server: { port: 0 } }, [], { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector' })
  onTestFinished(() => gateway.dispose())
  expect(await gateway.exited).toEqual({ code: 78, signal: null })
  expect(gateway.stderr()).toContain('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
})

test('when nobody wants traces the library for them is not even looked for', async () => {
  const hook = `export function resolve(name, context, next) {
    if (name.startsWith('@opentelemetry')) throw new Error('looked for ' + name)
    return next(name, context)
  }`
  const address = (text: string): string => `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`
  const start = `import { register } from 'node:module'; register(${JSON.stringify(address(hook))})`
  const nodeArgs = ['--import', address(start)]
  const off = startGatewayProcess({ server: { port: 0 } }, nodeArgs)
  onTestFinished(() => off.dispose())
  const { traces } = (await (await fetch(`${await off.url}/health`)).json()) as { traces: unknown } // our own
  expect(traces).toBeNull()
  const on = startGatewayProcess({ server: { port: 0 }, telemetry: { otlpEndpoint: 'http://127.0.0.1:9' } }, nodeArgs)
  onTestFinished(() => on.dispose())
  await on.exited
  expect(on.stderr()).toContain('looked for @opentelemetry')
})
