import { unsupportedParameter } from '../../core/errors.js'
import { openaiProvider } from '../openai/adapter.js'
import type { ProviderAdapter } from '../provider.js'

/** The simulator speaks OpenAI's format, so its bytes take the same way as any provider's. */
export const simulatorProvider: ProviderAdapter = {
  ...openaiProvider,
  type: 'simulator',
  embeddings: { kind: 'none', reason: 'The simulator makes no embeddings.' },
  encodeRequest(request, context) {
    if ((request.n ?? 1) > 1) throw unsupportedParameter('n', 'The simulator gives one answer, not several.')
    if (request.logprobs === true) throw unsupportedParameter('logprobs', 'The simulator knows no probabilities.')
    return openaiProvider.encodeRequest(request, context)
  },
}
