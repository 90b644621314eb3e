import { expect } from 'vitest'
import type { Answer, Asked, ClientDialect } from './test-bed.js'
import { PLANTED_KEY, PLANTED_PROMPT } from './test-bed.js'

/** What a client is to be told when something goes wrong. */
export interface ExpectedError {
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly anthropicType: string
  readonly param?: string
  readonly message?: RegExp
}

/** An error answer: status, the exact shape of the client's dialect, and nothing that should stay inside. */
export function expectErrorAnswer(client: ClientDialect, answer: Answer, id: string, expected: ExpectedError): void {
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: expected.status })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('x-request-id')).toBe(id)
  expectErrorObject(client, JSON.parse(answer.text), id, expected)
  expectNothingPlanted(answer.text)
}

export function expectErrorObject(client: ClientDialect, body: unknown, id: string, expected: ExpectedError): void {
  const { type, code, param = null, message = /\S/ } = expected
  if (client === 'openai') {
    expect(body).toStrictEqual({ error: { message: expect.stringMatching(message), type, param, code } })
  } else {
    expect(body).toStrictEqual({
      type: 'error',
      error: { type: expected.anthropicType, message: expect.stringMatching(message) },
      request_id: id,
    })
  }
}

/** A stream that broke after it had begun: the text so far, then the error, and no sign of a clean end. */
export function expectBrokenStream(
  client: ClientDialect,
  answer: Answer,
  id: string,
  expected: { readonly text: string } & Omit<ExpectedError, 'status'>,
): void {
  expect(answer.status).toBe(200)
  expect(textOf(client, answer.text)).toBe(expected.text)
  expect(answer.text).not.toContain('[DONE]')
  expect(answer.text).not.toContain('message_stop')
  const events = eventsOf(answer.text)
  const last = events.at(-1)
  expect(last?.event).toBe(client === 'anthropic' ? 'error' : undefined)
  expect(events.filter(({ data }) => isError(data))).toHaveLength(1)
  expectErrorObject(client, last?.data, id, { ...expected, status: 200 })
  expectNothingPlanted(answer.text)
}

/** A stream that ended as its protocol says. */
export function expectCleanStream(client: ClientDialect, answer: Answer, text: string): void {
  expect({ status: answer.status, tail: answer.text.slice(-300) }).toMatchObject({ status: 200 })
  expect(textOf(client, answer.text)).toBe(text)
  expect(answer.text.trimEnd().endsWith(client === 'openai' ? 'data: [DONE]' : '"type":"message_stop"}')).toBe(true)
  expect(eventsOf(answer.text).some(({ data }) => isError(data))).toBe(false)
}

export async function expectLogged(asked: Asked, expected: object): Promise<void> {
  expect(await asked.settled()).toMatchObject(expected)
}

export function expectNothingPlanted(text: string): void {
  for (const secret of [PLANTED_KEY, PLANTED_PROMPT]) expect(text).not.toContain(secret)
}

export interface ReadEvent {
  readonly event: string | undefined
  /** Parsed JSON, or the text itself where it is none (`[DONE]`). */
  readonly data: unknown
}

/** The events of a whole stream; comments are left out. */
function eventsOf(stream: string): readonly ReadEvent[] {
  return stream.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith(':'))
    const field = (name: string) =>
      lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
    const data = field('data')
    return data.length === 0 ? [] : [{ event: field('event')[0], data: parsed(data.join('\n')) }]
  })
}

/** All the text of an answer's stream. */
export function textOf(client: ClientDialect, stream: string): string {
  return eventsOf(stream)
    .map(({ data }) => (client === 'openai' ? openaiText(data) : anthropicText(data)))
    .join('')
}

/** The text of an answer in one piece. */
export function wholeTextOf(client: ClientDialect, body: string): unknown {
  const answer: unknown = JSON.parse(body)
  return client === 'openai' ? at(answer, 'choices', 0, 'message', 'content') : at(answer, 'content', 0, 'text')
}

function openaiText(data: unknown): string {
  const text = at(data, 'choices', 0, 'delta', 'content')
  return typeof text === 'string' ? text : ''
}

function anthropicText(data: unknown): string {
  const text = at(data, 'delta', 'text')
  return typeof text === 'string' ? text : ''
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, step)
  }
  return current
}

function isError(data: unknown): boolean {
  return at(data, 'error') !== undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
