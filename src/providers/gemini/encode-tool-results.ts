import { isObject } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import { exactJson } from '../../core/exact-json.js'
import { tryParseJson } from '../../core/json-text.js'
import type { ToolCallPart, ToolMessage } from '../../core/message.js'
import { encodeFile, encodeImage } from './encode-media.js'
import { echoedId } from './encode-model-turn.js'
import { CLIENT_FIELDS, dropCacheMarker, type Encoding } from './encoding.js'
import type { FunctionResponsePart, InlineMedia, JsonText, LinkedMedia, MediaPart, WirePart } from './wire-request.js'

/**
 * The answers to one step's calls: exactly one for each call, in the order of the calls, because Gemini counts them and
 * matches those without an id by their place.
 * @throws GatewayError 400 for a result without its call and for a call without its result
 */
export function encodeToolResults(
  calls: readonly ToolCallPart[],
  results: readonly ToolMessage[],
  encoding: Encoding,
): readonly WirePart[] {
  const answers = matchResults(calls, results, encoding)
  const responses: FunctionResponsePart[] = []
  const beside: MediaPart[] = []
  for (const [call, result] of answers) {
    const { text, media } = readResult(result, encoding)
    const nested = encoding.features.mediaInToolResults ? media.map(withoutResolution) : []
    if (nested.length === 0) for (const part of media) beside.push(part)
    responses.push({
      functionResponse: {
        ...echoedId(call.id),
        name: call.name,
        response: encodeResponse(text, result.isError),
        ...(nested.length > 0 && { parts: nested }),
      },
    })
  }
  // Models that take no media inside a result find it behind all of them, in the same content.
  return [...responses, ...beside]
}

function matchResults(
  calls: readonly ToolCallPart[],
  results: readonly ToolMessage[],
  { request }: Encoding,
): readonly (readonly [ToolCallPart, ToolMessage])[] {
  const waiting = new Map<string, ToolMessage[]>()
  for (const result of results) {
    const sameId = waiting.get(result.toolCallId)
    if (sameId === undefined) waiting.set(result.toolCallId, [result])
    else sameId.push(result)
  }
  const answers = calls.map((call) => {
    const result = waiting.get(call.id)?.shift()
    if (result !== undefined) return [call, result] as const
    throw invalidRequest(call.path, `The tool call at '${call.path}' has no result in the messages after it.`)
  })
  for (const result of results) {
    if (!waiting.get(result.toolCallId)?.includes(result)) continue
    const path = result.path + CLIENT_FIELDS[request.dialect].toolCallId
    throw invalidRequest(path, `'${path}' answers no open tool call of the assistant message before it.`)
  }
  return answers
}

interface ReadResult {
  readonly text: string
  readonly media: readonly MediaPart[]
}

function readResult(result: ToolMessage, encoding: Encoding): ReadResult {
  dropCacheMarker(encoding, result)
  const texts: string[] = []
  const media: MediaPart[] = []
  for (const part of result.parts) {
    dropCacheMarker(encoding, part)
    if (part.type === 'text') {
      texts.push(part.text)
      continue
    }
    const encoded = part.type === 'image' ? encodeImage(part, encoding) : encodeFile(part)
    if ('text' in encoded) texts.push(encoded.text)
    else media.push(encoded)
  }
  return { text: texts.join('\n'), media }
}

function withoutResolution(media: MediaPart): InlineMedia | LinkedMedia {
  return 'inlineData' in media ? { inlineData: media.inlineData } : { fileData: media.fileData }
}

/** A response must be an object: the tool's own, or its text under one of the two names Gemini knows. */
function encodeResponse(text: string, isError: boolean): JsonText {
  if (isError) return { json: JSON.stringify({ error: text }) }
  return { json: ownObject(text) ?? JSON.stringify({ output: text }) }
}

function ownObject(text: string): string | undefined {
  const json = text.trim()
  if (!json.startsWith('{')) return undefined
  const value = tryParseJson(json)
  return isObject(value) ? exactJson(value, () => json) : undefined
}
