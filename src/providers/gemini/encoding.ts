import type { ChatRequest } from '../../core/chat-request.js'
import type { ModelFeatures } from './model-features.js'

/** What the encoders of one request share. */
export interface Encoding {
  readonly request: ChatRequest
  readonly features: ModelFeatures
  /** Notes a field of the client's that is left out, once however often it occurs. */
  drop(field: string): void
}

/** How each dialect calls what the other calls differently. */
export const CLIENT_FIELDS = {
  openai: {
    user: 'user',
    stop: 'stop',
    n: 'n',
    responseFormat: 'response_format',
    parallelToolCalls: 'parallel_tool_calls',
    toolName: '.function.name',
    toolCallId: '.tool_call_id',
    callArguments: '.function.arguments',
  },
  anthropic: {
    user: 'metadata.user_id',
    stop: 'stop_sequences',
    n: 'n',
    responseFormat: 'output_config.format',
    parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
    toolName: '.name',
    toolCallId: '.tool_use_id',
    callArguments: '.input',
  },
} as const

/** Gemini caches prompts by itself; markers of where to are left out. */
export function dropCacheMarker({ request, drop }: Encoding, marked: object): void {
  if (!('cacheControl' in marked)) return
  // Clients of OpenAI's dialect may use either name, and ours does not say which.
  drop(request.raw.includes('"cache_control"') ? 'cache_control' : 'prompt_cache_breakpoint')
}
