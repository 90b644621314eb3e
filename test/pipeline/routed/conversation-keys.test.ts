import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/core/chat-request.js'
import { anthropicDialect } from '../../../src/dialects/anthropic/dialect.js'
import { openaiDialect } from '../../../src/dialects/openai/dialect.js'
import { conversationKeys } from '../../../src/pipeline/routed/conversation-keys.js'

type Turn = readonly [role: string, content: unknown]
const openai = (...turns: readonly Turn[]): ChatRequest =>
  openaiDialect.parseRequest(
    JSON.stringify({ model: 'auto', messages: turns.map(([role, content]) => ({ role, content })) }),
  )
const anthropic = (...turns: readonly Turn[]): ChatRequest =>
  anthropicDialect.parseRequest(
    JSON.stringify({ model: 'auto', max_tokens: 9, messages: turns.map(([role, content]) => ({ role, content })) }),
  )
const keys = (request: ChatRequest, scope: readonly string[] = ['t']) => conversationKeys(request, scope)

const u1: Turn = ['user', 'Hi']
const a1: Turn = ['assistant', 'Hello']
const u2: Turn = ['user', 'And now?']
const a2: Turn = ['assistant', 'Now this.']

describe('the turns of a conversation', () => {
  test('find each other', () => {
    expect(keys(openai(u1)).before).toBeUndefined()
    expect(keys(openai(u1, a1, u2)).before).toBe(keys(openai(u1)).whole)
    expect(keys(openai(u1, a1, u2, a2, u1)).before).toBe(keys(openai(u1, a1, u2)).whole)
  })

  test('find each other in a tool loop', () => {
    const call = {
      role: 'assistant',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    const result = { role: 'tool', tool_call_id: 'c', content: 'ok' }
    const user = { role: 'user', content: 'Hi' }
    const parse = (messages: readonly object[]) =>
      openaiDialect.parseRequest(JSON.stringify({ model: 'auto', messages }))
    expect(keys(parse([user, call, result])).before).toBe(keys(parse([user])).whole)
    const third = parse([user, call, result, { role: 'assistant', content: 'Done.' }, user])
    expect(keys(third).before).toBe(keys(parse([user, call, result])).whole)
  })

  test('find each other across dialects, and whatever comes and goes between turns', () => {
    const marked = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 's' }
    const first = keys(anthropic(['user', [marked]]))
    expect(first.whole).toBe(keys(openai(u1)).whole)
    const second = anthropic(u1, ['assistant', [thinking, { type: 'text', text: 'Hello' }]], u2)
    expect(keys(second).before).toBe(first.whole)
    expect(keys(second).whole).toBe(keys(openai(u1, a1, u2)).whole)
  })

  test.each([
    ['another tenant', keys(openai(u1), ['other'])],
    ['another prompt', keys(openai(u2))],
    ['another role', keys(openai(['system', 'Hi'], u1))],
    [
      'parts cut elsewhere',
      keys(
        openai([
          'user',
          [
            { type: 'text', text: 'H' },
            { type: 'text', text: 'i' },
          ],
        ]),
      ),
    ],
  ])('are not taken for those with %s', (_name, other) => {
    expect(other.whole).not.toBe(keys(openai(u1)).whole)
  })

  test('of which one is very long are told apart by its ends and its length', () => {
    const long = (middle: string, end: string) =>
      keys(openai(['user', `${'a'.repeat(60_000)}${middle}${'b'.repeat(60_000)}${end}`])).whole
    expect(long('x', 'y')).not.toBe(long('x', 'z'))
    expect(long('x', 'y')).not.toBe(long('xx', 'y'))
  })
})
