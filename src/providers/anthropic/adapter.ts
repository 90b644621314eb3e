import type { ProviderAdapter } from '../provider.js'
import { decodeError } from './decode-error.js'
import { decodeResponse } from './decode-response.js'
import { createStreamDecoder } from './decode-stream.js'
import { encodeRequest } from './encode-request.js'

/** Anthropic's Messages API. */
export const anthropicProvider: ProviderAdapter = {
  type: 'anthropic',
  sameDialect: 'anthropic',
  encodeRequest,
  decodeResponse,
  createStreamDecoder,
  decodeError,
  embeddings: { kind: 'none', reason: 'Anthropic has no embedding models.' },
}
