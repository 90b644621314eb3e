import type { ChatRequest } from '../core/chat-request.js'
import { promptText } from '../core/prompt-text.js'
import type { InferencePool } from './inference-pool.js'

type Scored = { readonly kind: 'scored'; readonly complexity: number } | { readonly kind: 'unavailable' }

interface RequestAnalyser {
  analyse(request: ChatRequest): Promise<Scored>
}

/** How hard the prompt of a request is, or `unavailable` when nobody can say in time. Never rejects. */
export function createAnalyser(pool: Pick<InferencePool, 'analyse'>): RequestAnalyser {
  return {
    async analyse(request) {
      const text = promptText(request)
      // A turn of nothing but images or files has no text to score.
      if (text === '') return { kind: 'unavailable' }
      const outcome = await pool.analyse(text)
      if (outcome.kind === 'unavailable' || outcome.value.complexity === undefined) return { kind: 'unavailable' }
      return { kind: 'scored', complexity: outcome.value.complexity }
    },
  }
}
