import { invalidRequest, unsupportedParameter } from '../../core/errors.js'
import type {
  AudioPart,
  CacheControl,
  FilePart,
  ImagePart,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../core/message.js'
import type { DroppedFields } from './dropped-fields.js'
import type { DocumentBlock, ImageBlock, TextBlock } from './wire-request.js'

type ContentBlock = TextBlock | ImageBlock | DocumentBlock

/** Parts of a user message or of a tool result → content blocks. */
export function encodeContent(
  parts: readonly (UserPart | ToolResultPart)[],
  dropped: DroppedFields,
): readonly ContentBlock[] {
  return parts.flatMap((part) => encodePart(part, dropped))
}

function encodePart(part: UserPart, dropped: DroppedFields): readonly ContentBlock[] {
  switch (part.type) {
    case 'text':
      return encodeText(part)
    case 'image':
      return [encodeImage(part, dropped)]
    case 'file':
      return [encodeDocument(part)]
    case 'audio':
      throw refuseAudio(part)
  }
}

/** Anthropic refuses a text block without a visible character, so such a text is no block at all. */
export function encodeText({ text, cacheControl }: Pick<TextPart, 'text' | 'cacheControl'>): readonly TextBlock[] {
  return text.trim() === '' ? [] : [{ type: 'text', text, ...cacheMarker(cacheControl) }]
}

/** A marker goes on as the client wrote it. */
export function cacheMarker(cacheControl: CacheControl | undefined): { readonly cache_control?: CacheControl } {
  return cacheControl === undefined ? {} : { cache_control: cacheControl }
}

function refuseAudio(part: AudioPart): Error {
  return unsupportedParameter(part.path, `'${part.path}' holds audio, which the provider cannot hear.`)
}

const IMAGE_TYPES: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'image/jpeg'],
  ['image/jpg', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/gif', 'image/gif'],
  ['image/webp', 'image/webp'],
])

function encodeImage(part: ImagePart, dropped: DroppedFields): ImageBlock {
  if (part.detail !== undefined && part.detail !== 'auto') dropped.add('detail')
  return { type: 'image', source: encodeImageSource(part), ...cacheMarker(part.cacheControl) }
}

function encodeImageSource({ source, path }: ImagePart): ImageBlock['source'] {
  switch (source.kind) {
    case 'base64': {
      const mediaType = IMAGE_TYPES.get(source.mediaType.toLowerCase())
      if (mediaType !== undefined) return { type: 'base64', media_type: mediaType, data: source.data }
      throw unsupportedParameter(path, `'${path}' must be a JPEG, PNG, GIF or WebP image for this provider.`)
    }
    case 'url':
      return { type: 'url', url: requireHttps(source.url, path) }
    case 'file-id':
      throw refuseFileId(path)
    case 'text':
      throw invalidRequest(path, `'${path}' must be an image, but text was given.`)
  }
}

function encodeDocument(part: FilePart): DocumentBlock {
  const title = part.filename === undefined || part.filename === '' ? {} : { title: part.filename }
  return { type: 'document', source: encodeDocumentSource(part), ...title, ...cacheMarker(part.cacheControl) }
}

function encodeDocumentSource({ source, path }: FilePart): DocumentBlock['source'] {
  switch (source.kind) {
    case 'base64':
      return encodeDocumentData(source.mediaType.toLowerCase(), source.data, path)
    case 'url':
      return { type: 'url', url: requireHttps(source.url, path) }
    case 'text':
      return { type: 'text', media_type: 'text/plain', data: source.text }
    case 'file-id':
      throw refuseFileId(path)
  }
}

function encodeDocumentData(mediaType: string, data: string, path: string): DocumentBlock['source'] {
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data }
  if (mediaType === 'text/plain') {
    return { type: 'text', media_type: mediaType, data: Buffer.from(data, 'base64').toString('utf8') }
  }
  throw unsupportedParameter(path, `'${path}' must be a PDF or plain text for this provider.`)
}

function requireHttps(url: string, path: string): string {
  if (/^https:\/\//i.test(url)) return url
  throw invalidRequest(path, `'${path}' must be an https URL: the provider fetches nothing else.`)
}

function refuseFileId(path: string): Error {
  return unsupportedParameter(
    path,
    `'${path}' refers to a file by an id that this provider does not know; send its data.`,
  )
}
