import type { ProviderAdapter } from '../provider.js'
import { decodeError } from './decode-error.js'
import { decodeResponse } from './decode-response.js'
import { createStreamDecoder } from './decode-stream.js'
import { encodeRequest } from './encode-request.js'
import { readEmbeddings } from './read-embeddings.js'

/** OpenAI itself and every server that speaks its Chat Completions: vLLM, Ollama, Groq and many more. */
export const openaiProvider: ProviderAdapter = {
  type: 'openai',
  sameDialect: 'openai',
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
  decodeError,
  embeddings: { kind: 'pass-through', path: '/embeddings', read: readEmbeddings },
}
