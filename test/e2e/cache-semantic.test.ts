import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js'

/** The gateway as users run it, with its own models, its own prior and a cache on disk. */
let gateway: GatewayProcess
let url: string
beforeAll(async () => {
  gateway = startGatewayProcess({ server: { port: 0 }, inference: { deadlineMs: 10_000 } })
  url = await gateway.url
})
afterAll(() => gateway.dispose())

let namespaces = 0
const freshNamespace = (): string => `n${++namespaces}`

interface Asked {
  readonly status: number
  readonly cache: string | null
  readonly kind: string | null
  readonly similarity: number
  readonly confidence: number
  readonly text: string
}

async function ask(messages: string | readonly object[], namespace: string, fields: object = {}): Promise<Asked> {
  const turns = typeof messages === 'string' ? [{ role: 'user', content: messages }] : messages
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cache-namespace': namespace },
    body: JSON.stringify({ model: 'sim-small', messages: turns, ...fields }),
  })
  const header = (name: string) => response.headers.get(`x-llmrouter-${name}`)
  return {
    status: response.status,
    cache: header('cache'),
    kind: header('cache-kind'),
    similarity: Number(header('similarity') ?? Number.NaN),
    confidence: Number(header('confidence') ?? Number.NaN),
    text: await response.text(),
  }
}
const content = ({ text }: Asked): string => JSON.parse(text).choices[0].message.content

const QUICK = '[[sim ttft=0 gap=0 tokens=30]]'

describe('a trivial variant is a semantic hit', () => {
  test.each([
    ['How do I reset my password?', 'HOW DO I RESET MY PASSWORD'],
    ['How do I reset my password?', 'how can i   reset my password'],
    ['What is the capital of France?', "what's the capital of france"],
    ['Write a poem about cats', 'Please write a poem about cats.'],
    ['Convert 10 km to miles', 'convert ten kilometers to miles'],
  ])('"%s" answers "%s"', async (kept, asked) => {
    const namespace = freshNamespace()
    const first = await ask(kept, namespace)
    expect(first.cache).toBe('MISS')
    const second = await ask(asked, namespace)
    expect([second.cache, second.kind]).toEqual(['HIT', 'semantic'])
    expect(content(second)).toBe(content(first))
    expect(second.similarity).toBeGreaterThan(0.5)
    expect(second.confidence).toBeGreaterThanOrEqual(0.95)
  })
})

describe('a near-opposite never is', () => {
  test.each([
    ['enable 2FA', 'disable 2FA'],
    ['Convert 10 km to miles', 'Convert 100 km to miles'],
    ['Turn dark mode on', 'Turn dark mode off'],
    ['Is Python better than Java?', 'Is Java better than Python?'],
    ['How to boil eggs', 'How not to boil eggs'],
    ['Flights from Paris to Rome', 'Flights from Rome to Paris'],
    ['Weather in Berlin', 'Weather in Hamburg'],
  ])('"%s" does not answer "%s"', async (kept, asked) => {
    const namespace = freshNamespace()
    await ask(`${kept}`, namespace)
    const second = await ask(asked, namespace)
    expect(second.cache).toBe('MISS')
    expect(second.similarity).not.toBeNaN()
  })
})

describe('what differs in more than the last words shares nothing', () => {
  const question = 'How do I reset my password?'
  const variant = 'how can I reset my password'
  const system = (text: string) => ({ role: 'system', content: text })
  const user = (text: string) => ({ role: 'user', content: text })
  const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }

  test.each<[string, readonly object[], object]>([
    ['a system prompt', [system('Be brief.'), user(variant)], {}],
    ['tools', [user(variant)], { tools: [tool] }],
    ['a response format', [user(variant)], { response_format: { type: 'json_object' } }],
    ['a temperature', [user(variant)], { temperature: 0.3 }],
    ['another model', [user(variant)], { model: 'sim-large' }],
  ])('%s', async (_, messages, fields) => {
    const namespace = freshNamespace()
    await ask(question, namespace)
    expect((await ask(messages, namespace, fields)).cache).toBe('MISS')
  })

  test('a turn that leans on another conversation', async () => {
    const namespace = freshNamespace()
    const talk = (first: string) => [
      user(first),
      { role: 'assistant', content: 'Fine.' },
      user('tell me more about it'),
    ]
    await ask(talk('I like cats'), namespace)
    expect((await ask(talk('I like dogs'), namespace)).cache).toBe('MISS')
  })
})

test('a repeated miss stays what it was: the same request is an exact hit from then on', async () => {
  const namespace = freshNamespace()
  await ask(`How do I reset my password? ${QUICK}`, namespace)
  expect((await ask(`How do I reset my password? ${QUICK}`, namespace)).kind).toBe('exact')
})

