import type { Problem } from '../problem.js'

export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

export interface Chunk {
  readonly text: string
  readonly usage: Usage | undefined
  /** An answer that broke says so in its stream. */
  readonly problem: Problem | undefined
}

/** What the page looks at of a `chat.completion.chunk`. */
interface WireChunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[]
  readonly usage?: Usage | null
  readonly error?: { readonly code?: string | null; readonly message?: string }
}

export function parseChunk(data: string): Chunk {
  const { choices = [], error, usage } = JSON.parse(data) as WireChunk // of the gateway itself
  return {
    text: choices.map(({ delta }) => delta?.content ?? '').join(''),
    usage: usage ?? undefined,
    problem: error && { code: error.code ?? 'error', message: error.message ?? 'The answer broke.' },
  }
}
