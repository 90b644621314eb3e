import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Stats } from '../../src/http/stats/stats.js'
import { askSimulator, type SimulatorQuestion } from '../support/ask-simulator.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import { readMetrics } from '../support/read-metrics.js'
import { TRANSPORTS } from '../support/transports.js'

const SECRET = 'the-prompt-nobody-may-show'

describe.each(TRANSPORTS)('over %s', (transport) => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway({}, { transport, cache: memoryCache() })
    const questions: readonly SimulatorQuestion[] = Array.from({ length: 60 }, (_, n) => ({
      text: `${SECRET} ${n % 15}`,
      directives: `tokens=${4 + (n % 5)} ttft=2 gap=1`,
      stream: n % 2 === 0,
      model: ['sim-small', 'sim-large', 'auto'][n % 3] ?? 'auto',
      headers: { 'x-request-id': `stats-${n}` },
    }))
    for (const question of questions) await askSimulator(gateway.url, question)
    await askSimulator(gateway.url, { text: SECRET, stream: false, fields: { temperature: 'hot' } })
    await askSimulator(gateway.url, { text: SECRET, stream: false, directives: 'status=429' })
    await fetch(`${gateway.url}/nothing-here`)
  })
  afterAll(() => gateway.close())

  async function stats(): Promise<Stats> {
    const response = await fetch(`${gateway.url}/stats`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    return (await response.json()) as Stats // what the path is for
  }

  test('what it counts is what /metrics counts', async () => {
    const metrics = readMetrics(await (await fetch(`${gateway.url}/metrics`)).text())
    const found = await stats()
    const metric = (name: string, labels: Record<string, string> = {}): number =>
      metrics.sum(`llmrouter_${name}`, labels) ?? 0
    const { cost, requests, savings_usd, tokens } = found
    expect(requests.total).toBe(62)
    expect(requests.total).toBe(metric('requests_total'))
    for (const [status, count] of Object.entries(requests.by_cache_status)) {
      expect(count).toBe(metric('requests_total', { cache_status: status }))
    }
    expect(Object.values(requests.by_end).reduce((a, b) => a + b)).toBe(requests.total)
    expect(requests.errors).toEqual({ invalid_request: 1, rate_limit_exceeded: 1 })
    expect(requests.errors.invalid_request).toBe(metric('request_errors_total', { code: 'invalid_request' }))
    expect(requests.refusals).toEqual({ not_found: metric('refusals_total', { code: 'not_found' }) })
    expect(tokens.output).toBe(metric('tokens_total', { direction: 'output' }))
    expect(tokens.copied_output).toBe(metric('tokens_total', { direction: 'output', provider: 'cache' }))
    expect(tokens.input - tokens.copied_input).toBe(
      metric('tokens_total', { direction: 'input', provider: 'simulator' }),
    )
    expect(Number(cost.usd)).toBeCloseTo(metric('cost_usd_total'), 12)
    expect(Number(cost.usd)).toBeGreaterThan(0)
    for (const { model, provider, requests: count, usd } of cost.by_model) {
      expect(count).toBe(metric('requests_total', { provider, model }))
      expect(Number(usd)).toBe(metric('cost_usd_total', { provider, model }))
    }
    const byCache = Number(savings_usd.exact) + Number(savings_usd.semantic) + Number(savings_usd.joined)
    expect(byCache).toBeCloseTo(metric('cost_saved_by_cache_usd_total'), 12)
    expect(byCache).toBeGreaterThan(0)
    expect(Number(savings_usd.routing)).toBeCloseTo(metric('cost_saved_by_routing_usd_total'), 12)
    expect(found.cache.entries).toBe(metric('cache_entries'))
    expect(found.cache.hits).toBe(metric('requests_total', { cache_status: 'HIT' }))
    expect(found.cache.false_hits.upper).toBe(metric('cache_false_hit_ratio_upper'))
    expect(found.stream_stalls).toBe(metric('stream_stalls_total'))
    expect(found.providers).toEqual([
      {
        name: 'simulator',
        type: 'simulator',
        breaker: 'closed',
        requests: metric('requests_total', { provider: 'simulator' }),
        errors: { rate_limit: metric('provider_errors_total', { error_type: 'rate_limit' }) },
      },
    ])
    for (const source of ['provider', 'cache'] as const) {
      expect(found.latency.ttft[source].all.count).toBe(metric('ttft_seconds_count', { source }))
      expect(found.latency.gap[source].all.count).toBe(metric('itl_seconds_count', { source }))
      const { count, p50 } = found.latency.ttft[source]['1m']
      if (count > 0) expect(metric('ttft_seconds', { source, quantile: '0.5' })).toBeCloseTo(p50 / 1000, 6)
    }
  })

  test('the last fifty requests are told with the reason of each, newest first, and without a word of their prompts', async () => {
    const found = await stats()
    expect(found.recent.length).toBe(50)
    const [newest, before, third] = found.recent
    expect(newest).toMatchObject({ status: 429, error: 'rate_limit_exceeded', end: 'failed', model: 'sim-small' })
    expect(before).toMatchObject({ status: 400, error: 'invalid_request', model: null, reason: 'invalid_request' })
    expect(third).toMatchObject({
      id: 'stats-59',
      status: 200,
      cache: 'HIT',
      cache_kind: 'exact',
      reason: 'the same request was answered before',
      cost_usd: '0',
    })
    expect(found.recent.map(({ at }) => at)).toEqual(
      found.recent
        .map(({ at }) => at)
        .sort()
        .reverse(),
    )
    const routed = found.recent.filter(({ requested_model }) => requested_model === 'auto')
    expect(routed.length).toBeGreaterThan(10)
    const text = JSON.stringify(found)
    expect(text).not.toContain(SECRET)
    expect(text.length).toBeLessThan(100_000)
  })

  test('the stream tells the same each second', async () => {
    const leaving = new AbortController()
    const response = await fetch(`${gateway.url}/stats/stream`, { signal: leaving.signal })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events: Stats[] = []
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) events.push(JSON.parse(part.replace('event: stats\ndata: ', '')) as Stats)
      if (events.length >= 2) break
    }
    leaving.abort()
    const { requests } = await stats()
    expect(events.map((event) => event.requests.total)).toEqual([requests.total, requests.total])
    expect(Date.parse(events[1]?.at ?? '')).toBeGreaterThan(Date.parse(events[0]?.at ?? ''))
  })

  test('a gateway that ends does not wait for those who watch', async () => {
    const other = await startTestGateway({}, { transport })
    const response = await fetch(`${other.url}/stats/stream`)
    await other.gateway.drain()
    // Resolves: the stream has been ended.
    expect(await response.text()).toContain('event: stats')
    await other.close()
  })
})

test('the figures are for the admin', async () => {
  const hash = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`
  const keys = [{ name: 'team', hash: hash('client-key') }]
  const gateway = await startTestGateway({
    auth: { keys, adminKeyHash: hash('admin-key') },
    server: { host: '127.0.0.1', port: 0 },
  })
  const get = async (path: string, key?: string): Promise<number> => {
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const response = await fetch(gateway.url + path, { headers })
    await response.body?.cancel()
    return response.status
  }
  for (const path of ['/stats', '/stats/stream', '/stats/hgrm?series=overhead']) {
    expect([await get(path), await get(path, 'client-key'), await get(path, 'admin-key')]).toEqual([401, 401, 200])
  }
  await gateway.close()
})
