import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../src/core/chat-request.js'
import type { AssistantPart, Message } from '../../src/core/message.js'
import type { StreamEvent } from '../../src/core/stream-event.js'
import { createReasoningMemory, type MemoryScope } from '../../src/pipeline/reasoning-memory.js'

const scope: MemoryScope = { tenant: 'a', origin: 'anthropic', model: 'claude-opus-5-5' }
const answer: readonly StreamEvent[] = [
  { type: 'reasoning-delta', choice: 0, text: 'Think ' },
  { type: 'reasoning-delta', choice: 0, text: 'first.' },
  { type: 'reasoning-end', choice: 0, signature: 'sig1' },
  { type: 'reasoning-redacted', choice: 0, data: 'secret' },
  { type: 'tool-start', choice: 0, index: 0, id: 't1', name: 'a' },
  { type: 'reasoning-delta', choice: 0, text: 'Again.' },
  { type: 'reasoning-end', choice: 0, signature: 'sig2' },
  { type: 'tool-start', choice: 0, index: 1, id: 't2', name: 'b', signature: 'call-sig' },
]
const call = (id: string): AssistantPart => ({ type: 'tool-call', id, name: 'x', arguments: '{}', path: 'p' })
const text: AssistantPart = { type: 'text', text: 'Let me see.', path: 'p' }
const user: Message = { role: 'user', parts: [], path: 'p' }

function request(...messages: Message[]): ChatRequest {
  return { dialect: 'openai', model: 'm', stream: false, includeUsage: false, messages, extras: {}, raw: '{}' }
}
const turn = (...parts: AssistantPart[]): Message => ({ role: 'assistant', parts, path: 'p' })

function remembering(maxBytes = 100_000) {
  const memory = createReasoningMemory({ maxBytes })
  const observe = memory.observe(scope)
  for (const event of answer) observe(event)
  return memory
}
const shapes = (message: Message | undefined) =>
  message?.role === 'assistant'
    ? message.parts.map((part) => ('signature' in part ? `${part.type}:${part.signature}` : part.type))
    : undefined

describe('what a provider wants back with its tool calls', () => {
  test('is put back, thinking first, the rest before its call', () => {
    const restored = remembering().restore(request(user, turn(text, call('t1'), call('t2'))), scope)
    expect(shapes(restored.messages[1])).toEqual([
      'reasoning:sig1',
      'redacted-reasoning',
      'text',
      'tool-call',
      'reasoning:sig2',
      'tool-call:call-sig',
    ])
  })
  test('only in the current turn', () => {
    const asked = request(user, turn(call('t1')), user)
    expect(remembering().restore(asked, scope)).toBe(asked)
  })
  test.each([
    ['another tenant', { tenant: 'b' }],
    ['another model', { model: 'claude-sonnet-5-5' }],
    ['another family', { origin: 'gemini' }],
  ] as const)('not for %s', (_name, change) => {
    const asked = request(user, turn(call('t1')))
    expect(remembering().restore(asked, { ...scope, ...change })).toBe(asked)
  })
  test('not where the client kept its own thinking', () => {
    const own: AssistantPart = { type: 'reasoning', text: 'Own.', signature: 's', origin: 'anthropic', path: 'p' }
    const restored = remembering().restore(request(user, turn(own, call('t1'))), scope)
    expect(shapes(restored.messages[1])).toEqual(['reasoning:s', 'tool-call'])
  })
  test('the oldest is forgotten when the memory is full', () => {
    const memory = remembering(1500)
    const observe = memory.observe(scope)
    observe({ type: 'reasoning-delta', choice: 0, text: 'x'.repeat(300) })
    observe({ type: 'reasoning-end', choice: 0, signature: 's' })
    observe({ type: 'tool-start', choice: 0, index: 0, id: 't3', name: 'c' })
    const asked = request(user, turn(call('t1')))
    expect(memory.restore(asked, scope)).toBe(asked)
    expect(shapes(memory.restore(request(user, turn(call('t3'))), scope).messages[1])).toEqual([
      'reasoning:s',
      'tool-call',
    ])
  })
})
