import { assertNever } from '../../core/assert-never.js'
import type { ChatResponse } from '../../core/chat-response.js'
import { GatewayError } from '../../core/errors.js'
import type { AssistantPart } from '../../core/message.js'
import type { RenderContext } from '../dialect.js'
import { writeSeal } from './foreign-seal.js'
import { redactedThinkingBlock, textBlock, thinkingBlock, toolInput, toolUseBlock } from './render-blocks.js'
import { renderUsage } from './render-usage.js'
import { renderStop } from './stop-reason.js'

/** A whole message. This API knows one answer a request, so only the first choice can be shown. */
export function renderResponse(response: ChatResponse, context: RenderContext): string {
  const choice = response.choices.find(({ index }) => index === 0)
  if (choice === undefined) throw new GatewayError('upstream_error', 'The provider gave no answer.')
  return (
    `{"id":${JSON.stringify(messageId(context))},"type":"message","role":"assistant",` +
    `"model":${JSON.stringify(response.model ?? context.model)},` +
    `"content":[${choice.parts.flatMap(renderPart).join(',')}],` +
    `${renderStop(choice.finishReason, choice.stopSequence)},"container":null,"diagnostics":null,` +
    `"usage":${renderUsage(response.usage)}}`
  )
}

export function messageId(context: RenderContext): string {
  return `msg_${context.id}`
}

/** Empty blocks are left out, as clients that send them back would be refused. */
function renderPart(part: AssistantPart): readonly string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [textBlock(part.text)]
    case 'reasoning': {
      const seal = part.signature ?? ''
      return part.text === '' && seal === '' ? [] : [thinkingBlock(part.text, writeSeal(seal, part.origin))]
    }
    case 'redacted-reasoning':
      return [redactedThinkingBlock(writeSeal(part.data, part.origin))]
    case 'tool-call': {
      const tool = { id: part.id, name: part.name, signature: part.signature }
      return [toolUseBlock(tool, toolInput(part.arguments))]
    }
    default:
      return assertNever(part)
  }
}
