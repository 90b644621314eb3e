import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../src/core/stream-event.js'
import { type ReplayPace, splitForReplay } from '../../src/relay/split-for-replay.js'

const TEXT = 'Grüße 👩‍👩‍👧 and more 🙂🙂🙂 text'
const EVENTS: readonly StreamEvent[] = [
  { type: 'start', id: 'x', model: 'm' },
  { type: 'reasoning-delta', choice: 0, text: 'hm 🙂' },
  { type: 'reasoning-end', choice: 0, signature: 's' },
  { type: 'text-delta', choice: 0, text: TEXT },
  { type: 'tool-start', choice: 0, index: 0, id: 'c', name: 'f' },
  { type: 'tool-delta', choice: 0, index: 0, arguments: '{"a":"🙂"}' },
  { type: 'tool-end', choice: 0, index: 0 },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
]
const split = (pace: ReplayPace, events = EVENTS) => [...splitForReplay(events, pace)]

/** Joins neighbouring deltas again. */
function joined(events: readonly StreamEvent[]): unknown[] {
  const whole: Record<string, unknown>[] = []
  for (const event of events) {
    const last = whole.at(-1)
    if (last?.type === event.type && event.type === 'tool-delta') last.arguments += event.arguments
    else if (last?.type === event.type && 'text' in event) last.text += event.text
    else whole.push({ ...event })
  }
  return whole
}

test.each<[string, ReplayPace]>([
  ['instant', { mode: 'instant' }],
  ['paced', { mode: 'paced', tokensPerSecond: 20 }],
  ['paced fast', { mode: 'paced', tokensPerSecond: 1_000_000 }],
  ['recorded', { mode: 'recorded', gapsMs: [0, 5, 7], characters: [3, 9, 10] }],
  ['recorded in single characters', { mode: 'recorded', gapsMs: Array(60).fill(1), characters: Array(60).fill(1) }],
  ['recorded nothing', { mode: 'recorded', gapsMs: [], characters: [] }],
])('%s, the pieces join to the same answer and no character is torn', (_, pace) => {
  const events = split(pace).map(({ event }) => event)
  expect(joined(events)).toEqual(EVENTS)
  for (const event of events) if ('text' in event) expect(Buffer.from(event.text).toString()).toBe(event.text)
})

describe('the gaps', () => {
  const text: readonly StreamEvent[] = [{ type: 'text-delta', choice: 0, text: 'abcdefghijkl' }]

  test('are none when instant', () => {
    expect(split({ mode: 'instant' }).every(({ afterMs }) => afterMs === 0)).toBe(true)
  })

  test('follow the tokens a second, with a timer every 5 ms at most', () => {
    expect(split({ mode: 'paced', tokensPerSecond: 20 }, text).map(({ afterMs }) => afterMs)).toEqual([50, 50, 50])
    expect(split({ mode: 'paced', tokensPerSecond: 400 }, text).map(({ afterMs }) => afterMs)).toEqual([5, 5])
  })

  test('are those recorded, whole where deltas were cut differently', () => {
    const two: readonly StreamEvent[] = [
      { type: 'text-delta', choice: 0, text: 'abcd' },
      { type: 'tool-delta', choice: 0, index: 0, arguments: 'efgh' },
    ]
    const pieces = split({ mode: 'recorded', gapsMs: [0, 8, 9], characters: [2, 4, 2] }, two)
    expect(pieces.map(({ afterMs }) => afterMs)).toEqual([0, 8, 0, 9])
  })
})

test('log-probabilities of the whole go out once', () => {
  const logprobs = { content: [1, 2] }
  const pieces = split({ mode: 'paced', tokensPerSecond: 20 }, [
    { type: 'text-delta', choice: 0, text: 'abcdefgh', logprobs },
  ])
  expect(pieces.map(({ event }) => ('logprobs' in event ? event.logprobs : null))).toEqual([logprobs, null])
})
