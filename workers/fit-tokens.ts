import { assertNever } from '../src/core/assert-never.js'

export type LongText = 'head' | 'head-tail' | 'windows'

/** More windows would let one long text keep a thread for seconds. */
export const MAX_WINDOWS = 8

/**
 * The parts of a text that the network reads, each of at most `room` tokens: one part, or several whose vectors are
 * averaged.
 *
 * - `head`: the beginning.
 * - `head-tail`: the first and the last half of the room, put together. Prompts ask at either end.
 * - `windows`: as few full windows as cover the text, evenly spread, overlapping as little as need be. Where more than
 *   `MAX_WINDOWS` would be needed there are gaps between them; the first and the last are always read.
 */
export function fitTokens(ids: readonly number[], room: number, longText: LongText): readonly (readonly number[])[] {
  if (ids.length <= room) return [ids]
  switch (longText) {
    case 'head':
      return [ids.slice(0, room)]
    case 'head-tail':
      return [headAndTail(ids, room)]
    case 'windows':
      return spreadWindows(ids, room)
    default:
      return assertNever(longText)
  }
}

function headAndTail(ids: readonly number[], room: number): readonly number[] {
  const head = Math.ceil(room / 2)
  return [...ids.slice(0, head), ...ids.slice(ids.length - (room - head))]
}

function spreadWindows(ids: readonly number[], room: number): readonly (readonly number[])[] {
  const count = Math.min(MAX_WINDOWS, Math.ceil(ids.length / room))
  const step = (ids.length - room) / (count - 1)
  return Array.from({ length: count }, (_, index) => {
    const start = Math.round(index * step)
    return ids.slice(start, start + room)
  })
}
