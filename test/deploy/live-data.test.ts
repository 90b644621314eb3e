import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { askSimulator, type SimulatorAnswer, type SimulatorQuestion } from '../support/ask-simulator.js'
import { startGatewayProcess } from '../support/gateway-process.js'
import { startPrometheus } from '../support/prometheus-server.js'
import { type ProviderServer, type Script, startProviderServer } from '../support/provider-server.js'
import { startRedis } from '../support/redis-server.js'
import { anthropicWire, openaiWire } from '../support/wire-answers.js'
import { describeWith } from './prometheus-tools.js'
import { PROMISED_METRICS } from './promised-metrics.js'
import { chartsOf, fillIn, readDashboard } from './read-dashboard.js'
import { readRules } from './read-rules.js'

const PRICED = { inputPerMTok: 2, outputPerMTok: 8, cachedInputPerMTok: 0.5 }
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
/** Several scrapes, at one a second. */
const RATE_INTERVAL = '8s'

/** Providers that fail in every way there is an alert or a panel for. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  good: (reply, { body, json, path }) => {
    const wire = path.endsWith('/messages') ? anthropicWire : openaiWire
    // In other words it is another question: what was kept for the first is wrong for the second.
    const pieces = body.includes('how can i close') ? ['No,', ' never', ' again!'] : ['All', ' is', ' well.']
    const answer = { model: 'm', pieces, inputTokens: 2000, outputTokens: 3 }
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
    attempts: {
      max: 3,
      breaker: { minRequests: 3, openMs: 600_000 },
      hedge: { enabled: true, percentile: 0.75, maxExtraShare: 1 },
    },
    cache: {
      store: 'redis',
      redis: { url: redis.url, commandTimeoutMs: 2000 },
      // Wrong hits, of which there would soon be no more, are wanted here.
      semantic: { maxFalseHitRate: 0.5 },
      audit: { share: 1 },
    },
    inference: { deadlineMs: 5000 },
  }
  const gateway = startGatewayProcess(config, [
    '--import',
    fileURLToPath(new URL('children/end-threads.mjs', import.meta.url)),
  ])
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
    { text: 'What is the capital of France?', headers: { 'x-cache': 'refresh' }, ...sim },
    { text: `Only ${round}`, headers: { 'x-cache': 'only' }, stream: false },
    // A second call is made for it, once it is known what is usual.
    { text: `Late ${round}`, directives: 'tokens=4 ttft=700 gap=1', headers: { 'x-cache': 'skip' } },
    { text: `Stall ${round}`, directives: 'tokens=2 ttft=5 gap=1200', headers: { 'x-cache': 'skip' } },
    ...Array.from({ length: 6 }, (_, n) => ({ text: `Quick ${round} ${n}`, directives: 'tokens=2 ttft=5 gap=1' })),
    // Hits that are right, and such that are wrong.
    ...['open', 'lock', 'rename', 'close'].flatMap((act) => [
      { text: `How do I ${act} account number ${round}?`, model: 'priced', stream: false },
      { text: `how can i ${act} account number ${round - 1}`, model: 'priced', stream: false },
    ]),
    { text: `Pay ${round}`, model: 'priced', stream: false },
    { text: `Nobody knows what it costs ${round}`, model: 'good/unlisted', stream: false },
    // Not before its breaker has been seen closed.
    ...(round > 3 ? [{ text: `Fall back ${round}`, model: 'breaks', stream: false }] : []),
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

      const answers: SimulatorAnswer[] = []
      const embedded: number[] = []
      let round = 0
      const load = new AbortController()
      const embedding = (async () => {
        while (!load.signal.aborted) {
          embedded.push(await embed(url))
          await sleep(500)
        }
      })()
      const asking = (async () => {
        while (!load.signal.aborted) {
          round += 1
          const questions = questionsOf(round)
          answers.push(...(await Promise.all(questions.map((question) => askSimulator(url, question)))))
          await leave(url, round)
          gateway.signal('SIGUSR2')
          // Refused at the door, which is no request that was served, and configured anew.
          await fetch(`${url}/nothing/here`)
          gateway.writeConfig({ ...config, strict: round % 2 === 0 ? false : undefined })
        }
      })()
      const loading = Promise.all([asking, embedding])
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
      const counted = async (what: string) => (await prometheus.query(`sum(llmrouter_${what})`))[0]?.value
      const sent = answers.length + embedded.length + round
      while ((await counted('requests_total')) !== sent) await sleep(200)
      for (const [what, count] of countsOf(answers, embedded, round))
        expect([what, await counted(what)]).toEqual([what, count])

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
  const promised = PROMISED_METRICS.map((name) => ({
    name: `${name} moves`,
    expr: `sum(changes(llmrouter_${name}[2m])) > 0`,
  }))
  return [...panels, ...variables, ...rules, ...promised]
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

/** What the counters have to say, by what the clients saw. */
function countsOf(
  answers: readonly SimulatorAnswer[],
  embedded: readonly number[],
  left: number,
): readonly (readonly [string, number])[] {
  const count = (is: (answer: SimulatorAnswer) => boolean): number => answers.filter(is).length
  const cacheOf = ({ headers }: SimulatorAnswer) => headers.get('x-llmrouter-cache')
  const sum = (of: (usage: NonNullable<SimulatorAnswer['usage']>) => number): number =>
    answers.reduce((total, { usage }) => total + (usage === undefined ? 0 : of(usage)), 0)
  const codes = ['upstream_error', 'rate_limit_exceeded', 'upstream_auth_failed', 'insufficient_quota', 'cache_miss']
  return [
    ...['HIT', 'JOIN', 'REFRESH'].map(
      (status) => [`requests_total{cache_status="${status}"}`, count((answer) => cacheOf(answer) === status)] as const,
    ),
    ...codes.map(
      (code) => [`request_errors_total{code="${code}"} or vector(0)`, count((answer) => answer.code === code)] as const,
    ),
    ['request_errors_total{code="invalid_request"}', count(({ status }) => status === 400)],
    ['client_disconnects_total', left],
    ['prompt_tokens_sum', sum((usage) => usage.prompt_tokens) + embedded.reduce((total, tokens) => total + tokens, 0)],
    ['tokens_total{direction="output"}', sum((usage) => usage.completion_tokens)],
  ]
}

/** So many texts that some of them wait for a thread. Resolves with their tokens. */
async function embed(url: string): Promise<number> {
  const input = Array.from({ length: 64 }, (_, n) => `Text ${n} of a long list of texts that are embedded.`)
  const response = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'llmrouter-embedder', input }),
  })
  const { data, usage } = (await response.json()) as { data: unknown[]; usage: { prompt_tokens: number } } // our own
  expect(data).toHaveLength(input.length)
  return usage.prompt_tokens
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
