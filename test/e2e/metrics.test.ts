import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askSimulator, type SimulatorAnswer, type SimulatorQuestion } from '../support/ask-simulator.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { createHashingEmbedder } from '../support/hashing-embedder.js'
import { memoryCache } from '../support/memory-cache.js'
import { readMetrics, type Samples } from '../support/read-metrics.js'
import { TRANSPORTS } from '../support/transports.js'

const ADMIN_KEY = 'an-admin-key-for-the-tests'
const ADMIN_HASH = `sha256:${createHash('sha256').update(ADMIN_KEY).digest('hex')}`

async function scrape(url: string): Promise<Samples> {
  const response = await fetch(`${url}/metrics`)
  expect(response.status).toBe(200)
  return readMetrics(await response.text())
}

describe.each(TRANSPORTS)('over %s', (transport) => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway({}, { transport, cache: memoryCache() })
  })
  afterAll(() => gateway.close())

  const ask = (question: SimulatorQuestion): Promise<SimulatorAnswer> => askSimulator(gateway.url, question)

  /** Requests of every kind, some at a time; what a client saw of them. */
  async function mixedLoad(): Promise<readonly SimulatorAnswer[]> {
    const questions: SimulatorQuestion[] = Array.from({ length: 120 }, (_, n) => ({
      text: `Question ${n % 40}`,
      directives: `tokens=${5 + (n % 40)} ttft=5 gap=1`,
      stream: n % 3 !== 0,
      model: n % 4 === 0 ? 'sim-large' : 'sim-small',
      ...(n % 10 === 7 && { headers: { 'x-cache': 'skip' } }),
      ...(n % 10 === 8 && { headers: { 'x-cache': 'refresh' } }),
    }))
    questions.push({ text: 'Route me.', model: 'auto', directives: 'tokens=5 ttft=1 gap=1' })
    questions.push({ text: 'Only if you know.', headers: { 'x-cache': 'only' }, stream: false })
    questions.push({ text: 'Break.', directives: 'status=500', stream: false })
    questions.push({ text: 'Too hot.', stream: false, fields: { temperature: 9 } })
    const answers: SimulatorAnswer[] = []
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let next = questions.shift(); next !== undefined; next = questions.shift()) answers.push(await ask(next))
      }),
    )
    return answers
  }

  test('under mixed load the counters are what the clients counted', async () => {
    const before = await scrape(gateway.url)
    const answers = await mixedLoad()
    const after = await scrape(gateway.url)
    const grown = (name: string, labels: Record<string, string> = {}): number =>
      (after.sum(`llmrouter_${name}`, labels) ?? 0) - (before.sum(`llmrouter_${name}`, labels) ?? 0)
    const seen = (is: (answer: SimulatorAnswer) => boolean): readonly SimulatorAnswer[] => answers.filter(is)
    const cacheOf = ({ headers }: SimulatorAnswer): string | null => headers.get('x-llmrouter-cache')
    const modelOf = ({ headers }: SimulatorAnswer): string | null => headers.get('x-llmrouter-model')
    const isCopy = (answer: SimulatorAnswer): boolean => ['HIT', 'JOIN'].includes(cacheOf(answer) ?? '')
    const sum = (of: readonly SimulatorAnswer[], value: (answer: SimulatorAnswer) => number): number =>
      of.reduce((total, answer) => total + value(answer), 0)

    expect(grown('requests_total')).toBe(answers.length)
    for (const status of ['HIT', 'MISS', 'SKIP', 'REFRESH', 'JOIN']) {
      for (const model of ['sim-small', 'sim-large']) {
        const expected = seen((answer) => cacheOf(answer) === status && modelOf(answer) === model).length
        expect({
          status,
          model,
          count: grown('requests_total', { cache_status: status, provider: 'simulator', model }),
        }).toEqual(
          // The one that broke carried no headers of an answer.
          { status, model, count: expected + (status === 'MISS' && model === 'sim-small' ? 1 : 0) },
        )
      }
    }
    expect(grown('requests_total', { cache_status: 'ONLY_MISS' })).toBe(1)
    expect(grown('request_duration_seconds_count')).toBe(answers.length)
    expect(grown('request_duration_seconds_count', { provider: 'cache' })).toBe(seen(isCopy).length)
    const streams = seen(({ pieces }) => pieces > 1)
    expect(grown('time_to_first_token_seconds_count')).toBe(
      streams.length +
        seen(
          (answer) =>
            isCopy(answer) &&
            answer.headers.get('content-type')?.includes('event-stream') === true &&
            answer.pieces <= 1,
        ).length,
    )
    expect(grown('inter_token_latency_seconds_count')).toBe(
      sum(
        streams.filter((answer) => !isCopy(answer)),
        ({ pieces }) => pieces - 1,
      ),
    )
    expect(grown('tokens_total', { direction: 'output' })).toBe(
      sum(answers, ({ usage }) => usage?.completion_tokens ?? 0),
    )
    expect(grown('tokens_total', { direction: 'input', provider: 'simulator' })).toBe(
      sum(
        seen((answer) => !isCopy(answer)),
        ({ usage }) => usage?.prompt_tokens ?? 0,
      ),
    )
    expect(grown('prompt_tokens_sum')).toBe(sum(answers, ({ usage }) => usage?.prompt_tokens ?? 0))
    for (const [model, input, output] of [
      ['sim-small', 0.1, 0.5],
      ['sim-large', 2, 10],
    ] as const) {
      const price = ({ usage }: SimulatorAnswer): number =>
        ((usage?.prompt_tokens ?? 0) * input + (usage?.completion_tokens ?? 0) * output) / 1e6
      const spent = sum(
        seen((answer) => !isCopy(answer) && modelOf(answer) === model),
        price,
      )
      const saved = sum(
        seen((answer) => isCopy(answer) && modelOf(answer) === model),
        price,
      )
      expect(grown('cost_usd_total', { provider: 'simulator', model })).toBeCloseTo(spent, 12)
      expect(grown('cost_saved_by_cache_usd_total', { provider: 'simulator', model })).toBeCloseTo(saved, 12)
    }
    expect(grown('routing_decisions_total', { strategy: 'auto' })).toBe(1)
    expect(
      grown('provider_errors_total', { provider: 'simulator', error_type: 'upstream_5xx' }),
    ).toBeGreaterThanOrEqual(1)
    expect(grown('request_errors_total', { code: 'upstream_error' })).toBe(1)
    expect(grown('request_errors_total', { code: 'invalid_request' })).toBe(1)
    expect(grown('request_errors_total', { code: 'cache_miss' })).toBe(1)
    expect(after.sum('llmrouter_active_requests')).toBe(0)
    expect(after.sum('llmrouter_cache_entries')).toBeGreaterThan(0)
    // Two views of the same streams.
    for (const source of ['provider', 'cache']) {
      const { name, label } = {
        name: 'time_to_first_token_seconds_count',
        label: source === 'cache' ? 'cache' : 'simulator',
      }
      expect(after.sum('llmrouter_ttft_seconds_count', { source })).toBe(
        after.sum(`llmrouter_${name}`, { provider: label }),
      )
    }
    expect(after.sum('llmrouter_itl_seconds_count', { source: 'provider' })).toBe(
      after.sum('llmrouter_inter_token_latency_seconds_count'),
    )
  })

  test('promtool finds nothing to say against it', async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text()
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    if (checked.error !== undefined) {
      console.warn(
        'SKIPPED: promtool is not installed (Debian: apt-get install prometheus), so nobody checked /metrics.',
      )
      return
    }
    expect({ status: checked.status, said: checked.stdout + checked.stderr }).toEqual({ status: 0, said: '' })
  })

  test('OpenMetrics is for those who ask, with the traces of the requests', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
    await ask({ text: 'Trace me.', directives: 'tokens=4 ttft=1 gap=1', headers })
    const response = await fetch(`${gateway.url}/metrics`, {
      headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' },
    })
    expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    const text = await response.text()
    expect(text.endsWith('\n# EOF\n')).toBe(true)
    expect(text).toContain('# TYPE llmrouter_requests counter\n')
    expect(text).toMatch(new RegExp(`llmrouter_request_duration_seconds_bucket.* # \\{trace_id="${traceId}"\\} `))
    expect(readMetrics(text).sum('llmrouter_requests_total')).toBeGreaterThan(0)
    const plain = await fetch(`${gateway.url}/metrics`, { headers: { accept: 'text/plain' } })
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await plain.text()).not.toContain('trace_id')
  })

  test('a scraper may have it compressed', async () => {
    const packed = await fetch(`${gateway.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    // fetch has unpacked it.
    expect(readMetrics(await packed.text()).all.length).toBeGreaterThan(100)
    const plain = await fetch(`${gateway.url}/metrics`, { headers: { 'accept-encoding': 'gzip;q=0' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
  })

  test('names and paths that clients make up are no label values', async () => {
    await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const headers = { 'user-agent': `agent-made-up-${n}`, 'x-cache-namespace': `space-made-up-${n}` }
        await ask({ text: 'Hello', directives: 'tokens=1 ttft=0', model: `made-up-${n}`, headers, stream: n % 2 === 0 })
        await fetch(`${gateway.url}/made-up-${n}`, { headers })
      }),
    )
    const samples = await scrape(gateway.url)
    expect(samples.sum('llmrouter_requests_total', { provider: 'simulator', model: 'other' })).toBe(100)
    expect(samples.sum('llmrouter_refusals_total', { code: 'not_found' })).toBe(100)
    expect(JSON.stringify(samples.all)).not.toContain('made-up')
  })
})

test('embeddings of our own are of the provider llmrouter', async () => {
  const gateway = await startTestGateway({}, { localEmbedder: createHashingEmbedder() })
  const { id } = createHashingEmbedder().model
  const response = await fetch(`${gateway.url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: id, input: 'Hello there' }),
  })
  const { usage } = (await response.json()) as { usage: { prompt_tokens: number } } // what the path is for
  const samples = await scrape(gateway.url)
  const labels = { provider: 'llmrouter', model: id }
  expect(samples.sum('llmrouter_requests_total', { ...labels, cache_status: 'SKIP' })).toBe(1)
  expect(samples.sum('llmrouter_tokens_total', { ...labels, direction: 'input' })).toBe(usage.prompt_tokens)
  await gateway.close()
})

