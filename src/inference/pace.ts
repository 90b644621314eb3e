/** Share of the past that each batch leaves standing: about the last ten batches count. */
const MEMORY = 0.9
/** Before anything is known: between the bundled embedder (a few µs a token) and a BERT of six layers (200 µs). */
const FIRST_GUESS = { tokens: 64, ms: 3.2 }

/** How fast the threads are lately, in estimated tokens, padding included. */
export class Pace {
  #tokens = FIRST_GUESS.tokens
  #ms = FIRST_GUESS.ms

  record(tokens: number, ms: number): void {
    this.#tokens = this.#tokens * MEMORY + tokens
    this.#ms = this.#ms * MEMORY + ms
  }

  /** Tokens that take a thread about so long. */
  tokensIn(ms: number): number {
    return (this.#tokens / Math.max(this.#ms, 1e-3)) * ms
  }
}
