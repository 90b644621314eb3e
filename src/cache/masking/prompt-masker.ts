import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { createRecentMap } from '../../core/recent-map.js'
import { maskPrompt } from './mask-prompt.js'
import { parseMask, renderMask } from './mask-text.js'
import type { Digest } from './masked-prompt.js'
import { createVocabulary, unmaskPrompt, type Vocabulary, vocabularyFor } from './unmask-prompt.js'

/** Prompts that may be compared with others, and not be read. */
export interface PromptMasker {
  /** Null: this prompt cannot be masked, so that its answer is for the very same request only. */
  mask(prompt: string): string | null
  /**
   * How a masked prompt reads to somebody who knows this one: null if it was masked with another key or is damaged, or
   * as long as the known words are being prepared.
   */
  readerFor(prompt: string): (masked: string) => string | null
  /** Resolves when masked prompts can be read. */
  ready(): Promise<void>
}

export interface PromptMaskerOptions {
  /** 32 bytes. */
  readonly key: Buffer
  /** All words that the comparisons know by themselves. */
  readonly knownWords: () => readonly string[]
}

const DIGEST_CHARACTERS = 8
const MOST_REMEMBERED = 20_000

export function createPromptMasker({ key, knownWords }: PromptMaskerOptions): PromptMasker {
  const digest = createDigest(key)
  const id = createHash('sha256').update('which key').update(key).digest('base64url').slice(0, DIGEST_CHARACTERS)
  let known: Vocabulary | undefined
  let preparing: Promise<void> | undefined

  async function prepare(): Promise<void> {
    known = await createVocabulary(knownWords(), digest)
  }
  const ready = (): Promise<void> => {
    preparing ??= prepare()
    return preparing
  }

  return {
    ready,
    mask(prompt) {
      // Whoever masks will want to read; nobody waits for it.
      ready().catch(() => {})
      const parts = maskPrompt(prompt, digest)
      return parts === undefined ? null : renderMask({ key: id, parts })
    },
    readerFor(prompt) {
      let vocabulary: Vocabulary | undefined
      return (text) => {
        const masked = parseMask(text)
        if (known === undefined || masked?.key !== id) return null
        vocabulary ??= vocabularyFor(prompt, known, digest)
        return unmaskPrompt(masked.parts, vocabulary)
      }
    },
  }
}

/** HMAC-SHA-256, of which 48 bits are enough: a word would have to meet one of ten thousand known ones by chance. */
function createDigest(key: Buffer): Digest {
  const secret = createSecretKey(key)
  const remembered = createRecentMap<string>(MOST_REMEMBERED)
  return (text) => {
    const before = remembered.get(text)
    if (before !== undefined) return before
    const made = createHmac('sha256', secret).update(text).digest('base64url').slice(0, DIGEST_CHARACTERS)
    remembered.set(text, made, 1)
    return made
  }
}
