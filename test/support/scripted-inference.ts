import type { ChatRequest } from '../../src/core/chat-request.js'
import { promptText } from '../../src/core/prompt-text.js'
import type { GatewayInference } from '../../src/main.js'
import { createHashingEmbedder } from './hashing-embedder.js'

/** Models whose scores the test gives: `[[score 0.41]]` in the last user turn, or nothing, and nobody can say. */
export function scriptedInference(): GatewayInference {
  return {
    localEmbedder: createHashingEmbedder(),
    analyser: {
      async analyse(request: ChatRequest) {
        const found = /\[\[score ([\d.]+)\]\]/.exec(promptText(request))?.[1]
        if (found === undefined) return { kind: 'unavailable' }
        return { kind: 'analysed', vector: new Float32Array([1]), tokenCount: 3, complexity: Number(found) }
      },
    },
    health: () => ({ status: 'ok' }),
    close: async () => {},
  }
}
