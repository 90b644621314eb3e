import { describe, expect, test } from 'vitest'
import { type AnswerCheck, createStreamCheck, createWholeCheck } from '../../bench/load/answer-check.js'
import { parseDirective, renderDirective } from '../../bench/load/answer-plan.js'
import { createStreamTranslation } from '../../bench/load/floor-translation.js'
import { anthropicWire, openaiWire } from '../../bench/load/upstream-wire.js'

const PLAN = { tokens: 48, delayMs: 0, gapMs: 0, eventsPerWrite: 1, seed: 200 }

const STREAMS = [
  { dialect: 'anthropic', wire: anthropicWire },
  { dialect: 'openai', wire: openaiWire },
] as const

function streamText(wire: typeof anthropicWire): string {
  const parts = [wire.opening, wire.events(PLAN.seed, PLAN.tokens), wire.closing(PLAN)]
  return Buffer.concat(parts).toString('latin1')
}

function verdict(check: AnswerCheck, pieces: readonly string[]): string | undefined {
  for (const piece of pieces) check.push(piece)
  return check.end()
}

describe.each(STREAMS)('the check of $dialect streams', ({ dialect, wire }) => {
  const text = streamText(wire)

  test('accepts the answer wherever it is cut, and counts its tokens', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const check = createStreamCheck(dialect, PLAN)
      expect(check.push(text.slice(0, cut)) + check.push(text.slice(cut))).toBe(PLAN.tokens)
      expect(check.end()).toBeUndefined()
      expect(check.progress).toBe(1)
    }
  })

  test.each([
    ['a lost event', text.replace(wire.events(PLAN.seed + 3, 1).toString('latin1'), '')],
    ['a changed letter', text.replace('stream', 'scream')],
    [
      'an answer to another request',
      text.replace(wire.events(PLAN.seed, 1).toString('latin1'), wire.events(0, 1).toString('latin1')),
    ],
    ['half a character', text.replace('\u00c2\u00b0', '\u00c2')],
    ['a missing terminator', text.slice(0, text.lastIndexOf('data:'))],
    ['a missing finish', text.replace(/"(finish|stop)_reason":"\w+"/, '"other":1')],
    ['an error inside the stream', text.replace('data:', 'data: {"error":{"message":"no"}}\n\ndata:')],
    ['bytes behind the end', `${text}data`],
  ])('notices %s', (_what, changed) => {
    expect(changed).not.toBe(text)
    expect(verdict(createStreamCheck(dialect, PLAN), [changed])).toBeTypeOf('string')
  })
})

test.each(STREAMS)('the check of whole $dialect answers accepts the right one only', ({ dialect, wire }) => {
  const body = wire.whole(PLAN).toString('latin1')
  expect(verdict(createWholeCheck(dialect, PLAN), [body])).toBeUndefined()
  expect(verdict(createWholeCheck(dialect, PLAN), [body.replace('stream', 'scream')])).toMatch(/^wrong text at \d+/)
  expect(verdict(createWholeCheck(dialect, PLAN), [body.slice(0, -1)])).toMatch(/^no JSON/)
})

test.each([false, true])('the floor translates every byte, wherever the stream is cut (scan: %s)', (scan) => {
  const text = streamText(anthropicWire)
  for (let cut = 0; cut <= text.length; cut++) {
    const translate = createStreamTranslation(scan)
    const pieces = [translate(text.slice(0, cut)), translate(text.slice(cut))]
    expect(verdict(createStreamCheck('openai', PLAN), pieces)).toBeUndefined()
  }
})

test('a plan survives its way through a prompt', () => {
  const body = JSON.stringify({ messages: [{ role: 'user', content: `${renderDirective(PLAN)} and more` }] })
  expect(parseDirective(body)).toEqual(PLAN)
})
