import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LatencyFigures } from '../../src/http/stats/latency-figures.js'
import { askSimulator } from '../support/ask-simulator.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'
import { TRANSPORTS } from '../support/transports.js'

describe.each(TRANSPORTS)('over %s', (transport) => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startTestGateway(
      { cache: { replay: { mode: 'paced', tokensPerSecond: 500 } } },
      { transport, cache: memoryCache() },
    )
  })
  afterAll(() => gateway.close())

  async function latency(): Promise<LatencyFigures> {
    const response = await fetch(`${gateway.url}/stats`)
    const stats = (await response.json()) as { latency: LatencyFigures } // what the path is for
    return stats.latency
  }
  async function hgrm(query: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${gateway.url}/stats/hgrm?${query}`)
    return { status: response.status, text: await response.text() }
  }

  test('each stream of a provider is measured by its pieces, and its copies apart from it', async () => {
    const before = await latency()
    const counts = (figures: LatencyFigures, source: 'provider' | 'cache') => ({
      ttft: figures.ttft[source].all.count - before.ttft[source].all.count,
      gap: figures.gap[source].all.count - before.gap[source].all.count,
      total: figures.total[source].all.count - before.total[source].all.count,
      overhead: figures.overhead.all.count - before.overhead.all.count,
    })
    const question = { text: 'How are you?', directives: 'tokens=30 ttft=40 gap=2' }
    const first = await askSimulator(gateway.url, question)
    expect(first).toMatchObject({ status: 200, pieces: 30 })
    const fresh = await latency()
    expect(counts(fresh, 'provider')).toEqual({ ttft: 1, gap: 29, total: 1, overhead: 1 })
    expect(counts(fresh, 'cache')).toMatchObject({ ttft: 0, gap: 0, total: 0 })
    expect(fresh.ttft.provider.all.max).toBeGreaterThanOrEqual(40)
    expect(fresh.total.provider.all.max).toBeGreaterThan(fresh.ttft.provider.all.max)

    const again = await askSimulator(gateway.url, question)
    expect(again.headers.get('x-llmrouter-cache')).toBe('HIT')
    const copied = await latency()
    expect(counts(copied, 'provider')).toEqual({ ttft: 1, gap: 29, total: 1, overhead: 1 })
    expect(counts(copied, 'cache')).toMatchObject({ ttft: 1, gap: again.pieces - 1, total: 1 })
    expect(again.pieces).toBeGreaterThan(1)
  })

  test('who joins an answer gets a copy of it', async () => {
    const before = await latency()
    const question = { text: 'Who goes there?', directives: 'tokens=20 ttft=300 gap=2' }
    const both = await Promise.all([askSimulator(gateway.url, question), askSimulator(gateway.url, question)])
    expect(both.map(({ headers }) => headers.get('x-llmrouter-cache')).sort()).toEqual(['JOIN', 'MISS'])
    const after = await latency()
    expect(after.ttft.provider.all.count - before.ttft.provider.all.count).toBe(1)
    expect(after.ttft.cache.all.count - before.ttft.cache.all.count).toBe(1)
    expect(after.gap.cache.all.count - before.gap.cache.all.count).toBe(19)
  })

  test('an answer in one piece has no first token, and a client that goes is measured until then', async () => {
    const before = await latency()
    await askSimulator(gateway.url, { text: 'All at once.', directives: 'tokens=3 ttft=1 gap=1', stream: false })
    const controller = new AbortController()
    const left = askSimulator(gateway.url, {
      text: 'I am leaving.',
      directives: 'tokens=500 ttft=1 gap=10',
      signal: controller.signal,
      headers: { 'x-request-id': 'leaving' },
    })
    while ((await latency()).gap.provider.all.count === before.gap.provider.all.count);
    controller.abort()
    await expect(left).rejects.toThrow()
    expect(await gateway.settled('leaving')).toMatchObject({ end: 'client-gone' })
    const after = await latency()
    expect(after.ttft.provider.all.count - before.ttft.provider.all.count).toBe(1)
    expect(after.total.provider.all.count - before.total.provider.all.count).toBe(2)
  })

  test('what is refused before any provider is asked has no latency', async () => {
    const before = await latency()
    const wrong = await askSimulator(gateway.url, { text: 'Hello?', stream: false, fields: { temperature: 'hot' } })
    expect(wrong.status).toBe(400)
    const after = await latency()
    expect(after.total.provider.all.count).toBe(before.total.provider.all.count)
  })

  test('a distribution can be downloaded', async () => {
    const whole = await hgrm('series=ttft&source=provider')
    expect(whole.status).toBe(200)
    expect(whole.text).toMatch(/^ +Value +Percentile TotalCount/)
    const { ttft } = await latency()
    expect(whole.text).toContain(`Total count    = ${String(ttft.provider.all.count).padStart(12)}]`)
    expect((await hgrm('series=overhead&window=1m')).status).toBe(200)
    expect(await hgrm('series=nonsense')).toMatchObject({ status: 400, text: expect.stringContaining("'series'") })
    expect(await hgrm('series=ttft')).toMatchObject({ status: 400, text: expect.stringContaining('provider, cache') })
    expect(await hgrm('series=ttft&source=provider&window=1h')).toMatchObject({ status: 400 })
    expect(await hgrm('series=overhead&source=cache')).toMatchObject({ status: 400 })
  })
})
