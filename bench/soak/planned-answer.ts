import { tokenAt } from '../load/answer-plan.js'

/**
 * An answer that says itself what it has to be: its first piece names the question, the provider's process, the call and
 * the number of pieces, and everything behind it follows from these. So a client can check each byte of an answer, fresh
 * or kept, without asking the provider, which may be dead by then.
 */
export interface PlannedAnswer {
  readonly key: string
  readonly upstream: string
  readonly call: string
  readonly pieces: number
}

export type TextProblem = { readonly problem: string }

const HEADER = /^⟦([0-9a-f]{8}) (\w+) ([\w.]+) (\d+)⟧/
/** The beginning of an answer that was cut within its header. */
const HEADER_START = /^⟦([0-9a-f]{0,8}|[0-9a-f]{8} (\w*|\w+ ([\w.]*|[\w.]+ \d*)))$/
/** So often a piece names its call, so that a piece of another answer shows wherever it lands. */
const SIGNED_EVERY = 8

export function renderPieces({ call, key, pieces, upstream }: PlannedAnswer): readonly string[] {
  const place = Number.parseInt(hashText(`${key} ${upstream} ${call}`), 16) % 1000
  const body = Array.from({ length: pieces - 1 }, (_, n) =>
    n % SIGNED_EVERY === SIGNED_EVERY - 1 ? ` <${call}:${n}>` : tokenAt(place + n),
  )
  return [`⟦${key} ${upstream} ${call} ${pieces}⟧`, ...body]
}

/** Which answer a text is, or the beginning of: undefined when it is too short to tell. */
export function recogniseText(text: string, isWhole: boolean): PlannedAnswer | TextProblem | undefined {
  const match = HEADER.exec(text)
  if (match === null) {
    if (!isWhole && (text === '' || HEADER_START.test(text))) return undefined
    return { problem: `begins with ${JSON.stringify(text.slice(0, 60))}` }
  }
  const [, key = '', upstream = '', call = '', pieces = ''] = match
  const answer = { key, upstream, call, pieces: Number(pieces) }
  const expected = renderPieces(answer).join('')
  if (isWhole ? text === expected : expected.startsWith(text)) return answer
  return { problem: describeDifference(expected, text) }
}

function describeDifference(expected: string, got: string): string {
  let at = 0
  while (at < got.length && got[at] === expected[at]) at++
  const around = (text: string): string => JSON.stringify(text.slice(at, at + 40))
  return `differs at character ${at} of ${expected.length}: ${around(got)} instead of ${around(expected)}`
}

/** Of a scripted tool call, whose note is such a text. */
export const argumentsOf = (note: string): object => ({ note, urgent: false, count: note.length })

/** FNV-1a, as eight hexadecimal digits. */
export function hashText(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}
