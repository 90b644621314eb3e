import type { StreamEvent } from '../core/stream-event.js'

export type ReplayPace =
  | { readonly mode: 'instant' }
  | { readonly mode: 'paced'; readonly tokensPerSecond: number }
  /** So many characters came so long after the ones before: two columns of one length. */
  | { readonly mode: 'recorded'; readonly gapsMs: readonly number[]; readonly characters: readonly number[] }

export interface TimedEvent {
  /** Milliseconds after the event before it. */
  readonly afterMs: number
  readonly event: StreamEvent
}

/** About so many characters make a token of English. */
const TOKEN_CHARACTERS = 4
/** No timer is asked for more often; a faster pace sends more at a time. */
const SHORTEST_GAP_MS = 5

/** Cuts the long deltas of a whole answer into pieces with gaps between them. The pieces join to the same text. */
export function* splitForReplay(events: readonly StreamEvent[], pace: ReplayPace): Generator<TimedEvent> {
  const steps = pace.mode === 'instant' ? undefined : stepsOf(pace)
  for (const event of events) {
    const text = textOf(event)
    if (text === undefined || steps === undefined) {
      yield { afterMs: 0, event }
      continue
    }
    let start = 0
    do {
      const { characters, afterMs } = steps(text.length - start)
      const end = wholeCharacter(text, start + characters)
      yield { afterMs, event: withText(event, text.slice(start, end), start === 0) }
      start = end
    } while (start < text.length)
  }
}

type Step = { readonly characters: number; readonly afterMs: number }

/** How much comes next, and after how long; `left`: characters of the delta that is being cut. */
function stepsOf(pace: Exclude<ReplayPace, { mode: 'instant' }>): (left: number) => Step {
  if (pace.mode === 'paced') {
    const tokenMs = 1000 / pace.tokensPerSecond
    const tokens = Math.max(1, Math.ceil(SHORTEST_GAP_MS / tokenMs))
    return () => ({ characters: tokens * TOKEN_CHARACTERS, afterMs: tokens * tokenMs })
  }
  let index = 0
  let used = 0
  return (left) => {
    const recorded = pace.characters[index]
    // What was recorded is shorter than the answer: the rest comes at once.
    if (recorded === undefined) return { characters: left, afterMs: 0 }
    const characters = Math.max(1, Math.min(left, recorded - used))
    const afterMs = used === 0 ? (pace.gapsMs[index] ?? 0) : 0
    used += characters
    if (used >= recorded) {
      index++
      used = 0
    }
    return { characters, afterMs }
  }
}

/** Never between the halves of a surrogate pair: each piece is written as UTF-8 of its own. */
function wholeCharacter(text: string, end: number): number {
  const unit = text.charCodeAt(end - 1)
  return unit >= 0xd800 && unit <= 0xdbff && end < text.length ? end + 1 : end
}

function textOf(event: StreamEvent): string | undefined {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return event.text
    case 'tool-delta':
      return event.arguments
    default:
      return undefined
  }
}

/** Log-probabilities of the whole go out with its first piece. */
function withText(event: StreamEvent, text: string, first: boolean): StreamEvent {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta': {
      const { logprobs, ...rest } = event
      return { ...rest, text, ...(first && logprobs !== undefined && { logprobs }) }
    }
    case 'reasoning-delta':
      return { ...event, text }
    case 'tool-delta':
      return { ...event, arguments: text }
    default:
      return event
  }
}
