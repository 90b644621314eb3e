import type { Dialect } from '../dialect.js'
import { parseRequest } from './parse-request.js'
import { renderError } from './render-error.js'
import { renderResponse } from './render-response.js'
import { createStreamRenderer } from './render-stream.js'

/** Clients of Anthropic's Messages API. */
export const anthropicDialect: Dialect = {
  name: 'anthropic',
  parseRequest,
  createStreamRenderer,
  renderResponse,
  renderError,
  // Anthropic's stream holds nothing that the client did not ask for.
  relays: () => true,
  terminator: '',
}
