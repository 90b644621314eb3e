import { invalidRequest } from '../../core/errors.js'
import type { MediaSource } from '../../core/message.js'

type Base64Source = Extract<MediaSource, { kind: 'base64' }>

const HEADER = /^data:([^,;]*)((?:;[^,;]*)*),/i
// A header is short; more than this is not one, and is not searched for a comma either.
const MAX_HEADER = 1024
const SPACE = /[\t\n\f\r ]/
const SPACES = /[\t\n\f\r ]+/g
const PADDING = /={1,2}$/
// Looks for a foreign character instead of matching the whole: that needs no stack, however long the text.
const FOREIGN = /[^A-Za-z0-9+/]/

/** `data:image/png;base64,…` → its media type and data. The message of an error never shows the URL, only its path. */
export function parseDataUrl(url: string, path: string): Base64Source {
  const header = HEADER.exec(url.slice(0, MAX_HEADER))
  const parameters = header?.[2]?.toLowerCase().split(';') ?? []
  if (header === null || !parameters.includes('base64')) {
    throw invalidRequest(path, `'${path}' must be a base64 data URL such as 'data:image/png;base64,…'.`)
  }
  const mediaType = header[1]?.trim().toLowerCase() ?? ''
  if (mediaType === '') throw invalidRequest(path, `The data URL in '${path}' must say its media type.`)
  return { kind: 'base64', mediaType, data: parseBase64(url.slice(header[0].length), path) }
}

/** Checked base64, without the line breaks some encoders put in. */
export function parseBase64(text: string, path: string): string {
  const data = SPACE.test(text) ? text.replace(SPACES, '') : text
  const body = data.slice(-2).includes('=') ? data.replace(PADDING, '') : data
  if (body !== '' && !FOREIGN.test(body)) return data
  throw invalidRequest(path, `'${path}' must hold base64 data.`)
}
