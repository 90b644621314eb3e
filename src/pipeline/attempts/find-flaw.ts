import { type Flaw, type LengthLimits, whyInadequate } from '../../attempts/why-inadequate.js'
import type { ChatRequest } from '../../core/chat-request.js'
import type { ChatResponse, Choice } from '../../core/chat-response.js'
import { fitsSchema, isJsonObject } from '../../json-schema/fits-schema.js'

/** What is plainly wrong with a whole answer. What cannot be told is not held against it. */
export function findFlaw(
  response: ChatResponse,
  { responseFormat }: Pick<ChatRequest, 'responseFormat'>,
  limits: LengthLimits,
): Flaw | undefined {
  const flaw = whyInadequate(response, limits)
  if (flaw !== undefined || responseFormat === undefined) return flaw
  return response.choices.every((choice) => isMisshapen(choice, responseFormat)) ? 'schema' : undefined
}

/** Tool calls have no format, and what was cut where the client wanted it need not be whole. */
function isMisshapen({ finishReason, parts }: Choice, format: NonNullable<ChatRequest['responseFormat']>): boolean {
  if (finishReason !== 'stop' || format.type === 'text') return false
  if (parts.some(({ type }) => type === 'tool-call')) return false
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return format.type === 'json-object' ? !isJsonObject(text) : fitsSchema(text, format.schema) === false
}
