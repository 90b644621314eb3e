import { describe, expect, test } from 'vitest'
import { composeAnswer } from '../../../src/providers/simulator/compose-answer.js'
import { parseDirectives } from '../../../src/providers/simulator/directives.js'
import { createSimulatorUpstream } from '../../../src/upstream/simulator.js'

const ask = (content: string, more: object = {}) => ({
  model: 'sim-small',
  messages: [{ role: 'user', content }],
  ...more,
})

describe('directives', () => {
  test('all of them are read', () => {
    const text =
      'Hello [[sim tokens=200 ttft=150 gap=10 status=429 retry_after=2 cut=50 stall=51 error=52 tool=get_weather finish=length usage=off seed=7]]'
    expect(parseDirectives(text)).toEqual({
      tokens: 200,
      ttftMs: 150,
      gapMs: 10,
      status: 429,
      retryAfterSeconds: 2,
      cutAfter: 50,
      stallAfter: 51,
      errorAfter: 52,
      tool: 'get_weather',
      finish: 'length',
      usage: false,
      seed: 7,
    })
  })
  test('nothing asked for gives the defaults', () => {
    expect(parseDirectives('Hello')).toEqual({ ttftMs: 50, gapMs: 5, usage: true, seed: 0 })
  })
  test('nonsense is ignored', () => {
    expect(parseDirectives('[[sim finish=bogus]]')).toEqual(parseDirectives(''))
    expect(parseDirectives('[[sim tokens=many gap=-1 colour=red')).toEqual(parseDirectives(''))
    expect(parseDirectives('[[sim tokens=many gap=-1 colour=red]]')).toEqual(parseDirectives(''))
  })
})

describe('answers', () => {
  test('are the same for the same model, prompt and seed, and differ otherwise', () => {
    const answer = composeAnswer(ask('What is the capital of Norway?')).pieces
    expect(composeAnswer(ask('What is the capital of Norway?')).pieces).toEqual(answer)
    expect(composeAnswer(ask('What is the capital of Sweden?')).pieces).not.toEqual(answer)
    expect(composeAnswer(ask('What is the capital of Norway? [[sim seed=1]]')).pieces).not.toEqual(answer)
    expect(composeAnswer({ ...ask('What is the capital of Norway?'), model: 'sim-large' }).pieces).not.toEqual(answer)
  })
  test('have as many words as asked for', () => {
    expect(composeAnswer(ask('[[sim tokens=77]]')).pieces).toHaveLength(77)
  })
  test('stop at the limit of tokens', () => {
    const answer = composeAnswer(ask('[[sim tokens=77]]', { max_completion_tokens: 5 }))
    expect(answer.pieces).toHaveLength(5)
    expect(answer.finishReason).toBe('length')
  })
  test('call a tool with arguments that fit its schema', () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' }, unit: { enum: ['c', 'f'] } },
    }
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]
    const answer = composeAnswer(ask('[[sim tool=get_weather]]', { tools }))
    const args: unknown = JSON.parse(answer.pieces.join(''))
    expect(args).toEqual({ city: expect.any(String), days: expect.any(Number), unit: expect.stringMatching(/^[cf]$/) })
    expect(answer.finishReason).toBe('tool_calls')
  })
  test('end before a stop text', () => {
    const whole = composeAnswer(ask('[[sim tokens=40]]')).pieces.join('')
    const stopped = composeAnswer(ask('[[sim tokens=40]]', { stop: ['xyzzy', whole.slice(20, 26)] }))
    expect(stopped.pieces.join('')).toBe(whole.slice(0, whole.indexOf(whole.slice(20, 26))))
    expect(stopped.finishReason).toBe('stop')
  })
  test('call the tool that is demanded', () => {
    const tools = [
      { type: 'function', function: { name: 'a' } },
      { type: 'function', function: { name: 'b' } },
    ]
    expect(composeAnswer(ask('x', { tools, tool_choice: 'required' })).tool?.name).toBe('a')
    const named = { type: 'function', function: { name: 'b' } }
    expect(composeAnswer(ask('x', { tools, tool_choice: named })).tool?.name).toBe('b')
    expect(composeAnswer(ask('x', { tools, tool_choice: 'auto' })).tool).toBeUndefined()
  })
  test('a prompt of millions of openings is read once', () => {
    // With a search that starts anew at each opening this takes many seconds.
    expect(composeAnswer(ask('[[sim '.repeat(1_500_000))).pieces.length).toBeGreaterThan(0)
  }, 5000)
  test('fit a JSON schema when one is asked for', () => {
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } } }
    const answer = composeAnswer(
      ask('x', { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }),
    )
    expect(JSON.parse(answer.pieces.join(''))).toEqual({ ok: expect.any(Boolean) })
  })
})

describe('the upstream', () => {
  function stream(content: string, more: object = {}) {
    const upstream = createSimulatorUpstream(() => 1_790_000_000_000)
    return new Promise<{ status: number; text: string; error: string | undefined }>((resolve) => {
      let status = 0
      let text = ''
      upstream.send(
        { method: 'POST', path: '', headers: {}, body: JSON.stringify({ ...ask(content), stream: true, ...more }) },
        {
          onResponse: (code) => {
            status = code
          },
          onData: (chunk) => {
            text += chunk.toString()
          },
          onEnd: () => resolve({ status, text, error: undefined }),
          onError: (error) => resolve({ status, text, error: error.code }),
        },
      )
    })
  }

  test('streams every token and ends with [DONE]', async () => {
    const { status, text } = await stream('[[sim tokens=30 ttft=1 gap=0]]')
    expect(status).toBe(200)
    expect(text.match(/"content":" ?[^"]/g)).toHaveLength(30)
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(text).not.toContain('usage')
  })
  test('tells the usage when asked', async () => {
    const { text } = await stream('one two [[sim tokens=3 ttft=1 gap=0]]', { stream_options: { include_usage: true } })
    expect(text).toContain('"completion_tokens":3')
  })
  test('answers a status with retry-after', async () => {
    expect(await stream('[[sim status=429 ttft=1]]')).toMatchObject({
      status: 429,
      text: expect.stringContaining('429'),
    })
  })
  test('cuts the connection', async () => {
    const { text, error } = await stream('[[sim tokens=30 cut=4 ttft=1 gap=0]]')
    expect(error).toBe('stream_truncated')
    expect(text.match(/"content":" ?[^"]/g)).toHaveLength(4)
  })
  test('sends an error event', async () => {
    const { text, error } = await stream('[[sim tokens=30 error=4 ttft=1 gap=0]]')
    expect(error).toBeUndefined()
    expect(text).toContain('"error":{')
    expect(text).not.toContain('[DONE]')
  })
  test('pauses and resumes without losing a token', async () => {
    const upstream = createSimulatorUpstream(() => 0)
    const text = await new Promise<string>((resolve) => {
      let seen = ''
      const body = JSON.stringify({ ...ask('[[sim tokens=200 ttft=1 gap=0]]'), stream: true })
      const call = upstream.send(
        { method: 'POST', path: '', headers: {}, body },
        {
          onResponse() {},
          onData(chunk) {
            seen += chunk.toString()
            call.pause()
            setImmediate(() => call.resume())
          },
          onEnd: () => resolve(seen),
          onError: () => resolve('error'),
        },
      )
    })
    expect(text.match(/"content":" ?[^"]/g)).toHaveLength(200)
  })
})
