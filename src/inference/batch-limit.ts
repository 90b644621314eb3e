/** Below so many tokens padding costs less than another batch. */
const SHORT = 32

/** How many texts may go together: as many as the budget of tokens holds, all of similar length. */
export class BatchLimit {
  readonly #maxRows: number
  readonly #maxTokens: number
  #rows = 0
  #longest = 0
  #shortest = Number.POSITIVE_INFINITY

  constructor(limits: { readonly maxRows: number; readonly maxTokens: number }) {
    this.#maxRows = limits.maxRows
    this.#maxTokens = limits.maxTokens
  }

  get isFull(): boolean {
    return this.#rows >= this.#maxRows || this.paddedTokens >= this.#maxTokens
  }

  /** Rows times the longest: what the network computes, padding included. */
  get paddedTokens(): number {
    return this.#rows * this.#longest
  }

  /** Adds the rows if they fit. The first always do: something has to go. */
  admit(rows: number, tokens: number): boolean {
    const longest = Math.max(this.#longest, tokens)
    const shortest = Math.min(this.#shortest, tokens)
    const total = this.#rows + rows
    const fits =
      total <= this.#maxRows && total * longest <= this.#maxTokens && (longest <= SHORT || longest <= 2 * shortest)
    if (!fits && this.#rows > 0) return false
    this.#rows = total
    this.#longest = longest
    this.#shortest = shortest
    return true
  }
}
