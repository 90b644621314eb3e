import type { ChatRequest } from '../../core/chat-request.js'
import { isObject } from '../../core/decode.js'
import { unsupportedParameter } from '../../core/errors.js'
import type { DroppedFields } from './dropped-fields.js'

/**
 * Fields that have no counterpart in the Messages API. Those that change what the answer is are refused; those that
 * only tune or annotate are left out and listed. A value that asks for nothing (`n: 1`, `store: false`) is neither.
 */
export function checkFields(request: ChatRequest, dropped: DroppedFields): void {
  if (request.n !== undefined && request.n > 1) throw refuse('n', 'gives one answer a request')
  if (request.logprobs === true) throw refuse('logprobs', 'gives no log probabilities')
  if (request.topLogprobs !== undefined && request.topLogprobs > 0) {
    throw refuse('top_logprobs', 'gives no log probabilities')
  }

  if (request.seed !== undefined) dropped.add('seed')
  if (request.frequencyPenalty !== undefined && request.frequencyPenalty !== 0) dropped.add('frequency_penalty')
  if (request.presencePenalty !== undefined && request.presencePenalty !== 0) dropped.add('presence_penalty')
  if (request.metadata !== undefined && Object.keys(request.metadata).length > 0) dropped.add('metadata')
  for (const hint of request.hints ?? []) dropped.add(hint)
  for (const [name, value] of Object.entries(request.extras)) checkExtra(name, value, dropped)
}

function checkExtra(name: string, value: unknown, dropped: DroppedFields): void {
  switch (name) {
    case 'logit_bias':
      if (isObject(value) && Object.keys(value).length === 0) return
      throw refuse(name, 'takes no logit bias')
    case 'modalities':
      if (Array.isArray(value) && value.every((modality) => modality === 'text')) return
      throw refuse(name, 'answers in text only')
    case 'audio':
      throw refuse(name, 'answers in text only')
    case 'moderation':
      throw refuse(name, 'does not moderate on request, and a safety check must not be skipped silently')
    case 'web_search_options':
      throw refuse(name, 'takes no web search options')
    case 'functions':
      throw refuse(name, "takes no 'functions'; use 'tools'")
    case 'function_call':
      throw refuse(name, "takes no 'function_call'; use 'tool_choice'")
    case 'stream_options':
      return // the gateway's own business
    default:
      // What stands inside a message is content, such as a reference to an earlier spoken answer.
      if (name.startsWith('messages[')) throw refuse(name, 'cannot use it')
      if (value !== false) dropped.add(name)
  }
}

function refuse(field: string, why: string): Error {
  return unsupportedParameter(field, `'${field}' cannot be honoured: the provider ${why}.`)
}
