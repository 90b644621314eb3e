import { assertNever } from '../../core/assert-never.js'
import { isObject } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'
import { exactJson } from '../../core/exact-json.js'
import { tryParseJson } from '../../core/json-text.js'
import type { AssistantMessage, AssistantPart, ReasoningPart, ToolCallPart } from '../../core/message.js'
import { CLIENT_FIELDS, dropCacheMarker, type Encoding } from './encoding.js'
import type { FunctionCallPart, JsonText, TextPart, WirePart } from './wire-request.js'

/** Google's documented word for "the signature is lost": https://ai.google.dev/gemini-api/docs/thought-signatures */
const LOST_SIGNATURE = 'skip_thought_signature_validator'

/** Ids of this form are the gateway's own, made for calls that came without one. */
const OWN_ID = 'call_'

/**
 * An id that came from a provider goes back as it is. One of ours stays here: Gemini never saw it and matches the call
 * by its name and place.
 */
export function echoedId(id: string): { readonly id?: string } {
  return id.startsWith(OWN_ID) ? {} : { id }
}

export interface ModelTurn {
  readonly parts: readonly WirePart[]
  readonly calls: readonly ToolCallPart[]
}

/** @param isCurrent the turn is part of what the model is still working on, so its signatures are checked */
export function encodeModelTurn(
  messages: readonly AssistantMessage[],
  isCurrent: boolean,
  encoding: Encoding,
): ModelTurn {
  const parts: WirePart[] = []
  const calls: ToolCallPart[] = []
  for (const part of messages.flatMap((message): readonly AssistantPart[] => message.parts)) {
    switch (part.type) {
      case 'text':
      case 'refusal':
        dropCacheMarker(encoding, part)
        if (part.text !== '') parts.push({ text: part.text })
        break
      case 'reasoning':
        addThought(part, parts)
        break
      case 'redacted-reasoning':
        // Only Anthropic makes and reads these.
        break
      case 'tool-call': {
        dropCacheMarker(encoding, part)
        const needsSignature = calls.length === 0 && isCurrent && encoding.features.signedCalls
        parts.push(encodeCall(part, needsSignature, encoding))
        calls.push(part)
        break
      }
      default:
        assertNever(part)
    }
  }
  return { parts, calls }
}

/**
 * Gemini's own sealed thoughts go back to it; those of other families mean nothing to it, and unsealed ones are only
 * a summary. A seal without thoughts belongs to the text before it.
 */
function addThought(part: ReasoningPart, parts: WirePart[]): void {
  const { origin, signature: thoughtSignature = '' } = part
  if (origin !== 'gemini' || thoughtSignature === '') return
  if (part.text !== '') {
    parts.push({ text: part.text, thought: true, thoughtSignature })
    return
  }
  const last = parts.at(-1)
  if (last !== undefined && isUnsignedText(last)) parts.splice(-1, 1, { ...last, thoughtSignature })
}

function isUnsignedText(part: WirePart): part is TextPart {
  return 'text' in part && part.thought === undefined && part.thoughtSignature === undefined
}

function encodeCall(part: ToolCallPart, needsSignature: boolean, encoding: Encoding): FunctionCallPart {
  // Some clients keep the field and lose what was in it.
  const own = part.signature === '' ? undefined : part.signature
  const signature = own ?? (needsSignature ? LOST_SIGNATURE : undefined)
  return {
    functionCall: { ...echoedId(part.id), name: part.name, args: encodeArguments(part, encoding) },
    ...(signature !== undefined && { thoughtSignature: signature }),
  }
}

/** Arguments are a JSON object; clients send the empty text for none. */
function encodeArguments(part: ToolCallPart, { request }: Encoding): JsonText {
  const text = part.arguments.trim()
  if (text === '') return { json: '{}' }
  const value = tryParseJson(text)
  const json = isObject(value) ? exactJson(value, () => text) : undefined
  if (json !== undefined) return { json }
  const path = part.path + CLIENT_FIELDS[request.dialect].callArguments
  throw invalidRequest(path, `'${path}' must hold a JSON object: Gemini takes no other arguments.`)
}
