import {
  describe,
  type JsonObject,
  optionalOneOf,
  optionalString,
  requireNonEmptyString,
  requireObject,
  requireOneOf,
  requireString,
} from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { AudioPart, FilePart, ImagePart, RefusalPart, TextPart, UserPart } from '../../core/message.js'
import { parseCacheControl } from './parse-cache-control.js'
import { parseBase64, parseDataUrl } from './parse-data-url.js'

type ContentPart = UserPart | RefusalPart
type PartOfWireType = {
  text: TextPart
  image_url: ImagePart
  input_audio: AudioPart
  file: FilePart
  refusal: RefusalPart
}
type WireType = keyof PartOfWireType

/**
 * `content`: a string, or an array of parts of the given types.
 * An empty string is a part as well: whether it may be sent is for the provider's encoder to decide.
 */
export function parseContent<T extends WireType>(
  value: unknown,
  path: string,
  types: readonly T[],
): readonly (TextPart | PartOfWireType[T])[] {
  if (typeof value === 'string') return [{ type: 'text', text: value, path }]
  if (!Array.isArray(value)) {
    throw invalidRequest(path, `'${path}' must be a string or an array of parts, but ${describe(value)} was given.`)
  }
  return value.map((item, index) => {
    const at = `${path}[${index}]`
    const part = requireObject(item, at)
    const type = requireOneOf(part.type, `${at}.type`, types)
    // The parser of wire type T returns the part of T; the compiler cannot follow that through the switch.
    return parsePart(type, part, at) as PartOfWireType[T]
  })
}

function parsePart(type: WireType, part: JsonObject, path: string): ContentPart {
  switch (type) {
    case 'text':
      return parseText(part, path)
    case 'image_url':
      return parseImage(part, path)
    case 'input_audio':
      return parseAudio(part, path)
    case 'file':
      return parseFile(part, path)
    case 'refusal':
      return { type: 'refusal', text: requireString(part.refusal, `${path}.refusal`), path }
  }
}

function parseText(part: JsonObject, path: string): TextPart {
  const text = requireString(part.text, `${path}.text`)
  const cacheControl = parseCacheControl(part, path)
  return { type: 'text', text, ...(cacheControl !== undefined && { cacheControl }), path }
}

function parseImage(part: JsonObject, path: string): ImagePart {
  const image = requireObject(part.image_url, `${path}.image_url`)
  const source = parseImageUrl(image.url, `${path}.image_url.url`)
  const detail = optionalOneOf(image.detail, `${path}.image_url.detail`, ['auto', 'low', 'high', 'original'])
  const cacheControl = parseCacheControl(part, path)
  return {
    type: 'image',
    source,
    ...(detail !== undefined && { detail }),
    ...(cacheControl !== undefined && { cacheControl }),
    path,
  }
}

const HTTP_URL = /^https?:\/\/[^\s/?#]/i
const DATA_URL = /^data:/i

function parseImageUrl(value: unknown, path: string): ImagePart['source'] {
  const url = requireNonEmptyString(value, path)
  if (HTTP_URL.test(url)) return { kind: 'url', url }
  if (!DATA_URL.test(url)) throw invalidRequest(path, `'${path}' must be an https URL or a base64 data URL.`)
  const source = parseDataUrl(url, path)
  if (source.mediaType.startsWith('image/')) return source
  throw invalidRequest(path, `The data URL in '${path}' must hold an image; send other documents as a 'file' part.`)
}

function parseAudio(part: JsonObject, path: string): AudioPart {
  const audio = requireObject(part.input_audio, `${path}.input_audio`)
  const format = requireOneOf(audio.format, `${path}.input_audio.format`, ['wav', 'mp3'])
  const at = `${path}.input_audio.data`
  parseCacheControl(part, path)
  return { type: 'audio', format, data: parseBase64(requireString(audio.data, at), at), path }
}

function parseFile(part: JsonObject, path: string): FilePart {
  const file = requireObject(part.file, `${path}.file`)
  const filename = optionalString(file.filename, `${path}.file.filename`)
  const source = parseFileSource(file, `${path}.file`)
  const cacheControl = parseCacheControl(part, path)
  return {
    type: 'file',
    source,
    ...(filename !== undefined && { filename }),
    ...(cacheControl !== undefined && { cacheControl }),
    path,
  }
}

function parseFileSource(file: JsonObject, path: string): FilePart['source'] {
  const id = optionalString(file.file_id, `${path}.file_id`)
  const data = optionalString(file.file_data, `${path}.file_data`)
  if (id !== undefined && data !== undefined) {
    throw invalidRequest(path, `'${path}' must hold either 'file_id' or 'file_data', not both.`)
  }
  if (id !== undefined) return { kind: 'file-id', id: requireNonEmptyString(id, `${path}.file_id`) }
  if (data === undefined) throw invalidRequest(path, `'${path}' must hold 'file_data' or 'file_id'.`)
  const at = `${path}.file_data`
  if (HTTP_URL.test(data)) return { kind: 'url', url: data }
  if (DATA_URL.test(data)) return parseDataUrl(data, at)
  // Bare base64: PDF is the one document type chat completions take.
  return { kind: 'base64', mediaType: 'application/pdf', data: parseBase64(data, at) }
}
