import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { askSimulator, type SimulatorQuestion } from '../support/ask-simulator.js'
import { startGatewayProcess } from '../support/gateway-process.js'
import { startPrometheus } from '../support/prometheus-server.js'
import { type ProviderServer, type Script, startProviderServer } from '../support/provider-server.js'
import { startRedis } from '../support/redis-server.js'
import { anthropicWire, openaiWire } from '../support/wire-answers.js'
import { describeWith } from './prometheus-tools.js'
import { chartsOf, fillIn, readDashboard } from './read-dashboard.js'
import { readRules } from './read-rules.js'

const PRICED = { inputPerMTok: 2, outputPerMTok: 8, cachedInputPerMTok: 0.5 }
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
/** Several scrapes, at one a second. */
const RATE_INTERVAL = '8s'

/** Providers that fail in every way there is an alert or a panel for. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  good: (reply, { json, path }) => {
    const wire = path.endsWith('/messages') ? anthropicWire : openaiWire
    const answer = { model: 'm', pieces: ['All', ' is', ' well.'], inputTokens: 2000, outputTokens: 3 }
    if (json.stream === true) return reply.stream(wire.stream(answer))
    const usage = { prompt_tokens: 2000, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 1500 } }
    reply.json(path.endsWith('/messages') ? wire.body(answer) : { ...JSON.parse(wire.body(answer)), usage })
  },
  broken: (reply) => reply.json({ error: { message: 'Out of order' } }, 500),
  shy: (reply) => reply.json({ error: { message: 'Slow down' } }, 429, { 'retry-after': '0' }),
  locked: (reply) => reply.json({ error: { message: 'Bad key', code: 'invalid_api_key' } }, 401),
  spent: (reply) => reply.json({ error: { message: 'No money', code: 'insufficient_quota' } }, 429),
}

async function startGateway() {
  const redis = await startRedis()
  const servers = new Map<string, ProviderServer>()
  for (const [name, script] of Object.entries(SCRIPTS)) {
    const server = await startProviderServer(script)
    onTestFinished(() => server.close())
    servers.set(name, server)
  }
  const openai = (name: string) => ({ type: 'openai', apiKey: 'k', baseUrl: `${servers.get(name)?.url}/v1` })
  const config = {
    server: { port: 0 },
    providers: {
      simulator: { type: 'simulator' },
      ...Object.fromEntries(Object.keys(SCRIPTS).map((name) => [name, openai(name)])),
      claude: { type: 'anthropic', apiKey: 'k', baseUrl: servers.get('good')?.url },
    },
    models: [
      { id: 'priced', provider: 'good', price: PRICED },
      { id: 'breaks', provider: 'broken', price: PRICED },
      { id: 'waits', provider: 'shy', price: PRICED },
    ],
    routing: { fallbacks: { breaks: ['priced'] }, auto: { cheap: 'sim-small', strong: 'sim-large' } },
    attempts: { max: 3, breaker: { minRequests: 3, openMs: 600_000 } },
    cache: { store: 'redis', redis: { url: redis.url, commandTimeoutMs: 2000 }, audit: { share: 1 } },
    inference: { deadlineMs: 5000 },
  }
  const gateway = startGatewayProcess(config)
  onTestFinished(() => gateway.dispose())
  return { gateway, config, redis }
}

/** One round of everything; each round asks what was not asked before, and some of what was. */
function questionsOf(round: number): readonly SimulatorQuestion[] {
  const sim = { directives: 'tokens=12 ttft=20 gap=5' }
  return [
    { text: `How do I reset my password in version ${round}?`, ...sim },
    { text: `How do I reset my password in version ${round}?`, ...sim, stream: false },
    // In other words than the round before, for a hit by meaning and its audit.
    { text: `how can i reset my password in version ${round - 1}`, ...sim },
    { text: 'What is the capital of France?', ...sim },
    { text: `Tell me about the number ${round}.`, model: 'auto', ...sim, headers: traced(round) },
    { text: `Prove theorem ${round} of Hilbert in full rigour.`, model: 'sim-large', ...sim },
    { text: `Skip ${round}`, headers: { 'x-cache': 'skip' }, ...sim },
    { text: `Stall ${round}`, directives: 'tokens=4 ttft=5 gap=1200', headers: { 'x-cache': 'skip' } },
    { text: `Pay ${round}`, model: 'priced', stream: false },
    { text: `Nobody knows what it costs ${round}`, model: 'good/unlisted', stream: false },
    { text: `Fall back ${round}`, model: 'breaks', stream: false },
    { text: `Retry ${round}`, model: 'waits', stream: false },
    { text: `Knock ${round}`, model: 'locked/m', stream: false },
    { text: `Buy ${round}`, model: 'spent/m', stream: false },
    { text: `Translate ${round}`, model: 'claude/m', stream: false, fields: { seed: round, max_tokens: 9 } },
    { text: `Nonsense ${round}`, stream: false, fields: { temperature: 9 } },
  ]
}

