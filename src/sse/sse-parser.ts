import { GatewayError } from '../core/errors.js'
import { createBareError } from './bare-error.js'
import type { SseMessage } from './sse-message.js'

/**
 * Bytes → events of a server-sent event stream, as WHATWG HTML §9.2.6 defines it (LF, CR and CRLF line ends, comments,
 * several `data:` lines, a BOM, ignored fields), indifferent to where the network cuts.
 *
 * The text is handled as Latin-1, one character a byte: no cut can split a character, and what was relayed is exactly
 * what came. Only the payload of an event that holds a byte ≥ 0x80 is decoded as UTF-8.
 */
export interface SseParser {
  /** @throws GatewayError `upstream_error` when one event exceeds `maxEventBytes`. */
  push(chunk: Buffer): readonly ParsedMessage[]
  /**
   * The stream has ended. An event that only lacks its final blank line is delivered, as official clients do;
   * its decoder finds out if it was cut. A JSON error that stands behind the last event without being one is
   * delivered as well.
   */
  end(): readonly ParsedMessage[]
}

export interface ParsedMessage extends SseMessage {
  /**
   * The event's bytes as Latin-1, from behind the previous event through its blank line, comments included; with
   * `keepRaw`, otherwise empty.
   */
  readonly raw: string
}

export interface SseParserOptions {
  /** Keep each event's own bytes, for relaying them unchanged. */
  readonly keepRaw?: boolean
  /** Bound on the memory one event may take. Default 32 MiB. */
  readonly maxEventBytes?: number
}

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a
const SPACE = 0x20
/** The UTF-8 byte order mark, read as Latin-1. */
const BOM = '\u00ef\u00bb\u00bf'
const NOTHING: readonly ParsedMessage[] = Object.freeze([])

export function createSseParser(options: SseParserOptions = {}): SseParser {
  const keepRaw = options.keepRaw ?? false
  const maxEventBytes = options.maxEventBytes ?? 32 * 1024 * 1024

  /** Bytes of an unfinished line, joined only when its end is there: joining at each push would be quadratic. */
  let pieces: string[] = []
  let pendingBytes = 0
  let atStart = true
  let event: string | undefined
  let data: string | undefined
  /** With keepRaw: finished lines of the unfinished event. */
  let rawHead = ''
  let eventBytes = 0
  const bareError = createBareError()

  function field(text: string, start: number, end: number): void {
    const first = text.charCodeAt(start)
    if (first === COLON) return
    // The two fields anyone sends, without searching for the colon.
    if (text.startsWith('data:', start)) {
      const from = start + (text.charCodeAt(start + 5) === SPACE && end > start + 5 ? 6 : 5)
      const value = text.slice(from, end)
      data = data === undefined ? value : `${data}\n${value}`
      bareError.forget()
    } else if (text.startsWith('event:', start)) {
      const from = start + (text.charCodeAt(start + 6) === SPACE && end > start + 6 ? 7 : 6)
      event = decodeUtf8(text.slice(from, end))
    } else {
      const line = text.slice(start, end)
      if (line === 'data') data = data === undefined ? '' : `${data}\n`
      else if (line === 'event') event = undefined
      // `id`, `retry` and unknown fields mean nothing between a provider and a gateway.
      else bareError.addLine(line)
    }
  }

  /** Takes every finished line of `text`; returns what is left. `atEnd`: a final CR is a line end, no LF can follow. */
  function lines(text: string, messages: ParsedMessage[], atEnd: boolean): string {
    let lineStart = atStart && text.startsWith(BOM) ? BOM.length : 0
    let rawStart = 0
    atStart = false
    // Providers send either LF or CRLF: CR is searched only in text that has any.
    let nextCr = text.indexOf('\r')
    let nextLf = text.indexOf('\n')
    for (;;) {
      if (nextCr !== -1 && nextCr < lineStart) nextCr = text.indexOf('\r', lineStart)
      if (nextLf !== -1 && nextLf < lineStart) nextLf = text.indexOf('\n', lineStart)
      let end = nextLf
      let next = end + 1
      if (nextCr !== -1 && (nextLf === -1 || nextCr < nextLf)) {
        end = nextCr
        if (nextCr + 1 === text.length && !atEnd) break // an LF may follow in the next chunk
        next = text.charCodeAt(nextCr + 1) === LF ? nextCr + 2 : nextCr + 1
      }
      if (end === -1) break

      if (end > lineStart) {
        field(text, lineStart, end)
      } else if (data !== undefined) {
        messages.push({ event, data: decodeUtf8(data), raw: keepRaw ? rawHead + text.slice(rawStart, next) : '' })
        rawHead = ''
        rawStart = next
        eventBytes = 0
        event = undefined
        data = undefined
      } else {
        event = undefined
        // Comments and empty events are forgotten, unless they have to be relayed with the event that follows.
        if (!keepRaw) {
          rawStart = next
          eventBytes = 0
        }
      }
      lineStart = next
    }
    if (keepRaw && rawStart < lineStart) rawHead += text.slice(rawStart, lineStart)
    eventBytes += lineStart - rawStart
    return lineStart === 0 ? text : text.slice(lineStart)
  }

  function take(chunk: string, atEnd: boolean): readonly ParsedMessage[] {
    pieces.push(chunk)
    const text = pieces.length === 1 ? chunk : pieces.join('')
    const messages: ParsedMessage[] = []
    const rest = lines(text, messages, atEnd)
    pieces = rest === '' ? [] : [rest]
    pendingBytes = rest.length
    return messages
  }

  return {
    push(chunk) {
      pendingBytes += chunk.length
      if (eventBytes + pendingBytes > maxEventBytes) {
        throw new GatewayError('upstream_error', `The provider sent one event of more than ${maxEventBytes} bytes.`)
      }
      const text = chunk.toString('latin1')
      // Without a line end there is nothing to do but wait. A CR that waited for its LF ends a line whatever follows.
      const waiting = pieces.at(-1)
      const crWaits = waiting !== undefined && waiting.charCodeAt(waiting.length - 1) === CR
      if (!crWaits && !text.includes('\n') && !text.includes('\r')) {
        if (text !== '') pieces.push(text)
        return NOTHING
      }
      return take(text, false)
    },
    end() {
      // Ends the last line and the last event, whichever are open.
      const messages = take('\n\n', true)
      const error = bareError.text()
      return error === undefined ? messages : [...messages, { event: undefined, data: decodeUtf8(error), raw: '' }]
    },
  }
}

const NON_ASCII = /[\u0080-\u00ff]/

/** Latin-1 → the text its bytes mean in UTF-8. Invalid sequences become U+FFFD, as WHATWG Encoding says. */
function decodeUtf8(latin1: string): string {
  return NON_ASCII.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1
}
