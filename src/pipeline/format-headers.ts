import type { ClientCall } from './client-call.js'

/** The client's own headers that belong to a provider's format and travel with its pass-through lane. */
const FORMAT_HEADERS = ['anthropic-version', 'anthropic-beta']

export function formatHeaders(call: ClientCall): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of FORMAT_HEADERS) {
    const value = call.request.headers[name]
    if (value !== undefined) headers[name] = value
  }
  return headers
}
