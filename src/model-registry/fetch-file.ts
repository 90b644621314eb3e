import { setTimeout as sleep } from 'node:timers/promises'
import { formatBytes } from './check-files.js'
import type { DownloadAnswer, DownloadClient } from './download.js'
import { explainNetworkError } from './explain-network-error.js'
import { judgeAnswer } from './judge-answer.js'
import { ModelError } from './model-error.js'
import { maskUrl } from './model-url.js'
import { type PartFile, type PartWriter, partFile } from './part-file.js'
import { createTrickleWatch, type LeastPace } from './trickle-watch.js'

/** So many attempts in a row may bring nothing, or only trickle; another one starts the count again. */
const MAX_VAIN_ATTEMPTS = 5
const LONGEST_WAIT_MS = 30_000

export interface FetchOptions {
  readonly url: string
  /** Absolute; appears when the file is whole and verified, and not before. */
  readonly target: string
  readonly bytes: number
  readonly sha256: string
  readonly client: DownloadClient
  readonly signal: AbortSignal
  /** An attempt that brings less is broken off. */
  readonly least: LeastPace
  /** Before the second attempt; doubles with each that brings nothing. */
  readonly retryDelayMs: number
  /** Bytes of this file that are there: falls when it has to start again. */
  onBytes(received: number): void
  onRetry(reason: string, waitMs: number): void
}

/** How an attempt ended that neither finished nor failed for good. */
type AttemptEnd =
  | { readonly kind: 'whole' }
  /** The part does not fit what the server has. */
  | { readonly kind: 'restart'; readonly reason: string }
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs: number | null; readonly trickled?: true }

/**
 * Fetches one file: goes on where an earlier attempt or process has stopped, and tries again when the connection is cut.
 * @throws ModelError; the part that is there is kept unless its content is wrong
 */
export async function fetchFile(options: FetchOptions): Promise<void> {
  const part = partFile(options.target)
  const firstBytes = await part.size()
  let mostBytes = firstBytes
  /** What is there, or was there, may be the beginning of another file. */
  let mayBeMixed = firstBytes > 0
  let vainAttempts = 0
  for (;;) {
    const end = await attempt(options, part, mostBytes > firstBytes)
    if (end.kind === 'whole') {
      const found = await part.sha256()
      if (found === options.sha256) return part.install()
      await part.discard()
      if (!mayBeMixed) throw wrongHash(options, found)
      mayBeMixed = false
      continue
    }
    const size = await part.size()
    const hasTrickled = end.kind === 'again' && end.trickled === true
    vainAttempts = size > mostBytes && !hasTrickled ? 1 : vainAttempts + 1
    mostBytes = Math.max(size, mostBytes)
    if (vainAttempts >= MAX_VAIN_ATTEMPTS) throw gaveUp(options, end.reason)
    if (end.kind === 'restart') await part.discard()
    else await pause(options, end, vainAttempts)
  }
}

/** @param hasConnected an earlier attempt of this pull has brought something */
async function attempt(options: FetchOptions, part: PartFile, hasConnected: boolean): Promise<AttemptEnd> {
  const { url, bytes, client, signal } = options
  const offset = await part.size()
  if (offset > bytes) return { kind: 'restart', reason: 'the part is longer than the file' }
  options.onBytes(offset)
  if (offset === bytes) return { kind: 'whole' }
  let answer: DownloadAnswer
  try {
    answer = await client.get(url, await requestHeaders(part, offset), signal)
  } catch (error) {
    return explain(error, options, hasConnected)
  }
  const verdict = judgeAnswer(answer, { offset, bytes })
  if (verdict.kind === 'take') return take(answer, verdict.at, options, part)
  answer.discard()
  if (verdict.kind === 'restart') return { kind: 'restart', reason: 'the part does not fit what it has' }
  if (verdict.kind === 'later') return { kind: 'again', reason: verdict.reason, afterMs: verdict.afterMs }
  throw new ModelError(verdict.code, `${maskUrl(answer.url)} could not be fetched: ${endSentence(verdict.reason)}`)
}

