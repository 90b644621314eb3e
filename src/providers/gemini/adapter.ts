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
}
