import type { ChatRequest } from './core/chat-request.js'
import { openaiDialect } from './dialects/openai/dialect.js'
import type { LocalEmbedder } from './pipeline/deps.js'

/** What a model is asked that judges two answers. */
export function judgeRequest(model: string, question: string): ChatRequest {
  const body = { model, temperature: 0, messages: [{ role: 'user', content: question }] }
  return openaiDialect.parseRequest(JSON.stringify(body))
}

/** Of two texts' vectors. Undefined: the pool cannot say. */
export async function cosineOf(localEmbedder: LocalEmbedder, a: string, b: string): Promise<number | undefined> {
  const outcome = await localEmbedder.embed([a, b], {})
  if (outcome.kind !== 'done') return undefined
  const { dimension, vectors } = outcome.value
  return vectors.subarray(0, dimension).reduce((sum, value, i) => sum + value * (vectors[dimension + i] ?? 0), 0)
}
