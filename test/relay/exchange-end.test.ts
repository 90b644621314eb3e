import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { anthropicProvider } from '../../src/providers/anthropic/adapter.js'
import { relayWhole } from '../../src/relay/relay-whole.js'
import { createFakeUpstream } from '../support/fake-upstream.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a call that has ended leaves no timer that would keep it in memory', async () => {
  const upstream = createFakeUpstream()
  const outcome = relayWhole({
    upstream,
    request: { method: 'POST', path: '/v1/messages', headers: {}, body: '{}' },
    adapter: anthropicProvider,
    decodeContext: {
      model: { id: 'm', provider: 'p', upstreamName: 'm', listed: false },
      createToolCallId: (n) => `call_${n}`,
    },
    timeouts: { firstTokenMs: 1000, idleMs: 1000, totalMs: 1000 },
    clock: { now: () => Date.now(), epochMs: () => Date.now() },
    streamed: false,
    onGone() {},
    onResponseHeaders() {},
  })
  const handler = upstream.handler()
  handler.onResponse(200, { 'content-type': 'application/json' })
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'Hi.' }],
  }
  handler.onData(
    Buffer.from(JSON.stringify({ ...message, stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } })),
  )
  handler.onEnd()
  expect(await outcome).toMatchObject({ kind: 'complete' })
  expect(vi.getTimerCount()).toBe(0)
})
