import { createHash } from 'node:crypto'
import type { CacheObserver } from '../answer-cache.js'
import type { CacheEntry } from '../entry/cache-entry.js'
import { canonicalJson } from '../identity/canonical-json.js'
import type { VectorIndex } from '../index/vector-index.js'

/** The live entries that may answer other prompts than their own, by what they mean. */
export interface SemanticIndex extends CacheObserver {
  /** The nearest live ones of a partition, best first. */
  nearest(partition: string, vector: Float32Array, nowMs: number): readonly NearEntry[]
  readonly size: number
}

export interface NearEntry {
  readonly id: string
  readonly cosine: number
  /** Null: prompts are not kept. */
  readonly prompt: string | null
  /** In its place, of a prompt that could be masked. */
  readonly masked: string | null
  readonly storedAtMs: number
  /** Equal for entries that give the same answer. */
  readonly answerDigest: string
}

interface Known {
  readonly prompt: string | null
  readonly masked: string | null
  readonly storedAtMs: number
  readonly expiresAtMs: number
  readonly answerDigest: string
}

/** So far down a rival with another answer is looked for. */
const NEIGHBOURS = 8

/** @param dimension of the embedder in use; entries of another one lie in partitions that nobody asks for */
export function createSemanticIndex(index: VectorIndex, dimension: number): SemanticIndex {
  const known = new Map<string, Known>()
  return {
    added({ about, answer, id, semantic }) {
      // The same request may have been kept with a meaning before and without one now.
      if (semantic === null || semantic.vector.length !== dimension) return forget(id)
      if (!index.add(id, semantic.partition, semantic.vector)) return forget(id)
      const { expiresAtMs, storedAtMs } = about
      const { masked, prompt } = semantic
      known.set(id, { prompt, masked, storedAtMs, expiresAtMs, answerDigest: digestOf(answer) })
    },
    removed: forget,
    cleared() {
      known.clear()
      index.clear()
    },
    nearest(partition, vector, nowMs) {
      return index.search(partition, vector, NEIGHBOURS).flatMap(({ cosine, id }) => {
        const entry = known.get(id)
        if (entry === undefined || entry.expiresAtMs <= nowMs) return []
        const { answerDigest, masked, prompt, storedAtMs } = entry
        return [{ id, cosine, prompt, masked, storedAtMs, answerDigest }]
      })
    },
    get size() {
      return known.size
    },
  }

  function forget(id: string): void {
    if (known.delete(id)) index.remove(id)
  }
}

function digestOf({ response }: CacheEntry['answer']): string {
  const said = response.choices.map(({ finishReason, parts }) => ({ finishReason, parts }))
  return createHash('sha256').update(canonicalJson(said)).digest('base64url').slice(0, 16)
}
