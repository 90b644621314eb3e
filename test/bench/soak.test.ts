import { describe, expect, test } from 'vitest'
import { createRandom } from '../../bench/cache-eval/random.js'
import { descriptorsLeft } from '../../bench/soak/descriptors.js'
import { FaultJournal } from '../../bench/soak/fault-journal.js'
import { type Got, judgeChat } from '../../bench/soak/judge-chat.js'
import { judgeEmbeddings } from '../../bench/soak/judge-embeddings.js'
import { parseOptions } from '../../bench/soak/options.js'
import { type Fault, planFaults } from '../../bench/soak/plan-faults.js'
import { argumentsOf, recogniseText, renderPieces } from '../../bench/soak/planned-answer.js'
import { freshQuestion, HOT_QUESTIONS, keyOf, VARIANTS } from '../../bench/soak/questions.js'
import { readPrompt } from '../../bench/soak/read-prompt.js'
import type { ChatAsk } from '../../bench/soak/request-mix.js'
import { slopeOf } from '../../bench/soak/slope.js'
import { SoakLedger } from '../../bench/soak/soak-ledger.js'
import { anthropicWire, openaiWire, type WireAnswer } from '../support/wire-answers.js'

const QUESTION = 'How do I sell my bicycle?'
const PLANNED = { key: keyOf(QUESTION), upstream: 'alpha', call: '71.3', pieces: 20 }
const PIECES = renderPieces(PLANNED)
const TEXT = PIECES.join('')
const ANSWER: WireAnswer = { model: 'm', pieces: PIECES, inputTokens: 9, outputTokens: PIECES.length }
const ASK: ChatAsk = {
  kind: 'chat',
  dialect: 'openai',
  model: 'auto',
  stream: true,
  prompt: QUESTION,
  withTools: false,
  client: 'wide',
  cache: 'auto',
  leavesAfter: undefined,
}
const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' }
const JSON_BODY = { 'content-type': 'application/json' }

function got(body: string, parts: Partial<Got> = {}): Got {
  return { status: 200, headers: STREAM, body, failure: undefined, hasLeft: false, ...parts }
}

describe('an answer that says what it has to be', () => {
  test('is known by its text, whole or begun', () => {
    expect(recogniseText(TEXT, true)).toEqual(PLANNED)
    for (let length = 1; length < TEXT.length; length++) {
      expect(recogniseText(TEXT.slice(0, length), false) ?? PLANNED).toEqual(PLANNED)
      expect(recogniseText(TEXT.slice(0, length), true)).toHaveProperty('problem')
    }
  })

  test('is wrong with any piece lost, doubled or of another answer', () => {
    const other = renderPieces({ ...PLANNED, call: '71.4' })
    for (let at = 0; at < PIECES.length - 1; at++) {
      const without = PIECES.toSpliced(at, 1).join('')
      const twice = PIECES.toSpliced(at, 0, PIECES[at] ?? '').join('')
      for (const text of [without, twice]) expect(recogniseText(text, true)).toHaveProperty('problem')
    }
    expect(recogniseText([...PIECES.slice(0, 8), ...other.slice(8)].join(''), true)).toHaveProperty('problem')
  })
})

test('all wordings of a question have its key, and no other question has', () => {
  const questions = [...HOT_QUESTIONS, ...Array.from({ length: 2000 }, (_, n) => freshQuestion(n))]
  expect(new Set(questions.map(keyOf)).size).toBe(questions.length)
  for (const question of HOT_QUESTIONS) {
    for (const variant of VARIANTS) {
      expect(variant(question)).not.toBe(question)
      expect(keyOf(variant(question))).toBe(keyOf(question))
    }
  }
})

test.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: QUESTION }], stream: true, tools: [{}] }],
  [
    '/v1/messages',
    { messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION }] }], stream: true, tools: [] },
  ],
  ['/v1beta/models/m:streamGenerateContent?alt=sse', { contents: [{ parts: [{ text: QUESTION }] }], tools: [{}] }],
])('a scripted provider reads the question of %s', (path, body) => {
  expect(readPrompt(path, JSON.stringify(body))).toEqual({ prompt: QUESTION, hasTools: true, isStream: true })
})

