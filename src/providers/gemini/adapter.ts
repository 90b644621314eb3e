import type { ProviderAdapter } from '../provider.js'
import { decodeError } from './decode-error.js'
import { decodeResponse } from './decode-response.js'
import { createStreamDecoder } from './decode-stream.js'
import { encodeRequest } from './encode-request.js'

/** Google's Gemini Developer API, `v1beta` `generateContent`: https://ai.google.dev/api/generate-content */
export const geminiProvider: ProviderAdapter = {
  type: 'gemini',
  sameDialect: undefined,
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
  decodeError,
  embeddings: {
    kind: 'none',
    reason:
      "Gemini's embedding models are not reached through a provider of type 'gemini' yet. Google serves them in OpenAI's format too: configure a provider of type 'openai' with the baseUrl https://generativelanguage.googleapis.com/v1beta/openai and name the model as 'provider/model'.",
  },
}