const traced = (round: number) => ({ traceparent: `00-${TRACE}-${String(round).padStart(16, '1')}-01` })

describeWith(
  ['prometheus', 'promtool', 'redis-server'],
  'a Prometheus that scrapes the gateway under mixed load',
  () => {
    test('has data for every query of the dashboard and of the rules', { timeout: 120_000 }, async () => {
      const { config, gateway, redis } = await startGateway()
      const url = await gateway.url
      const prometheus = await startPrometheus(new URL(url).host)

      let sent = 0
      let round = 0
      const load = new AbortController()
      const loading = (async () => {
        while (!load.signal.aborted) {
          round += 1
          const questions = questionsOf(round)
          sent += questions.length
          await Promise.all(questions.map((question) => askSimulator(url, question)))
          await leave(url, round)
          sent += 1
          // Refused at the door, which is no request that was served, and configured anew.
          await fetch(`${url}/nothing/here`)
          gateway.writeConfig({ ...config, strict: round % 2 === 0 ? false : undefined })
        }
      })()
      onTestFinished(async () => {
        load.abort()
        await loading.catch(() => {})
      })

      const queries = allQueries()
      let empty: readonly Query[] = queries
      let last = 0
      while (empty.length > 0) {
        await sleep(500)
        // A rate needs what went before it, and a rule another one's result.
        if (round === last) continue
        last = round
        empty = await findEmpty(prometheus.query, empty)
        if (round > 3) console.info(`round ${round}: still empty are ${empty.map(({ name }) => name).join('; ')}`)
      }
      expect(queries.length).toBeGreaterThan(70)

      load.abort()
      await loading
      const counted = async () => (await prometheus.query('sum(llmrouter_requests_total)'))[0]?.value
      while ((await counted()) !== sent) await sleep(200)

      const exemplars = await prometheus.get(
        `/api/v1/query_exemplars?${new URLSearchParams({
          query: 'llmrouter_time_to_first_token_seconds_bucket',
          start: String(Date.now() / 1000 - 600),
          end: String(Date.now() / 1000 + 60),
        })}`,
      )
      expect(JSON.stringify(exemplars)).toContain(TRACE)
      const breakers = await prometheus.query('max by (provider) (llmrouter_upstream_breaker_state) == 2')
      expect(breakers.map(({ metric }) => metric.provider)).toContain('broken')

      await redis.kill()
      const up = async () => (await prometheus.query('llmrouter_cache_store_up{store="redis"}'))[0]?.value
      while ((await up()) !== 0) await sleep(200)
    })
  },
)

interface Query {
  readonly name: string
  readonly expr: string
}

function allQueries(): readonly Query[] {
  const dashboard = readDashboard()
  const panels = chartsOf(dashboard).flatMap(({ targets = [], title }) =>
    targets.map(({ expr, refId }) => ({ name: `${title} ${refId}`, expr: fillIn(expr, RATE_INTERVAL) })),
  )
  const variables = dashboard.templating.list.flatMap(({ definition, name }) => {
    const series = /^label_values\((\w+), \w+\)$/.exec(definition ?? '')?.[1]
    return series === undefined ? [] : [{ name: `variable ${name}`, expr: series }]
  })
  // Below its limit an alert has nothing to say: what it compares is looked at.
  const rules = readRules().map(({ alert, expr, record }) => ({
    name: `rule ${alert ?? record}`,
    expr: alert === undefined ? (record ?? '') : expr.replace(/ (==|>|<) [\d.]+\s*$/, ''),
  }))
  return [...panels, ...variables, ...rules]
}

async function findEmpty(
  query: (expr: string) => Promise<readonly { readonly value: number }[]>,
  queries: readonly Query[],
): Promise<readonly Query[]> {
  const empty: Query[] = []
  for (const asked of queries) {
    const samples = await query(asked.expr)
    if (!samples.some(({ value }) => Number.isFinite(value))) empty.push(asked)
  }
  return empty
}

/** A client that goes in the middle of its answer. */
async function leave(url: string, round: number): Promise<void> {
  const leaving = new AbortController()
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cache': 'skip' },
    body: JSON.stringify({
      model: 'sim-small',
      stream: true,
      messages: [{ role: 'user', content: `Leave ${round} [[sim tokens=500 ttft=1 gap=10]]` }],
    }),
    signal: leaving.signal,
  })
  await response.body?.getReader().read()
  leaving.abort()
}
