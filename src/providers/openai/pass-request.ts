import type { ChatRequest } from '../../core/chat-request.js'
import { memberSpan, spanOfJson } from '../../core/json-slice.js'
import { spliceTopLevel } from '../../core/json-splice.js'
import type { EncodeContext } from '../provider.js'
import { parseModelFamily } from './model-family.js'

/** The client's own text with as little changed as possible: its bytes are what the provider's prompt cache knows. */
export function passRequest(request: ChatRequest, context: EncodeContext): string {
  const { upstreamName } = context.model
  const changes = {
    ...(upstreamName !== request.model && { model: JSON.stringify(upstreamName) }),
    ...streamChanges(request, context.stream),
    ...(parseModelFamily(upstreamName)?.reasons && tokenCapChanges(request)),
  }
  return Object.keys(changes).length === 0 ? request.raw : spliceTopLevel(request.raw, changes)
}

function streamChanges(request: ChatRequest, stream: boolean): Record<string, string | undefined> {
  const change = stream === request.stream ? {} : { stream: String(stream) }
  // Only allowed together with `stream: true`.
  if (!stream) return request.stream ? { ...change, stream_options: undefined } : change
  return request.includeUsage ? change : { ...change, stream_options: askForUsage(request.raw) }
}

/** The client's own options with `include_usage`: the gateway counts every answer. */
function askForUsage(raw: string): string {
  const span = memberSpan(raw, spanOfJson(raw), 'stream_options')
  const options = span === undefined ? 'null' : raw.slice(span.start, span.end)
  return options.startsWith('{') ? spliceTopLevel(options, { include_usage: 'true' }) : '{"include_usage":true}'
}

/** OpenAI's reasoning models refuse `max_tokens`, the old name of the cap. */
function tokenCapChanges(request: ChatRequest): Record<string, string | undefined> {
  if (request.maxTokens === undefined) return {}
  if (request.maxTokensField !== 'max_tokens') return { max_tokens: undefined }
  return { max_tokens: undefined, max_completion_tokens: String(request.maxTokens) }
}
