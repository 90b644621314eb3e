import { isObject, type JsonObject } from '../../core/decode.js'
import type { LogprobDelta } from '../../core/stream-event.js'

/** `logprobsResult` → the shape OpenAI clients know. */
export function decodeLogprobs(wire: unknown): LogprobDelta | undefined {
  if (!isObject(wire) || !Array.isArray(wire.chosenCandidates) || wire.chosenCandidates.length === 0) return undefined
  const tops: readonly unknown[] = Array.isArray(wire.topCandidates) ? wire.topCandidates : []
  const content = wire.chosenCandidates.map((chosen: unknown, index) => ({
    ...tokenLogprob(chosen),
    top_logprobs: alternatives(tops[index]).map(tokenLogprob),
  }))
  return { content, refusal: null }
}

function alternatives(top: unknown): readonly unknown[] {
  return isObject(top) && Array.isArray(top.candidates) ? top.candidates : []
}

function tokenLogprob(wire: unknown): { token: string; logprob: number; bytes: readonly number[] } {
  const { token, logProbability }: JsonObject = isObject(wire) ? wire : {}
  const text = typeof token === 'string' ? token : ''
  // A zero is left out on the wire.
  const logprob = typeof logProbability === 'number' ? logProbability : 0
  return { token: text, logprob, bytes: [...Buffer.from(text, 'utf8')] }
}