test('X-Cache: only finds by meaning too', async () => {
  const namespace = freshNamespace()
  await ask('How do I reset my password?', namespace)
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cache-namespace': namespace, 'x-cache': 'only' },
    body: JSON.stringify({ model: 'sim-small', messages: [{ role: 'user', content: 'how can i reset my password' }] }),
  })
  expect([response.status, response.headers.get('x-llmrouter-cache')]).toEqual([200, 'HIT'])
})

test('a restart loses nothing', async () => {
  const dataDir = `${gateway.file}.data`
  const config = { server: { port: 0, dataDir }, inference: { deadlineMs: 10_000 } }
  const first = startGatewayProcess(config)
  url = await first.url
  await ask('How do I reset my password?', 'kept')
  await expect.poll(async () => (await ask('How do I reset my password?', 'kept')).kind).toBe('exact')
  first.signal('SIGKILL')
  await first.exited
  const second = startGatewayProcess(config)
  url = await second.url
  expect((await ask('How do I reset my password?', 'kept')).kind).toBe('exact')
  await expect.poll(async () => (await ask('how can i reset my password', 'kept')).kind).toBe('semantic')
  await second.dispose()
  await first.dispose()
  url = await gateway.url
})

test('two gateways never share a data folder', async () => {
  const dataDir = `${gateway.file}.locked`
  const first = startGatewayProcess({ server: { port: 0, dataDir } })
  await first.url
  const second = startGatewayProcess({ server: { port: 0, dataDir } })
  second.url.catch(() => {})
  expect((await second.exited).code).toBe(73)
  expect(second.stderr()).toContain(dataDir)
  await first.dispose()
  await second.dispose()
})

test('audited hits are asked anew, and what was learnt is there after a restart', async () => {
  const dataDir = `${gateway.file}.learning`
  const config = {
    server: { port: 0, dataDir },
    inference: { deadlineMs: 10_000 },
    cache: { audit: { share: 1, budgetUsdPerDay: 10 } },
  }
  const learner = startGatewayProcess(config)
  url = await learner.url
  await ask('How do I reset my password?', 'audited')
  expect((await ask('how can i reset my password', 'audited')).kind).toBe('semantic')
  const audits = () => learner.logs().filter(({ msg }) => msg === 'audited a hit of the cache')
  await expect.poll(() => audits().length, { timeout: 10_000 }).toBe(1)
  expect(['right', 'wrong', 'unsure']).toContain(audits()[0]?.verdict)
  const paid = learner.logs().find(({ msg }) => msg === 'background call')
  expect(paid).toMatchObject({ cause: 'audit', model: 'sim-small', costUsd: expect.stringMatching(/^0\.0000\d+$/) })
  learner.signal('SIGTERM')
  await learner.exited
  await learner.dispose()
  const state = JSON.parse(readFileSync(`${dataDir}/cache-learning.json`, 'utf8'))
  expect(state.spent.usd).toBeGreaterThan(0)
  url = await gateway.url
})

test('a hit that somebody calls wrong is not given again', async () => {
  const namespace = freshNamespace()
  await ask('How do I bake bread?', namespace)
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cache-namespace': namespace, 'x-request-id': 'wrong-1' },
    body: JSON.stringify({ model: 'sim-small', messages: [{ role: 'user', content: 'how can i bake bread' }] }),
  })
  expect(response.headers.get('x-llmrouter-cache-kind')).toBe('semantic')
  const feedback = await fetch(`${url}/cache/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'wrong-1', verdict: 'wrong' }),
  })
  expect(await feedback.json()).toMatchObject({ retracted: true })
  expect((await ask('HOW can i bake bread', namespace)).cache).toBe('MISS')
})

test('of everyday pairs no near-opposite is served, and of the rewordings nine in twenty are', async () => {
  const rows = readFileSync(new URL('../fixtures/everyday-pairs.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const pairs = rows.map((row): { a: string; b: string; same: boolean } => JSON.parse(row))
  const served: { a: string; b: string; same: boolean }[] = []
  // The pairs wait for the simulator side by side, a few at a time.
  const waiting = [...pairs]
  const one = async (): Promise<void> => {
    for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
      const namespace = freshNamespace()
      await ask(pair.a, namespace)
      if ((await ask(pair.b, namespace)).cache === 'HIT') served.push(pair)
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
  expect(served.filter(({ same }) => !same)).toEqual([])
  // The list is looked at by its counts only, so that this says what other people's rewordings meet.
  expect(served.length).toBeGreaterThanOrEqual(90)
}, 120_000)