describe('who may read the metrics', () => {
  test('everybody, if nothing is said', async () => {
    const keys = [{ name: 'team', hash: ADMIN_HASH }]
    const gateway = await startTestGateway({ auth: { keys }, server: { host: '127.0.0.1', port: 0 } })
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200)
    expect((await fetch(`${gateway.url}/stats`)).status).toBe(403)
    await gateway.close()
  })

  test('the admin, with metricsAuth', async () => {
    const gateway = await startTestGateway({ auth: { adminKeyHash: ADMIN_HASH }, telemetry: { metricsAuth: true } })
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401)
    const headers = { authorization: `Bearer ${ADMIN_KEY}` }
    expect((await fetch(`${gateway.url}/metrics`, { headers })).status).toBe(200)
    await gateway.close()
  })

  test.each(TRANSPORTS)(
    'those who reach the port of their own over %s, where there is nothing else',
    async (transport) => {
      const gateway = await startTestGateway({ telemetry: { metricsPort: 0 } }, { transport })
      const metricsUrl = gateway.gateway.metricsUrl ?? ''
      expect(metricsUrl).not.toContain(gateway.url)
      expect(readMetrics(await (await fetch(metricsUrl)).text()).sum('llmrouter_active_requests')).toBe(0)
      expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404)
      const other = await fetch(metricsUrl.replace('/metrics', '/v1/models'))
      expect({ status: other.status, body: await other.json() }).toMatchObject({
        status: 404,
        body: { error: { code: 'not_found', message: expect.stringContaining('/metrics') } },
      })
      expect((await fetch(metricsUrl, { method: 'POST' })).status).toBe(405)
      await gateway.close()
      await expect(fetch(metricsUrl)).rejects.toThrow()
    },
  )

  test('the admin on that port too, and nobody from a foreign page', async () => {
    const gateway = await startTestGateway({
      auth: { adminKeyHash: ADMIN_HASH },
      telemetry: { metricsPort: 0, metricsAuth: true },
    })
    const metricsUrl = gateway.gateway.metricsUrl ?? ''
    expect((await fetch(metricsUrl)).status).toBe(401)
    const headers = { authorization: `Bearer ${ADMIN_KEY}` }
    expect((await fetch(metricsUrl, { headers })).status).toBe(200)
    await gateway.close()
  })

  test('a port that is taken keeps the gateway from starting', async () => {
    const first = await startTestGateway({ telemetry: { metricsPort: 0 } })
    const port = Number(new URL(first.gateway.metricsUrl ?? '').port)
    await expect(startTestGateway({ telemetry: { metricsPort: port } })).rejects.toThrow(String(port))
    await first.close()
  })
})
