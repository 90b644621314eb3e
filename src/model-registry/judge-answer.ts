import { formatBytes } from './check-files.js'
import type { DownloadAnswer } from './download.js'

/** What an answer means for a file of a known size of which the first `offset` bytes are there. */
export type Verdict =
  /** The body is the file from this byte on. */
  | { readonly kind: 'take'; readonly at: number }
  /** What is there does not fit what the server has: start again from nothing. */
  | { readonly kind: 'restart' }
  /** Ask again in a while; null: it does not say when. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number | null }
  | { readonly kind: 'never'; readonly code: 'refused' | 'wrong-content'; readonly reason: string }

export interface Expectation {
  readonly offset: number
  /** Size of the whole file. */
  readonly bytes: number
}

/** From whoever stands between us and the server and asks for a login, or for consent to its terms. */
const WEB_PAGE = 'a web page came instead of the file: is there a login page, or a proxy that blocks it?'

type AnswerHead = Pick<DownloadAnswer, 'status' | 'header'>

export function judgeAnswer(answer: AnswerHead, { offset, bytes }: Expectation): Verdict {
  const { status } = answer
  if (status === 206 && offset > 0) return judgePart(answer, offset, bytes)
  if (status === 200) return judgeWhole(answer, bytes)
  if (status === 416 && offset > 0) return { kind: 'restart' }
  if (status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 511)) {
    return { kind: 'later', reason: `it answered ${status}`, afterMs: retryAfterMs(answer.header('retry-after')) }
  }
  return { kind: 'never', code: 'refused', reason: explainStatus(status) }
}

function judgeWhole(answer: AnswerHead, bytes: number): Verdict {
  const length = lengthOf(answer)
  if (length === bytes && encodingOf(answer) === undefined) return { kind: 'take', at: 0 }
  if (/^text\/html\b/i.test(answer.header('content-type') ?? '')) {
    return { kind: 'never', code: 'refused', reason: WEB_PAGE }
  }
  if (encodingOf(answer) !== undefined) {
    const reason = `the file came encoded (${encodingOf(answer)}), which was not asked for`
    return { kind: 'never', code: 'refused', reason }
  }
  // Sent in chunks: the end will show.
  if (length === undefined) return { kind: 'take', at: 0 }
  return wrongSize(bytes, length)
}

function judgePart(answer: AnswerHead, offset: number, bytes: number): Verdict {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.header('content-range') ?? '') ?? []
  if (Number(start) !== offset || encodingOf(answer) !== undefined) return { kind: 'restart' }
  return total === '*' || Number(total) === bytes ? { kind: 'take', at: offset } : wrongSize(bytes, Number(total))
}

function wrongSize(expected: number, found: number): Verdict {
  const reason = `expected ${formatBytes(expected)}, the server offers ${formatBytes(found)}`
  return { kind: 'never', code: 'wrong-content', reason }
}

function lengthOf(answer: AnswerHead): number | undefined {
  const length = answer.header('content-length')
  return length === undefined ? undefined : Number(length)
}

function encodingOf(answer: AnswerHead): string | undefined {
  const encoding = answer.header('content-encoding')
  return encoding === 'identity' ? undefined : encoding
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403) return `it answered ${status}: access is denied`
  if (status === 404 || status === 410) return `it answered ${status}: there is no such file; is the mirror complete?`
  if (status === 511) return WEB_PAGE
  if (status === 407) return 'the proxy wants a user and a password (407)'
  return `it answered ${status}`
}

/** A date is as good as nothing said. */
function retryAfterMs(value: string | undefined): number | null {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) * 1000 : null
}
