import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../support/gateway.js'
import { type ProviderServer, type Script, startProviderServer } from '../support/provider-server.js'
import { ONE_ATTEMPT, PLANTED_KEY, PLANTED_PROMPT } from '../support/test-bed.js'

let server: ProviderServer
let gateway: TestGateway

beforeAll(async () => {
  server = await startProviderServer()
  gateway = await startTestGateway({
    attempts: ONE_ATTEMPT,
    providers: {
      anthropic: { type: 'anthropic', apiKey: PLANTED_KEY, baseUrl: server.url },
      openai: { type: 'openai', apiKey: PLANTED_KEY, baseUrl: `${server.url}/v1` },
    },
  })
})
afterAll(async () => {
  expect(gateway.rawLog()).not.toContain(PLANTED_PROMPT)
  expect(gateway.rawLog()).not.toContain(PLANTED_KEY)
  await gateway.close()
  await server.close()
})

async function count(id: string, model: string, script: Script): Promise<{ status: number; text: string }> {
  server.script(script)
  const response = await fetch(`${gateway.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: PLANTED_PROMPT }] }),
  })
  return { status: response.status, text: await response.text() }
}

const html: Script = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<html>Sign in to the network</html>')
}

test.each<[string, Script]>([
  ['a page', html],
  ['nothing', (reply) => reply.json('')],
  ['a list', (reply) => reply.json('[1]')],
  ['no count', (reply) => reply.json({})],
  ['a count that is text', (reply) => reply.json({ input_tokens: '12' })],
  ['a count with a fraction', (reply) => reply.json({ input_tokens: 1.5 })],
  ['a count below zero', (reply) => reply.json({ input_tokens: -1 })],
  ['more than any count needs', (reply) => reply.json({ input_tokens: 1, padding: 'x'.repeat(2_000_000) })],
])('%s is no answer to pass on', async (name, script) => {
  const id = `bad-${name.replaceAll(' ', '-')}`
  const { status, text } = await count(id, 'claude-haiku-4-5', script)
  expect(status).toBe(502)
  expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'api_error' } })
  expect(gateway.logs()).toContainEqual(expect.objectContaining({ id, error: 'upstream_error', msg: 'refused' }))
})

test('a count is passed on as it came, and leaves one line in the log', async () => {
  const answer = '{ "input_tokens": 4711, "context_management": {"original_input_tokens": 5000} }'
  expect(await count('good', 'claude-haiku-4-5', (reply) => reply.json(answer))).toEqual({ status: 200, text: answer })
  expect(gateway.logs().filter((line) => line.id === 'good')).toEqual([
    expect.objectContaining({
      msg: 'request',
      path: '/v1/messages/count_tokens',
      provider: 'anthropic',
      model: 'claude-haiku-4-5',
      status: 200,
      end: 'complete',
      attempts: 1,
    }),
  ])
})

test('an estimate leaves a line too, without an attempt', async () => {
  const { status } = await count('estimate', 'openai/gpt-4o', html)
  expect(status).toBe(200)
  expect(await gateway.settled('estimate')).toMatchObject({ model: 'gpt-4o', status: 200, attempts: 0 })
})
