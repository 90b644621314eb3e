import type { Dialect } from '../dialect.js'
import { parseRequest } from './parse-request.js'
import { relaysToClient } from './relay-filter.js'
import { renderError } from './render-error.js'
import { renderResponse } from './render-response.js'
import { createStreamRenderer } from './render-stream.js'

/** OpenAI Chat Completions, as clients speak it. */
export const openaiDialect: Dialect = {
  name: 'openai',
  parseRequest,
  createStreamRenderer,
  renderResponse,
  renderError,
  relays: relaysToClient,
  terminator: 'data: [DONE]\n\n',
}
