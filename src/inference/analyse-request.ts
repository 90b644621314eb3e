import type { ChatRequest } from '../core/chat-request.js'
import { promptText } from '../core/prompt-text.js'
import type { InferencePool, PromptAnalysis } from './inference-pool.js'

type Analysed = ({ readonly kind: 'analysed' } & PromptAnalysis) | { readonly kind: 'unavailable' }

interface RequestAnalyser {
  analyse(request: ChatRequest): Promise<Analysed>
}

/** What there is to know of a request's prompt, or `unavailable` when nobody can say in time. Never rejects. */
export function createAnalyser(pool: Pick<InferencePool, 'analyse'>): RequestAnalyser {
  return {
    async analyse(request) {
      const text = promptText(request)
      // A turn of nothing but images or files has no text to look at.
      if (text === '') return { kind: 'unavailable' }
      const outcome = await pool.analyse(text)
      return outcome.kind === 'done' ? { kind: 'analysed', ...outcome.value } : { kind: 'unavailable' }
    },
  }
}
