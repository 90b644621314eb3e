import { isObject, type JsonObject } from '../../core/decode.js'
import { givenText } from '../given-text.js'

/** One element of `tool_calls`, of a stream or of a whole answer. */
export interface ToolFragment {
  readonly wireIndex: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
  readonly arguments: string
  /** Gemini's thought signature, as Google's compatible endpoint sends it. */
  readonly signature: string | undefined
}

export function decodeToolFragment(value: unknown): ToolFragment | undefined {
  if (!isObject(value)) return undefined
  const called = isObject(value.function) ? value.function : isObject(value.custom) ? value.custom : {}
  return {
    wireIndex: typeof value.index === 'number' ? value.index : undefined,
    id: givenText(value.id),
    name: givenText(called.name),
    arguments: argumentsText(called.arguments ?? called.input),
    signature: thoughtSignature(value) ?? givenText(called.thought_signature),
  }
}

/** The deprecated `function_call`: there is only one, and it has no id. */
export function decodeFunctionCall(value: unknown): ToolFragment | undefined {
  if (!isObject(value)) return undefined
  const { name, arguments: text } = value
  return { wireIndex: -1, id: undefined, name: givenText(name), arguments: argumentsText(text), signature: undefined }
}

/** Text, or the object itself at servers that forget to encode it. */
function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

function thoughtSignature(call: JsonObject): string | undefined {
  const google = isObject(call.extra_content) ? call.extra_content.google : undefined
  return isObject(google) ? givenText(google.thought_signature) : undefined
}
