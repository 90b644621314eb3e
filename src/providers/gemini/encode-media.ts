import { unsupportedParameter } from '../../core/errors.js'
import type { AudioPart, FilePart, ImagePart, MediaSource } from '../../core/message.js'
import type { Encoding } from './encoding.js'
import type { InlineMedia, LinkedMedia, MediaPart, TextPart } from './wire-request.js'

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'])
const IMAGES = 'PNG, JPEG, WebP, HEIC or HEIF'

const IMAGE_TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  gif: 'image/gif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
}

const FILE_TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  ...IMAGE_TYPE_OF_EXTENSION,
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  htm: 'text/html',
  xml: 'text/xml',
}

export function encodeImage(part: ImagePart, encoding: Encoding): MediaPart {
  const media = encodeSource(part.source, part.path, (url) => typeOfUrl(url, IMAGE_TYPE_OF_EXTENSION, 'image/jpeg'))
  const mimeType = 'inlineData' in media ? media.inlineData.mimeType : media.fileData.mimeType
  if (!IMAGE_TYPES.has(mimeType)) {
    throw unsupportedParameter(part.path, `'${part.path}' must be a ${IMAGES} image: Gemini takes no other type.`)
  }
  return { ...media, ...mediaResolution(part.detail, encoding) }
}

const LEVEL_OF_DETAIL = {
  low: 'MEDIA_RESOLUTION_LOW',
  high: 'MEDIA_RESOLUTION_HIGH',
  original: 'MEDIA_RESOLUTION_ULTRA_HIGH',
} as const

function mediaResolution(
  detail: ImagePart['detail'],
  { features, drop }: Encoding,
): Pick<MediaPart, 'mediaResolution'> {
  if (detail === undefined || detail === 'auto') return {}
  if (features.partResolution) return { mediaResolution: { level: LEVEL_OF_DETAIL[detail] } }
  drop('detail')
  return {}
}

export function encodeAudio(part: AudioPart): MediaPart {
  return { inlineData: { mimeType: `audio/${part.format}`, data: part.data } }
}

/** A document. Its file name has no place in the request; the content has all of it. */
export function encodeFile(part: FilePart): MediaPart | TextPart {
  if (part.source.kind === 'text') return { text: part.source.text }
  const media = encodeSource(part.source, part.path, (url) => typeOfUrl(url, FILE_TYPE_OF_EXTENSION, 'application/pdf'))
  const mimeType = 'inlineData' in media ? media.inlineData.mimeType : media.fileData.mimeType
  if (mimeType !== 'application/pdf' && !mimeType.startsWith('text/') && !IMAGE_TYPES.has(mimeType)) {
    throw unsupportedParameter(
      part.path,
      `'${part.path}' must be a PDF, a text document or a ${IMAGES} image: Gemini takes no other type.`,
    )
  }
  return media
}

function encodeSource(source: MediaSource, path: string, typeOf: (url: string) => string): InlineMedia | LinkedMedia {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: normaliseType(source.mediaType), data: source.data } }
    case 'url':
      // Google fetches it, so that no address inside the gateway's own network can be reached through it.
      if (!/^https:\/\//i.test(source.url)) {
        throw unsupportedParameter(path, `'${path}' must be an https URL or a data URL: Gemini fetches nothing else.`)
      }
      return { fileData: { mimeType: typeOf(source.url), fileUri: source.url } }
    case 'file-id':
      throw unsupportedParameter(
        path,
        `'${path}' names a file by its id, and ids of another provider's store mean nothing to Gemini. Send the data.`,
      )
    case 'text':
      throw unsupportedParameter(path, `'${path}' must hold media, but it holds text.`)
  }
}

function normaliseType(mediaType: string): string {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return type === 'image/jpg' ? 'image/jpeg' : type
}

/** A guess by the extension: the field is required and nobody has looked at the file. */
function typeOfUrl(url: string, types: Readonly<Record<string, string>>, otherwise: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  const extension = /\.([a-z]{2,4})$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(types, extension) ? (types[extension] ?? otherwise) : otherwise
}
