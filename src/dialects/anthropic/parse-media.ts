import { type JsonObject, requireNonEmptyString, requireString } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import type { MediaSource } from '../../core/message.js'

/** @returns undefined for a kind of source that we do not know; it may be one that Anthropic has since added. */
export function parseImageSource(source: JsonObject, path: string): MediaSource | undefined {
  switch (requireString(source.type, `${path}.type`)) {
    case 'base64':
      return base64(source, path)
    case 'url':
      return { kind: 'url', url: requireNonEmptyString(source.url, `${path}.url`) }
    case 'file':
      return { kind: 'file-id', id: requireNonEmptyString(source.file_id, `${path}.file_id`) }
    default:
      return undefined
  }
}

/** A document's source, except `content`, which holds blocks of its own. */
export function parseDocumentSource(source: JsonObject, path: string): MediaSource | undefined {
  return source.type === 'text'
    ? { kind: 'text', text: requireString(source.data, `${path}.data`) }
    : parseImageSource(source, path)
}

function base64(source: JsonObject, path: string): MediaSource {
  const mediaType = requireString(source.media_type, `${path}.media_type`)
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(mediaType)) {
    throw invalidRequest(`${path}.media_type`, `'${path}.media_type' must be a media type such as 'image/png'.`)
  }
  return { kind: 'base64', mediaType, data: requireNonEmptyString(source.data, `${path}.data`) }
}
