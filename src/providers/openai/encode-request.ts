import type { ChatRequest } from '../../core/chat-request.js'
import { unsupportedParameter } from '../../core/errors.js'
import type { EncodeContext, WireRequest } from '../provider.js'
import { needsNoEffortForTools, needsResponsesForTools } from './model-family.js'
import { passRequest } from './pass-request.js'
import { translateRequest } from './translate-request.js'

/** A client of the same dialect keeps its own text; any other request is written anew. */
export function encodeRequest(request: ChatRequest, context: EncodeContext): WireRequest {
  refuseToolsForResponses(request, context.model.upstreamName)
  const { body, dropped } =
    request.dialect === 'openai'
      ? { body: passRequest(request, context), dropped: [] }
      : translateRequest(request, context)
  return { path: '/chat/completions', headers: {}, body, dropped }
}

/** OpenAI would answer 400 as well, but in words that send the client to an endpoint which we do not have. */
function refuseToolsForResponses(request: ChatRequest, model: string): void {
  if (request.tools === undefined) return
  if (needsResponsesForTools(model)) {
    throw unsupportedParameter('tools', `'${model}' takes tools only on OpenAI's Responses API; choose another model.`)
  }
  const effort = request.reasoning?.effort
  if (effort !== undefined && effort !== 'none' && needsNoEffortForTools(model)) {
    const path = request.reasoning?.path ?? 'reasoning_effort'
    throw unsupportedParameter(path, `'${model}' takes tools only without reasoning: '${path}' would have to be none.`)
  }
}
