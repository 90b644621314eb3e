import type { Usage } from '../../core/usage.js'

/** The counts of `message_delta`. The shape demands numbers, so what no provider told is 0. */
export function renderDeltaUsage(usage: Usage | undefined): string {
  return `{${counts(usage)},"server_tool_use":null}`
}

/** The counts of a whole message and of `message_start`. */
export function renderUsage(usage: Usage | undefined): string {
  const rest = '"server_tool_use":null,"service_tier":null,"inference_geo":null,"speed":null'
  return `{${counts(usage)},"cache_creation":${cacheCreation(usage)},${rest}}`
}

/** Anthropic's `input_tokens` are only those that were neither read from the prompt cache nor written to it. */
function counts(usage: Usage | undefined): string {
  const read = usage?.cachedTokens ?? 0
  const written = usage?.cacheWriteTokens ?? 0
  const input = Math.max(0, (usage?.inputTokens ?? 0) - read - written)
  const thinking = usage?.reasoningTokens
  const details = thinking === undefined ? 'null' : `{"thinking_tokens":${thinking}}`
  return (
    `"input_tokens":${input},"cache_creation_input_tokens":${written},"cache_read_input_tokens":${read},` +
    `"output_tokens":${usage?.outputTokens ?? 0},"output_tokens_details":${details}`
  )
}

function cacheCreation(usage: Usage | undefined): string {
  const written = usage?.cacheWriteTokens
  if (written === undefined) return 'null'
  const long = usage?.cacheWriteLongTokens ?? 0
  return `{"ephemeral_5m_input_tokens":${Math.max(0, written - long)},"ephemeral_1h_input_tokens":${long}}`
}
