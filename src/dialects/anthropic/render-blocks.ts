import { isObject } from '../../core/decode.js'

/** Content blocks as JSON text. Tool input goes in as text too: parsing it would lose large integers. */
export function textBlock(text: string): string {
  return `{"type":"text","text":${JSON.stringify(text)},"citations":null}`
}

export function thinkingBlock(thinking: string, signature: string): string {
  return `{"type":"thinking","thinking":${JSON.stringify(thinking)},"signature":${JSON.stringify(signature)}}`
}

export function redactedThinkingBlock(data: string): string {
  return `{"type":"redacted_thinking","data":${JSON.stringify(data)}}`
}

export interface ToolUse {
  readonly id: string
  readonly name: string
  /** Gemini's thought signature. */
  readonly signature: string | undefined
}

/** @param input JSON text of an object */
export function toolUseBlock(tool: ToolUse, input: string): string {
  const { id, name, signature } = tool
  const sealed =
    signature === undefined ? '' : `,"extra_content":{"google":{"thought_signature":${JSON.stringify(signature)}}}`
  return (
    `{"type":"tool_use","id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"input":${input},` +
    `"caller":{"type":"direct"}${sealed}}`
  )
}

/**
 * Arguments that are no JSON object (cut by the token limit, or a model's mistake) cannot be an `input`; their text
 * goes out under `_raw`, where a client sees it instead of an empty object.
 */
export function toolInput(argumentsText: string): string {
  if (argumentsText.trim() === '') return '{}'
  return isObjectText(argumentsText) ? argumentsText.trim() : `{"_raw":${JSON.stringify(argumentsText)}}`
}

function isObjectText(text: string): boolean {
  try {
    return isObject(JSON.parse(text))
  } catch {
    return false
  }
}
