import {
  type JsonObject,
  optionalArray,
  optionalObject,
  optionalString,
  requireObject,
  requireString,
} from '../../core/decode.js'
import type { CacheControl, ImagePart, TextPart, ToolResultPart } from '../../core/message.js'
import { contentOf } from './content.js'
import type { Leftovers } from './leftovers.js'
import { parseDocumentSource, parseImageSource } from './parse-media.js'

const TEXT_FIELDS = new Set(['type', 'text', 'cache_control', 'citations'])
const IMAGE_FIELDS = new Set(['type', 'source', 'cache_control'])
const DOCUMENT_FIELDS = new Set(['type', 'source', 'cache_control', 'title', 'context', 'citations'])

/**
 * A block of a user message or of a tool result. Usually one part; a document may be several. A type that has no
 * counterpart in our terms leaves none and is kept under its path.
 */
export function parseBlock(block: JsonObject, path: string, left: Leftovers): readonly ToolResultPart[] {
  switch (requireString(block.type, `${path}.type`)) {
    case 'text':
      return [parseTextBlock(block, path, left)]
    case 'image':
      return parseImage(block, path, left)
    case 'document':
      return parseDocument(block, path, left)
    default:
      left.keep(path, block)
      return []
  }
}

export function parseTextBlock(block: JsonObject, path: string, left: Leftovers): TextPart {
  left.hintUnknown(block, TEXT_FIELDS, path)
  // Citations of an earlier answer only annotate the text.
  if (optionalArray(block.citations, `${path}.citations`)?.length) left.hint(`${path}.citations`)
  return { ...text(requireString(block.text, `${path}.text`), path), ...cacheMarker(block, path) }
}

export function text(content: string, path: string): TextPart {
  return { type: 'text', text: content, path }
}

export function cacheMarker(block: JsonObject, path: string): { readonly cacheControl?: CacheControl } {
  const cacheControl = optionalObject(block.cache_control, `${path}.cache_control`)
  return cacheControl === undefined ? {} : { cacheControl }
}

function parseImage(block: JsonObject, path: string, left: Leftovers): readonly ImagePart[] {
  left.hintUnknown(block, IMAGE_FIELDS, path)
  const from = requireObject(block.source, `${path}.source`)
  const source = parseImageSource(from, `${path}.source`)
  if (source === undefined) {
    left.keep(path, block)
    return []
  }
  return [{ type: 'image', source, path, ...cacheMarker(block, path) }]
}

function parseDocument(block: JsonObject, path: string, left: Leftovers): readonly ToolResultPart[] {
  left.hintUnknown(block, DOCUMENT_FIELDS, path)
  const citations = optionalObject(block.citations, `${path}.citations`)
  // Cited answers have another shape, so this is more than a hint.
  if (citations?.enabled === true) left.keep(`${path}.citations`, citations)

  const title = optionalString(block.title, `${path}.title`)
  const context = optionalString(block.context, `${path}.context`)
  // The model reads the context, but may not cite it: plain text in front of the document is the same to others.
  const before = context === undefined || context === '' ? [] : [text(context, `${path}.context`)]

  const from = requireObject(block.source, `${path}.source`)
  if (from.type === 'content') {
    const heading = title === undefined || title === '' ? [] : [text(title, `${path}.title`)]
    const parts = contentBlocks(from.content, `${path}.source.content`, left)
    return [...heading, ...before, ...marked(parts, cacheMarker(block, path))]
  }
  const source = parseDocumentSource(from, `${path}.source`)
  if (source === undefined) {
    left.keep(path, block)
    return []
  }
  const named = title === undefined ? {} : { filename: title }
  return [...before, { type: 'file', source, path, ...named, ...cacheMarker(block, path) }]
}

/** A string, or blocks that each become their parts. */
export function contentBlocks(value: unknown, path: string, left: Leftovers): readonly ToolResultPart[] {
  const content = contentOf(value, path)
  if (typeof content === 'string') return [text(content, path)]
  return content.flatMap((item, index) => {
    const at = `${path}[${index}]`
    return parseBlock(requireObject(item, at), at, left)
  })
}

/** A marker on the whole caches up to its last part. */
function marked(
  parts: readonly ToolResultPart[],
  marker: { readonly cacheControl?: CacheControl },
): readonly ToolResultPart[] {
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, ...marker } : part))
}
