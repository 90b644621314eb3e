import { describe, expect, onTestFinished, test } from 'vitest'
import type { Stats } from '../../src/http/stats/stats.js'
import { askSimulator } from '../support/ask-simulator.js'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { memoryCache } from '../support/memory-cache.js'

const KEY = 'provider-key-nobody-may-see'
const QUESTION = 'Which herbs go with lentils?'

async function start(logPrompts: boolean): Promise<TestGateway> {
  const config = {
    telemetry: { logPrompts },
    providers: { sim: { type: 'simulator', apiKey: KEY } },
  }
  const gateway = await startTestGateway(config, { cache: memoryCache() })
  onTestFinished(() => gateway.close())
  return gateway
}

async function recentOf(gateway: TestGateway): Promise<Stats['recent']> {
  return ((await (await fetch(`${gateway.url}/stats`)).json()) as Stats).recent // what the path is for
}

describe('what was said', () => {
  test('is in the log and in /stats where the configuration asks for it: fresh, kept and joined answers', async () => {
    const gateway = await start(true)
    const ask = (id: string, stream: boolean) =>
      askSimulator(gateway.url, {
        text: QUESTION,
        directives: 'tokens=12 ttft=60 gap=4',
        model: 'sim/sim-small',
        stream,
        headers: { 'x-request-id': id },
      })
    const [first, joined] = await Promise.all([ask('first', true), ask('joined', true)])
    const answers = { first, joined, kept: await ask('kept', false), again: await ask('again', true) }
    expect([first, joined, answers.kept].map(({ headers }) => headers.get('x-llmrouter-cache')).sort()).toEqual([
      'HIT',
      'JOIN',
      'MISS',
    ])
    for (const [id, { text }] of Object.entries(answers)) {
      expect(text).not.toBe('')
      expect(await gateway.settled(id)).toMatchObject({ prompt: expect.stringContaining(QUESTION), answer: text })
    }
    expect((await recentOf(gateway)).map(({ prompt }) => prompt?.startsWith(QUESTION))).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  test('is cut where it is long, and calls of tools are told with their arguments', async () => {
    const gateway = await start(true)
    const directives = 'tool=get_weather'
    await askSimulator(gateway.url, {
      text: 'long '.repeat(10_000),
      directives,
      model: 'sim/sim-small',
      headers: { 'x-request-id': 'tool' },
      fields: { tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }] },
    })
    const line = await gateway.settled('tool')
    expect(String(line.prompt).length).toBe(16_384)
    expect(line.answer).toMatch(/get_weather\(\{.*\}\)/)
  })

  test('of an answer that is not whole is the prompt alone', async () => {
    const gateway = await start(true)
    const question = { text: QUESTION, directives: 'tokens=20 error=5', headers: { 'x-request-id': 'broken' } }
    await askSimulator(gateway.url, { ...question, model: 'sim/sim-small' })
    const line = await gateway.settled('broken')
    expect(line.prompt).toContain(QUESTION)
    expect(line).not.toHaveProperty('answer')
  })

  test('is nowhere otherwise, and keys never are', async () => {
    for (const logPrompts of [false, true]) {
      const gateway = await start(logPrompts)
      await askSimulator(gateway.url, { text: QUESTION, model: 'sim/sim-small', headers: { 'x-request-id': 'one' } })
      const line = await gateway.settled('one')
      expect('prompt' in line).toBe(logPrompts)
      expect('answer' in line).toBe(logPrompts)
      expect((await recentOf(gateway))[0]?.prompt === null).toBe(!logPrompts)
      expect(JSON.stringify(gateway.logs())).not.toContain(KEY)
      expect(JSON.stringify(gateway.logs()).includes('lentils')).toBe(logPrompts)
    }
  })
})