describe('a chat answer', () => {
  const whole = openaiWire.stream(ANSWER)
  const cut = whole.slice(0, whole.length / 2)
  const error = 'data: {"error":{"message":"m","type":"server_error","param":null,"code":"upstream_error"}}\n\n'
  const call = { id: 'c', name: 'take_note', args: argumentsOf(TEXT) }
  const called: WireAnswer = { ...ANSWER, pieces: [], calls: [call] }
  const tools = { withTools: true }
  const anthropic = { dialect: 'anthropic' } as const

  test.each<[string, Partial<ChatAsk>, Got, object]>([
    ['is right as a stream', {}, got(whole), { kind: 'right' }],
    ['is right at Anthropic’s clients', anthropic, got(anthropicWire.stream(ANSWER)), { kind: 'right' }],
    [
      'is right in one piece',
      { stream: false },
      got(openaiWire.body(ANSWER), { headers: JSON_BODY }),
      { kind: 'right' },
    ],
    ['is right as a call', tools, got(openaiWire.stream(called)), { kind: 'right' }],
    ['is right as a call there', { ...anthropic, ...tools }, got(anthropicWire.stream(called)), { kind: 'right' }],
    ['is lost with its end', {}, got(cut), { kind: 'lost' }],
    ['is lost with its connection', {}, got(cut, { failure: 'reset' }), { kind: 'lost' }],
    ['is lost behind a bare status', {}, got('{}', { status: 502, headers: JSON_BODY }), { kind: 'lost' }],
    [
      'may end in an error',
      {},
      got(`${cut}\n\n${error}`.replace(/data: [^\n]*\n\ndata: {"error/, 'data: {"error')),
      { kind: 'error', code: 'upstream_error', isInStream: true },
    ],
    ['does not end twice', {}, got(whole.replace('data: [DONE]', `${error}data: [DONE]`)), { kind: 'wrong' }],
    ['has nothing behind its end', {}, got(`${whole}${whole}`), { kind: 'wrong' }],
    ['has its own bytes', {}, got(whole.replace('⟦', '⟦ ')), { kind: 'wrong' }],
    ['has its own finish reason', {}, got(whole.replace('"stop"', '"length"')), { kind: 'wrong' }],
    ['has its own usage', {}, got(openaiWire.stream({ ...ANSWER, outputTokens: 3 })), { kind: 'wrong' }],
    [
      'has its own arguments',
      tools,
      got(openaiWire.stream({ ...called, calls: [{ ...call, args: { note: TEXT } }] })),
      { kind: 'wrong' },
    ],
    ['is that of its question', { prompt: 'What else?' }, got(whole), { kind: 'wrong' }],
    [
      'is a false hit by meaning',
      { prompt: 'What else?' },
      got(whole, { headers: { ...STREAM, 'x-llmrouter-cache-kind': 'semantic' } }),
      { kind: 'false-hit' },
    ],
    ['may be left', {}, got(cut, { hasLeft: true, failure: 'aborted' }), { kind: 'left' }],
    ['is right until it is left', {}, got(cut.replace('⟧', ''), { hasLeft: true }), { kind: 'wrong' }],
  ])('%s', (_name, ask, answer, verdict) => {
    expect(judgeChat({ ...ASK, ...ask }, answer)).toMatchObject(verdict)
  })
})

test('vectors are those of their texts, in their order', () => {
  const known = [new Float32Array([1, 0]), new Float32Array([0, 1])]
  const body = (...places: readonly number[]) =>
    JSON.stringify({
      data: places.map((place, index) => ({
        index,
        embedding: Buffer.from(known[place]?.buffer ?? new ArrayBuffer()).toString('base64'),
      })),
    })
  const ask = { kind: 'embeddings', client: 'wide', texts: [1, 0] } as const
  expect(judgeEmbeddings(ask, got(body(1, 0)), known)).toEqual({ kind: 'right' })
  expect(judgeEmbeddings(ask, got(body(0, 1)), known)).toMatchObject({ kind: 'wrong' })
  expect(judgeEmbeddings(ask, got(body(1)), known)).toMatchObject({ kind: 'wrong' })
  expect(judgeEmbeddings(ask, got('{"error":{"code":"overloaded"}}', { status: 503 }), known)).toMatchObject({
    kind: 'error',
    code: 'overloaded',
  })
})

describe('the plan of faults', () => {
  const plan = planFaults(600_000, 6000, createRandom(1))
  const nameOf = ({ kind, target }: Fault): string => `${target} ${kind}`

  test('is the same for the same seed', () => {
    expect(planFaults(600_000, 6000, createRandom(1))).toEqual(plan)
    expect(planFaults(600_000, 6000, createRandom(2))).not.toEqual(plan)
  })

  test('has every kind, none beyond the end, and one at a time for each target', () => {
    expect(new Set(plan.map(nameOf)).size).toBe(13)
    for (const [at, { atMs, forMs, target }] of plan.entries()) {
      expect(atMs + forMs).toBeLessThanOrEqual(600_000)
      const next = plan.slice(at + 1).find((fault) => fault.target === target)
      expect(next?.atMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(atMs + forMs)
    }
  })
})

describe('an error', () => {
  const seen = { code: 'upstream_error', key: 'k', fromMs: 100_000, untilMs: 101_000 }

  test('is explained by a provider that was away meanwhile, or just before', () => {
    const journal = new FaultJournal()
    expect(journal.explain(seen)).toBeUndefined()
    const ends = journal.outageBegins('alpha', 90_000)
    expect(journal.explain(seen)).toBe('outage')
    expect(journal.explain({ ...seen, code: 'internal_error' })).toBeUndefined()
    ends(98_000)
    expect(journal.explain(seen)).toBe('outage')
    expect(journal.explain({ ...seen, fromMs: 110_000, untilMs: 111_000 })).toBeUndefined()
    expect(journal.explain({ ...seen, fromMs: 80_000, untilMs: 81_000 })).toBeUndefined()
  })

  test('is explained by what its own call was made to do', () => {
    const journal = new FaultJournal()
    journal.noteScripted({ key: 'k', atMs: 100_500 })
    expect(journal.explain(seen)).toBe('scripted')
    expect(journal.explain({ ...seen, key: 'other' })).toBeUndefined()
    journal.forgetBefore(100_501)
    expect(journal.explain(seen)).toBeUndefined()
  })

  test('that nothing explains is a lost answer', () => {
    const ledger = new SoakLedger(new FaultJournal())
    const limited = { kind: 'error', code: 'rate_limit_exceeded', isInStream: false } as const
    ledger.note({ ...ASK, client: 'tight' }, got(''), limited, 0)
    expect(ledger.failures).toBe(0)
    ledger.note(ASK, got(''), limited, 0)
    expect([ledger.failures, ledger.verdicts.of('lost'), ledger.examples]).toEqual([
      1,
      1,
      [{ id: undefined, what: expect.stringContaining('rate_limit_exceeded for no reason') }],
    ])
  })
})

test('a slope is that of the line that fits best', () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 2 * x + 5 })))).toBeCloseTo(2)
  expect(slopeOf([1, 3, 1, 3].map((y, x) => ({ x, y })))).toBeCloseTo(0.4)
})

test('descriptors are left where there are more of a kind than before', () => {
  const before = new Map([
    ['socket', 3],
    ['pipe', 2],
  ])
  expect([
    ...descriptorsLeft(
      before,
      new Map([
        ['socket', 5],
        ['pipe', 1],
        ['/tmp/x', 1],
      ]),
    ),
  ]).toEqual([
    ['socket', 2],
    ['/tmp/x', 1],
  ])
})

test('what the command line says is read, and what makes no sense is refused', () => {
  expect(parseOptions(['--minutes', '60'])).toEqual({ minutes: 60, rate: 40, seed: 1, faultEveryMs: 6000 })
  expect(parseOptions(['--help'])).toBe('help')
  expect(() => parseOptions(['--rate', '0'])).toThrow('--rate has to be a number above 0')
  expect(() => parseOptions(['--speed', '1'])).toThrow(TypeError)
})
