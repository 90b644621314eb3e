import { type AnswerPlan, expectedText } from './answer-plan.js'

export type ClientDialect = 'openai' | 'anthropic'

/** Verifies one answer while it comes. Text is Latin-1, one character a byte. */
export interface AnswerCheck {
  /** Answers how many text events the piece completed. */
  push(text: string): number
  /** What is wrong with the whole answer, or undefined if every byte is right. */
  end(): string | undefined
  /** Share of the text that has come, 0 to 1. */
  readonly progress: number
}

interface StreamForm {
  /** What stands before the JSON string of every text event. */
  readonly textKey: string
  /** The text of an event that does not have the usual form. */
  parseText(event: unknown): string
  readonly terminator: string
  readonly finish: string
}

const FORMS: Record<ClientDialect, StreamForm> = {
  openai: {
    textKey: '"content":"',
    parseText: (event) => stringAt(event, ['choices', 0, 'delta', 'content']),
    terminator: '[DONE]',
    finish: '"finish_reason":"stop"',
  },
  anthropic: {
    textKey: '"text":"',
    parseText: (event) => stringAt(event, ['delta', 'text']),
    terminator: '"type":"message_stop"',
    finish: '"stop_reason":"end_turn"',
  },
}

const WHOLE_PATHS: Record<ClientDialect, readonly (string | number)[]> = {
  openai: ['choices', 0, 'message', 'content'],
  anthropic: ['content', 0, 'text'],
}

const NEEDS_DECODING = /[\\\u0080-\u00ff]/
const QUOTE = '"'
const BACKSLASH = 0x5c

export function createWholeCheck(dialect: ClientDialect, plan: AnswerPlan): AnswerCheck {
  let body = ''
  return {
    push(text) {
      body += text
      return 0
    },
    end() {
      let parsed: unknown
      try {
        parsed = JSON.parse(utf8(body))
      } catch {
        return `no JSON: ${body.slice(0, 100)}`
      }
      const got = stringAt(parsed, WHOLE_PATHS[dialect])
      const expected = expectedText(plan)
      return got === expected ? undefined : difference(expected, 0, got)
    },
    progress: 0,
  }
}

export function createStreamCheck(dialect: ClientDialect, plan: AnswerPlan): AnswerCheck {
  const form = FORMS[dialect]
  const expected = expectedText(plan)
  let rest = ''
  let position = 0
  let problem: string | undefined
  let finished = false
  let terminated = false

  function take(text: string): number {
    if (text === '') return 0
    if (expected.startsWith(text, position)) position += text.length
    else problem ??= difference(expected, position, text)
    return 1
  }

  /** An event without text in the usual place: it opens, closes, or says the same in other words. */
  function other(event: string): number {
    if (event.includes(form.finish)) finished = true
    const data = event.indexOf('data:')
    if (data === -1) return 0
    const json = event.slice(data + 5).trim()
    if (json === '' || json.includes(form.terminator)) {
      if (json !== '') terminated = true
      return 0
    }
    try {
      const parsed: unknown = JSON.parse(utf8(json))
      if (stringAt(parsed, ['choices', 0, 'finish_reason']) === 'stop') finished = true
      if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) problem ??= `error: ${json.slice(0, 200)}`
      return take(form.parseText(parsed))
    } catch {
      problem ??= `no JSON: ${json.slice(0, 100)}`
      return 0
    }
  }

  function event(all: string, start: number, end: number): number {
    const key = all.indexOf(form.textKey, start)
    if (key === -1 || key >= end) return other(all.slice(start, end))
    const from = key + form.textKey.length
    let quote = all.indexOf(QUOTE, from)
    while (quote !== -1 && isEscaped(all, quote)) quote = all.indexOf(QUOTE, quote + 1)
    if (quote === -1 || quote > end) return other(all.slice(start, end))
    const raw = all.slice(from, quote)
    const count = take(NEEDS_DECODING.test(raw) ? JSON.parse(`"${utf8(raw)}"`) : raw)
    // A gateway may finish together with its last text.
    if (position === expected.length && all.slice(quote, end).includes(form.finish)) finished = true
    return count
  }

  return {
    push(text) {
      let all = rest === '' ? text : rest + text
      if (all.includes('\r\n')) all = all.replaceAll('\r\n', '\n')
      let start = 0
      let count = 0
      for (;;) {
        const end = all.indexOf('\n\n', start)
        if (end === -1) break
        count += event(all, start, end)
        start = end + 2
      }
      rest = start === 0 ? all : all.slice(start)
      return count
    },
    end() {
      if (problem !== undefined) return problem
      if (position !== expected.length) return `${expected.length - position} of ${expected.length} characters missing`
      if (!finished) return 'no finish reason'
      if (!terminated) return 'no terminator'
      if (rest.trim() !== '') return `bytes behind the end: ${rest.slice(0, 100)}`
      return undefined
    },
    get progress() {
      return position / expected.length
    },
  }
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1
  while (text.charCodeAt(at) === BACKSLASH) at--
  return (quote - at) % 2 === 0
}

function difference(expected: string, position: number, got: string): string {
  const wanted = expected.slice(position, position + got.length + 8)
  return `wrong text at ${position}: ${JSON.stringify(got.slice(0, 80))} instead of ${JSON.stringify(wanted.slice(0, 80))}`
}

function stringAt(value: unknown, path: readonly (string | number)[]): string {
  let at = value
  for (const key of path) {
    // Only read: any object can be asked for any key.
    at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined
  }
  return typeof at === 'string' ? at : ''
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}
