import type { ChatRequest } from '../../core/chat-request.js'

/** Fields with which an answer leaves something behind at its provider, or acts in the world. */
const ACTING = ['mcp_servers', 'container', 'store']

/**
 * Whether two calls may be made for one answer. A model that only writes has no side effects; tools that run at the
 * provider may have.
 */
export function mayAskTwice({ extras, tools = [] }: ChatRequest): boolean {
  if (tools.some(({ kind }) => kind === 'builtin')) return false
  return ACTING.every((field) => extras[field] === undefined || extras[field] === false)
}
