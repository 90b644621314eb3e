import { assertNever } from '../../core/assert-never.js'
import { unsupportedParameter } from '../../core/errors.js'
import type { FilePart, ImagePart, UserPart } from '../../core/message.js'

/** `content`: a plain string where it can be one, as every compatible server takes that. */
export function encodeContent(parts: readonly UserPart[]): string | readonly object[] {
  const [first, ...others] = parts
  if (first === undefined) return ''
  return first.type === 'text' && others.length === 0 ? first.text : parts.map(encodePart)
}

export function encodePart(part: UserPart): object {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return encodeImage(part)
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'file':
      return encodeFile(part)
    default:
      return assertNever(part)
  }
}

function encodeImage(part: ImagePart): object {
  const detail = part.detail === undefined ? {} : { detail: part.detail }
  return { type: 'image_url', image_url: { url: imageUrl(part), ...detail } }
}

function imageUrl(part: ImagePart): string {
  const { source, path } = part
  switch (source.kind) {
    case 'base64':
      return `data:${source.mediaType};base64,${source.data}`
    case 'url':
      if (/^https:/i.test(source.url)) return source.url
      throw unsupportedParameter(`${path}.source.url`, `'${path}.source.url' must be an https URL.`)
    case 'file-id':
      throw foreignFile(path)
    case 'text':
      throw unsupportedParameter(path, `'${path}' is an image without image data.`)
    default:
      return assertNever(source)
  }
}

function encodeFile(part: FilePart): object {
  const { source, path } = part
  switch (source.kind) {
    case 'base64': {
      const data = `data:${source.mediaType};base64,${source.data}`
      // The API takes no data without a name.
      return { type: 'file', file: { filename: part.filename ?? 'document.pdf', file_data: data } }
    }
    case 'text':
      return { type: 'text', text: part.filename === undefined ? source.text : `${part.filename}\n\n${source.text}` }
    case 'url':
      throw unsupportedParameter(path, `'${path}': an OpenAI-compatible provider fetches no documents; send its data.`)
    case 'file-id':
      throw foreignFile(path)
    default:
      return assertNever(source)
  }
}

function foreignFile(path: string) {
  return unsupportedParameter(
    `${path}.source.file_id`,
    `'${path}' refers to a file of another provider; send its data instead.`,
  )
}