/** Without an ETag to ask by, the hash of the whole decides whether the parts fit. */
async function requestHeaders(part: PartFile, offset: number): Promise<Readonly<Record<string, string>>> {
  // A body that is packed on the way has other bytes, and no ranges that fit ours.
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'llmrouter' }
  if (offset === 0) return headers
  const etag = await part.etag()
  return { ...headers, range: `bytes=${offset}-`, ...(etag !== undefined && { 'if-range': etag }) }
}

async function take(answer: DownloadAnswer, at: number, options: FetchOptions, part: PartFile): Promise<AttemptEnd> {
  const writer = at === 0 ? await part.begin(answer.header('etag')) : await part.resume()
  let end: AttemptEnd
  try {
    end = await writeBody(answer, at, options, writer)
  } catch (error) {
    answer.discard()
    // The first error tells what happened; a full disk fails the closing as well.
    await writer.close().catch(() => {})
    throw error
  }
  await writer.close()
  return end
}

async function writeBody(
  answer: DownloadAnswer,
  at: number,
  options: FetchOptions,
  writer: PartWriter,
): Promise<AttemptEnd> {
  const { bytes, onBytes } = options
  let position = at
  const chunks = answer.body[Symbol.asyncIterator]()
  const watch = createTrickleWatch(options.least, at, () => performance.now())
  onBytes(position)
  for (;;) {
    let next: IteratorResult<Uint8Array>
    try {
      next = await chunks.next()
    } catch (error) {
      return explain(error, options, true)
    }
    if (next.done === true) break
    if (position + next.value.length > bytes) {
      answer.discard()
      throw tooLong(options)
    }
    await writer.write(next.value, position)
    position += next.value.length
    onBytes(position)
    const reason = watch.trickles(position)
    if (reason !== undefined && position < bytes) {
      answer.discard()
      return { kind: 'again', reason, afterMs: null, trickled: true }
    }
  }
  if (position === bytes) return { kind: 'whole' }
  const reason = `it ended after ${formatBytes(position)} of ${formatBytes(bytes)}`
  return { kind: 'again', reason, afterMs: null }
}

/** @throws ModelError if another attempt is useless */
function explain(error: unknown, options: FetchOptions, hasConnected: boolean): AttemptEnd {
  if (options.signal.aborted) throw aborted(options)
  if (error instanceof ModelError) throw error
  const { reason, retry } = explainNetworkError(error)
  if (retry === 'never' || (retry === 'connected' && !hasConnected)) {
    throw new ModelError('network', `${maskUrl(options.url)} could not be fetched: ${endSentence(reason)}`, {
      cause: error,
    })
  }
  return { kind: 'again', reason, afterMs: null }
}

async function pause(
  options: FetchOptions,
  end: { reason: string; afterMs: number | null },
  vain: number,
): Promise<void> {
  // Half of it by chance, so that many gateways that were cut off together do not come back together.
  const backOffMs = options.retryDelayMs * 2 ** (vain - 1) * (0.5 + Math.random() / 2)
  const waitMs = Math.round(Math.min(end.afterMs ?? backOffMs, LONGEST_WAIT_MS))
  options.onRetry(end.reason, waitMs)
  try {
    await sleep(waitMs, undefined, { signal: options.signal })
  } catch {
    throw aborted(options)
  }
}

/** Reasons may be several sentences, of which the last has its own end. */
function endSentence(reason: string): string {
  return /[.?]$/.test(reason) ? reason : `${reason}.`
}

function aborted({ target }: FetchOptions): ModelError {
  return new ModelError(
    'aborted',
    `Stopped. What has been fetched is in ${target}.part; the next pull goes on from there.`,
  )
}

function gaveUp({ url }: FetchOptions, reason: string): ModelError {
  return new ModelError('network', `${maskUrl(url)} could not be fetched in ${MAX_VAIN_ATTEMPTS} attempts: ${reason}.`)
}

function wrongHash({ url, target, sha256 }: FetchOptions, found: string): ModelError {
  const message = `${target}: what ${maskUrl(url)} sent is not the file of the manifest: expected sha256 ${sha256}, found sha256 ${found}. It has been thrown away.`
  return new ModelError('wrong-content', message)
}

function tooLong({ url, bytes }: FetchOptions): ModelError {
  return new ModelError('wrong-content', `${maskUrl(url)} sends more than the ${formatBytes(bytes)} of the manifest.`)
}
