import type { Got, Verdict } from './judge-chat.js'
import { readWhole } from './read-answer.js'
import type { EmbeddingAsk } from './request-mix.js'

/** Threads may batch a text with others, which changes the last bits of its vector and nothing else. */
const LEAST_COSINE = 0.9999

/** @param known the vector of each text, as it was before anything failed */
export function judgeEmbeddings(ask: EmbeddingAsk, got: Got, known: readonly Float32Array[]): Verdict {
  if (got.failure !== undefined) return { kind: 'lost', what: got.failure }
  if (got.status !== 200) {
    const { error } = readWhole('openai', got.body)
    if (error === undefined) return { kind: 'lost', what: `${got.status} without an error` }
    return { kind: 'error', code: error, isInStream: false }
  }
  const vectors = readVectors(got.body)
  if (vectors?.length !== ask.texts.length) return { kind: 'wrong', what: `${vectors?.length} vectors` }
  for (const [at, place] of ask.texts.entries()) {
    const cosine = cosineOf(vectors[at], known[place])
    if (!(cosine >= LEAST_COSINE))
      return { kind: 'wrong', what: `vector ${at} has a cosine of ${cosine} to its text's` }
  }
  return { kind: 'right' }
}

export function readVectors(body: string): readonly Float32Array[] | undefined {
  try {
    const { data } = JSON.parse(body) as { data: readonly { index: number; embedding: string }[] } // the gateway's own
    return data
      .toSorted((a, b) => a.index - b.index)
      .map(({ embedding }) => new Float32Array(new Uint8Array(Buffer.from(embedding, 'base64')).buffer))
  } catch {
    return undefined
  }
}

function cosineOf(a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number {
  if (a.length !== b.length) return Number.NaN
  let product = 0
  let ofA = 0
  let ofB = 0
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0
    product += value * other
    ofA += value * value
    ofB += other * other
  }
  return product / Math.sqrt(ofA * ofB)
}
