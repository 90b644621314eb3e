import { assertNever } from '../../core/assert-never.js'
import { invalidRequest, unsupportedParameter } from '../../core/errors.js'
import type { Message, TextPart, ToolCallPart, UserPart } from '../../core/message.js'
import { encodeAudio, encodeFile, encodeImage } from './encode-media.js'
import { encodeModelTurn } from './encode-model-turn.js'
import { encodeToolResults } from './encode-tool-results.js'
import { dropCacheMarker, type Encoding } from './encoding.js'
import { groupTurns, startOfCurrentTurn, type Turn } from './group-turns.js'
import type { WireContent, WirePart } from './wire-request.js'

export interface EncodedConversation {
  readonly system: readonly { readonly text: string }[]
  readonly contents: readonly WireContent[]
}

export function encodeContents(messages: readonly Message[], encoding: Encoding): EncodedConversation {
  const { features } = encoding
  const conversation = groupTurns(messages)
  noteNames(messages, encoding)
  const system = conversation.system.flatMap((part) => encodeText(part, encoding))
  const contents = encodeTurns(conversation.turns, encoding)

  if (contents.length === 0) {
    throw invalidRequest('messages', "'messages' must hold a user message with content: Gemini needs one to answer.")
  }
  if (contents.at(-1)?.role === 'model' && !features.prefill) refusePrefill(messages)
  if (features.systemInstruction || system.length === 0) return { system, contents }
  return { system: [], contents: prepend(system, contents) }
}

function encodeTurns(turns: readonly Turn[], encoding: Encoding): readonly WireContent[] {
  const current = startOfCurrentTurn(turns)
  const contents: { role: 'user' | 'model'; parts: WirePart[] }[] = []
  let calls: readonly ToolCallPart[] = []
  for (const [index, turn] of turns.entries()) {
    let parts: WirePart[]
    if (turn.role === 'model') {
      const encoded = encodeModelTurn(turn.messages, index > current, encoding)
      calls = encoded.calls
      parts = [...encoded.parts]
    } else {
      parts = [...encodeUserTurn(turn, calls, encoding)]
      calls = []
    }
    const last = contents.at(-1)
    // A turn that holds nothing is no content, and then its neighbours become one.
    if (parts.length === 0) continue
    if (last?.role !== turn.role) contents.push({ role: turn.role, parts })
    else for (const part of parts) last.parts.push(part)
  }
  // The conversation ends with calls that nobody has answered.
  encodeToolResults(calls, [], encoding)
  return contents
}

/** Results come first and in the order of their calls, then what the user says. */
function encodeUserTurn(
  turn: Extract<Turn, { role: 'user' }>,
  calls: readonly ToolCallPart[],
  encoding: Encoding,
): readonly WirePart[] {
  const results = turn.messages.filter((message) => message.role === 'tool')
  const said = turn.messages.flatMap((message) => (message.role === 'user' ? message.parts : []))
  return [...encodeToolResults(calls, results, encoding), ...said.flatMap((part) => encodeUserPart(part, encoding))]
}

function encodeUserPart(part: UserPart, encoding: Encoding): readonly WirePart[] {
  switch (part.type) {
    case 'text':
      return encodeText(part, encoding)
    case 'image':
      dropCacheMarker(encoding, part)
      return [encodeImage(part, encoding)]
    case 'audio':
      return [encodeAudio(part)]
    case 'file':
      dropCacheMarker(encoding, part)
      return [encodeFile(part)]
    default:
      return assertNever(part)
  }
}

/** A part without text is refused upstream, and says nothing. */
function encodeText(part: TextPart, encoding: Encoding): readonly { readonly text: string }[] {
  dropCacheMarker(encoding, part)
  return part.text === '' ? [] : [{ text: part.text }]
}

function noteNames(messages: readonly Message[], { drop }: Encoding): void {
  if (messages.some((message) => message.role !== 'tool' && message.name !== undefined)) drop('name')
}

function refusePrefill(messages: readonly Message[]): never {
  const path = messages.findLast((message) => message.role === 'assistant')?.path ?? 'messages'
  throw unsupportedParameter(
    path,
    `'${path}' is an assistant message at the end of the conversation, which this Gemini model does not go on with.`,
  )
}

/** For models that know no system instruction. */
function prepend(system: readonly { readonly text: string }[], contents: readonly WireContent[]): WireContent[] {
  const first = contents.findIndex((content) => content.role === 'user')
  if (first === -1) return [{ role: 'user', parts: system }, ...contents]
  return contents.map((content, index) =>
    index === first ? { role: content.role, parts: [...system, ...content.parts] } : content,
  )
}
