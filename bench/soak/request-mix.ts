import type { ClientDialect } from '../load/answer-check.js'
import { freshQuestion, HOT_QUESTIONS, VARIANTS } from './questions.js'
import { BOUND_MODELS, CLIENTS, type SoakClient } from './soak-config.js'

export interface ChatAsk {
  readonly kind: 'chat'
  readonly dialect: ClientDialect
  readonly model: string
  readonly stream: boolean
  readonly prompt: string
  readonly withTools: boolean
  readonly client: SoakClient
  readonly cache: 'auto' | 'skip' | 'refresh'
  /** The client goes when so many characters of the body have come; undefined: it stays. */
  readonly leavesAfter: number | undefined
}

export interface EmbeddingAsk {
  readonly kind: 'embeddings'
  readonly client: SoakClient
  /** Places in the list of texts whose vectors are known. */
  readonly texts: readonly number[]
}

export type Ask = ChatAsk | EmbeddingAsk

export const EMBEDDING_TEXTS: readonly string[] = HOT_QUESTIONS.slice(0, 16).map((question) => `${question} `.repeat(3))

/** What the n-th request is. `random` draws from [0, 1). */
export function drawAsk(n: number, random: () => number): Ask {
  const chance = (probability: number): boolean => random() < probability
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0]
  const client = pick(CLIENTS)
  if (chance(0.08)) {
    const count = 1 + Math.floor(random() * 8)
    const texts = Array.from({ length: count }, () => Math.floor(random() * EMBEDDING_TEXTS.length))
    return { kind: 'embeddings', client, texts }
  }
  const stream = chance(0.7)
  return {
    kind: 'chat',
    dialect: pick(['openai', 'anthropic'] as const),
    model: chance(0.4) ? 'auto' : pick(BOUND_MODELS),
    stream,
    prompt: drawPrompt(n, random),
    withTools: chance(0.12),
    client,
    cache: chance(0.1) ? pick(['skip', 'refresh'] as const) : 'auto',
    leavesAfter: stream && chance(0.08) ? 200 + Math.floor(random() * 4000) : undefined,
  }
}

function drawPrompt(n: number, random: () => number): string {
  if (random() < 0.4) return freshQuestion(n)
  // Few are asked often, most seldom.
  const hot = HOT_QUESTIONS[Math.floor(HOT_QUESTIONS.length * random() ** 2)] ?? ''
  const variant = VARIANTS[Math.floor(random() * VARIANTS.length * 3)]
  return variant === undefined ? hot : variant(hot)
}
