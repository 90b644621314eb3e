import type { Pace } from '../../cache/entry/cache-entry.js'
import type { StreamEvent } from '../../core/stream-event.js'

/** Longer answers keep the pace of their beginning; the rest of a replay comes at once. */
const MOST_PIECES = 8192

/** Notes when each piece of an answer comes, for replay as recorded. */
export function createPaceRecorder() {
  const gapsMs: number[] = []
  const characters: number[] = []
  let last: number | undefined
  return {
    note(event: StreamEvent, atMs: number): void {
      const length = lengthOf(event)
      if (length === 0 || gapsMs.length === MOST_PIECES) return
      // The first piece comes at once: whoever replays has waited enough.
      gapsMs.push(last === undefined ? 0 : Math.round((atMs - last) * 10) / 10)
      characters.push(length)
      last = atMs
    },
    pace: (): Pace => ({ gapsMs, characters }),
  }
}

function lengthOf(event: StreamEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return event.text.length
    case 'tool-delta':
      return event.arguments.length
    default:
      return 0
  }
}
